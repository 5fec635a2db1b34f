import { MeshError } from '../../../model/mesh-error.ts';
import type { DataRow, QueryRequest, QueryResult } from '../../../ports/warehouse.ts';
import { bindQuery } from './bind-query.ts';
import type { WarehouseContext } from './warehouse-context.ts';

/** Where names without a database would be looked up, if a query had any. */
const NO_DATABASE = 'default';

/**
 * Answers somebody's SQL from the states it may read. Its memory is Athena's: that limit is not ours to set; what a
 * query may scan is the workgroup's.
 */
export async function query({ athena }: WarehouseContext, request: QueryRequest): Promise<QueryResult> {
  const { limits, signal, tables } = request;
  signal?.throwIfAborted();
  const { sql, reads } = bindQuery(request.sql, tables);
  const timer = AbortSignal.timeout(Math.ceil(limits.maxSeconds * 1000));
  const stopped = signal ? AbortSignal.any([signal, timer]) : timer;
  const database = tables[0]?.database ?? NO_DATABASE;
  try {
    const { queryId } = await athena.run({ name: 'query', sql, database, signal: stopped, attempts: 1 });
    const columns = await athena.columnsOf(queryId);
    const rows: DataRow[] = [];
    let truncated = false;
    for await (const row of athena.rowsOf(queryId)) {
      stopped.throwIfAborted();
      truncated = rows.length === limits.maxRows;
      if (truncated) break;
      rows.push(row);
    }
    return { columns, rows, truncated, reads };
  } catch (thrown) {
    signal?.throwIfAborted();
    if (timer.aborted) throw limitReached(`it ran longer than ${limits.maxSeconds} s`, thrown);
    if (!(thrown instanceof MeshError)) throw thrown;
    if (/EXHAUSTED|exhausted resources|OUT_OF_MEMORY|Out of Memory|EXCEEDED_\w*MEMORY/i.test(thrown.message))
      throw limitReached('it needs more memory than Athena has for it', thrown);
    if (thrown.code === 'scan-limit') throw limitReached('it scans more than the workgroup allows', thrown);
    throw thrown;
  }
}

function limitReached(what: string, cause: unknown): MeshError {
  const fix = 'read fewer rows or columns, or aggregate';
  return new MeshError({ code: 'query-limit', message: `the query was stopped: ${what}`, fix, cause });
}
