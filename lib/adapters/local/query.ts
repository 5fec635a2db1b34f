import { resolve } from 'node:path';
import { MeshError } from '../../model/mesh-error.ts';
import { RECORDED_AT } from '../../model/names.ts';
import { loadSqlParser } from '../../model/sql/sql-parser.ts';
import type { SqlTables } from '../../model/sql-checker.ts';
import type { DataRow, QueryRequest, QueryResult } from '../../ports/warehouse.ts';
import { type BindContext, portSelect } from './bind-views.ts';
import { createEngine } from './engine.ts';
import { layout } from './layout.ts';
import { plainValue } from './read-rows.ts';
import { guardQuery } from './sql/guard-query.ts';
import { exactPattern, quoteName, quoteText } from './sql-text.ts';

/**
 * Answers somebody's SQL in an engine of its own, which sees the granted columns and rows and cannot open any other
 * file, nor the network, nor its own settings.
 */
export async function query(context: BindContext, request: QueryRequest): Promise<QueryResult> {
  const { limits, signal, tables } = request;
  signal?.throwIfAborted();
  const types: Record<string, SqlTables[string]> = {};
  for (const { database, table, binding } of tables) {
    const columns = binding.fields.map(({ name, type }) => [name, type] as const);
    types[`${database}.${table}`] = Object.fromEntries([...columns, [RECORDED_AT, { kind: 'timestamp' }]]);
  }
  const engine = createEngine({ temporaryFolder: layout.temporary(context.home), maxMemoryMb: limits.maxMemoryMb });
  const connection = await engine.connect();
  let timedOut = false;
  let stopping: NodeJS.Timeout | undefined;
  // An interrupt that comes between two statements is lost, so it is repeated until the query has stopped.
  const stop = () => {
    connection.interrupt();
    stopping ??= setInterval(() => connection.interrupt(), 20);
  };
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, limits.maxSeconds * 1000);
  signal?.addEventListener('abort', stop);
  try {
    signal?.throwIfAborted();
    const guarded = await guardQuery(await loadSqlParser(), connection, request.sql, { tables: types });
    const read = tables.filter(({ database, table }) => guarded.reads.includes(`${database}.${table}`));
    for (const database of new Set(read.map((each) => each.database)))
      await connection.run(`CREATE SCHEMA IF NOT EXISTS ${quoteName(database)}`);
    for (const { database, table, binding } of read) {
      await connection.run(
        `CREATE VIEW ${quoteName(database)}.${quoteName(table)} AS ${await portSelect(context, binding)}`,
      );
    }
    const paths = read.flatMap(({ binding }) => binding.snapshot.map((path) => resolve(context.home, path)));
    const allowed = [...new Set([...paths, ...paths.map(exactPattern)])].map(quoteText).join(', ');
    if (paths.length > 0) await connection.run(`SET allowed_paths = [${allowed}]`);
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    const result = await connection.stream(guarded.sql);
    const names = result.deduplicatedColumnNames();
    const columns = names.map((name, index) => ({ name, type: String(result.columnType(index)) }));
    const rows: DataRow[] = [];
    let truncated = false;
    while (!truncated) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) break;
      for (const values of chunk.getRows()) {
        if (rows.length === limits.maxRows) {
          truncated = true;
          break;
        }
        rows.push(Object.fromEntries(names.map((name, index) => [name, plainValue(values[index]!)])));
      }
    }
    return { columns, rows, truncated, reads: guarded.reads };
  } catch (thrown) {
    if (timedOut) throw limitReached(`it ran longer than ${limits.maxSeconds} s`, thrown);
    signal?.throwIfAborted();
    if (thrown instanceof MeshError) throw thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    if (/Out of Memory/i.test(message)) throw limitReached(`it needs more than ${limits.maxMemoryMb} MB`, thrown);
    throw new MeshError({
      code: 'query-failed',
      kind: 'usage',
      message: message
        .split('\n\n')[0]!
        .replace(/^\w[\w ]* Error: /, '')
        .split('\n')[0]!,
      fix: 'mend the query',
      cause: thrown,
    });
  } finally {
    clearTimeout(timer);
    clearInterval(stopping);
    signal?.removeEventListener('abort', stop);
    connection.closeSync();
    engine.close();
  }
}

function limitReached(what: string, cause: unknown): MeshError {
  return new MeshError({
    code: 'query-limit',
    message: `the query was stopped: ${what}`,
    fix: 'read fewer rows or columns, or aggregate',
    cause,
  });
}
