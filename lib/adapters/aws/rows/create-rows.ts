import type { GlueClient } from '@aws-sdk/client-glue';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Athena } from '../athena/athena.ts';
import type { RowFilters } from '../warehouse/relations.ts';
import type { WarehouseRows } from '../warehouse/warehouse-context.ts';
import { landedSelect } from './landed.ts';
import { readRows } from './read-rows.ts';
import { stageRows } from './stage-rows.ts';

export interface RowsOptions {
  readonly athena: Pick<Athena, 'run'>;
  readonly glue: GlueClient;
  readonly s3: S3Client;
  /** The product's bucket: its drops land there, its runs work there. */
  readonly bucket: string;
  /** The product's database. */
  readonly database: string;
  /** @default 'lake-formation' */
  readonly rowFilters?: RowFilters;
}

/** Rows of one product that TypeScript reads and writes, as Parquet between Athena and itself. */
export function createRows(options: RowsOptions): WarehouseRows {
  return {
    stageRows: (request, rows) => stageRows(options, request, rows),
    readRows: (binding, orderBy) => readRows(options, binding, orderBy),
    landedSelect: (product, runId, binding) => landedSelect(options, { product, runId, binding }),
  };
}
