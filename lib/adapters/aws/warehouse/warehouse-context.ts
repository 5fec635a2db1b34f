import type { GlueClient } from '@aws-sdk/client-glue';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ProductModel } from '../../../model/mesh-model.ts';
import type { Binding, DataRow, SourceBinding, StagedPort, StageRequest } from '../../../ports/warehouse.ts';
import type { Athena } from '../athena/athena.ts';
import type { RowFilters } from './relations.ts';

/** What every part of the warehouse works with. */
export interface WarehouseContext {
  readonly athena: Athena;
  readonly glue: GlueClient;
  readonly s3: S3Client;
  /** Where a product's data is. */
  readonly place: (product: ProductModel) => Promise<WarehousePlace>;
  readonly rows: WarehouseRows;
  /** @default 'lake-formation' */
  readonly rowFilters?: RowFilters;
}

export interface WarehousePlace {
  readonly bucket: string;
}

/** Rows that TypeScript reads and writes. */
export interface WarehouseRows {
  stageRows(request: StageRequest, rows: AsyncIterable<{ port: string; row: DataRow }>): Promise<readonly StagedPort[]>;
  readRows(binding: Binding, orderBy?: readonly string[]): AsyncIterable<DataRow>;
  /** Brings pinned drops where Athena can read them, once a run, and gives the SELECT of their rows, typed. */
  landedSelect(product: ProductModel, runId: string, binding: SourceBinding): Promise<string>;
}
