/** What a target can be asked to do. A new operation does not compile until each target has answered. */
export const OPERATIONS = [
  'stage-sql',
  'stage-rows',
  'read-rows',
  'verify',
  'publish-append',
  'publish-upsert',
  'publish-replace',
  'quarantine',
  'read-as-of',
  'retention',
  'query',
  'query-cancel',
  'source-csv',
  'source-ndjson',
  'source-parquet',
  'column-grants',
  'row-grants',
  'resume-run',
  'schedule',
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** `unsupported` never will be, `not-implemented` is not yet; both throw `UnsupportedError`. */
export type Support = { readonly [operation in Operation]: 'full' | 'not-implemented' | 'unsupported' };
