import type { Warehouse } from '../../../ports/warehouse.ts';
import { measure } from './measure.ts';
import { merge } from './merge.ts';
import { discard, quarantine, sweep } from './quarantine.ts';
import { query } from './query.ts';
import { stageSql } from './stage-sql.ts';
import type { WarehouseContext } from './warehouse-context.ts';

export interface WarehouseOptions extends WarehouseContext {
  /** Makes and evolves, and removes, what states are kept in: by whoever may. */
  readonly provision: Warehouse['provision'];
  readonly remove: Warehouse['remove'];
}

/** Athena over Iceberg tables in S3: states are snapshots, staging is Parquet beside them. */
export function createWarehouse(options: WarehouseOptions): Warehouse {
  const { rows, provision, remove } = options;
  return {
    provision,
    remove,
    stageSql: (request) => stageSql(options, request),
    stageRows: (request, each) => rows.stageRows(request, each),
    readRows: (binding, orderBy) => rows.readRows(binding, orderBy),
    measure: (request) => measure(options, request),
    merge: (request) => merge(options, request),
    quarantine: (request) => quarantine(options, request),
    discard: (runId, product) => discard(options, runId, product),
    sweep: (product, keep) => sweep(options, product, keep),
    query: (request) => query(options, request),
  };
}
