import type { GlueClient } from '@aws-sdk/client-glue';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Athena } from '../athena/athena.ts';
import type { RowFilters } from '../warehouse/relations.ts';
import type { WarehouseContext, WarehouseRows } from '../warehouse/warehouse-context.ts';
import { landedSelect } from './landed.ts';
import { readRows } from './read-rows.ts';
import { stageRows } from './stage-rows.ts';

export interface RowsOptions {
  readonly athena: Pick<Athena, 'run'>;
  readonly glue: GlueClient;
  readonly s3: S3Client;
  /** The product's bucket: its drops land there, its runs work there. */
  readonly bucket: string;
  /** What Athena looks up unqualified names in. @default the database that is read */
  readonly database?: string;
  /** Where a product works, when there are several. @default `bucket` */
  readonly place?: WarehouseContext['place'];
  /** @default 'lake-formation' */
  readonly rowFilters?: RowFilters;
}

/** Rows of one product that TypeScript reads and writes, as Parquet between Athena and itself. */
export function createRows(options: RowsOptions): WarehouseRows {
  const { glue, s3, place = async () => options } = options;
  return {
    async stageRows(request, rows) {
      const { bucket } = await place(request.product);
      return stageRows({ glue, s3, bucket }, request, rows);
    },
    readRows: (binding, orderBy) => readRows(options, binding, orderBy),
    async landedSelect(product, runId, binding) {
      const { bucket } = await place(product);
      return landedSelect({ glue, s3, bucket }, { product, runId, binding });
    },
  };
}
