import type { Support } from '../../ports/support.ts';

/** What the AWS target can be asked to do. */
export const support: Support = {
  'stage-sql': 'full',
  'stage-rows': 'full',
  'read-rows': 'full',
  verify: 'full',
  'publish-append': 'full',
  'publish-upsert': 'full',
  'publish-replace': 'full',
  quarantine: 'full',
  'read-as-of': 'full',
  retention: 'full',
  query: 'full',
  'query-cancel': 'full',
  'source-csv': 'full',
  'source-ndjson': 'full',
  'source-parquet': 'full',
  'column-grants': 'full',
  'row-grants': 'full',
  'resume-run': 'full',
  schedule: 'full',
};
