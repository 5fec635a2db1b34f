import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { FieldType } from '../../../model/field-type.ts';
import { MeshError, type Problem, type Where } from '../../../model/mesh-error.ts';
import type { SqlTables } from '../../../model/sql-checker.ts';
import { loadDuckdb } from '../load-duckdb.ts';
import { quoteName } from '../sql-text.ts';
import { bindProblem } from './bind-problem.ts';
import { duckdbType, fromDuckdbType } from './duckdb-type.ts';
import { prelude } from './prelude.ts';
import { sessionSettings, toDuckdb } from './to-duckdb.ts';

export interface BindSqlRequest {
  /** The original, in Athena's SQL. */
  readonly trino: string;
  /** The translation, if it is at hand. */
  readonly duckdb?: string;
  readonly file?: string;
  readonly tables: SqlTables;
}

/** An output column as the engine types it. */
export interface BoundColumn {
  readonly name: string;
  /** Nothing when no field can hold it, such as a timestamp with a zone. */
  readonly type: FieldType | undefined;
  readonly duckdbType: string;
}

export interface BoundSql {
  readonly columns: readonly BoundColumn[];
  readonly problems: readonly Problem[];
}

/** Types queries by DuckDB's own binder, against empty tables; nothing is read or run. */
export interface SqlBinder {
  bind(request: BindSqlRequest): Promise<BoundSql>;
  close(): void;
}

/** A binder with an engine of its own, started with the first query and used for all. */
export function createSqlBinder(): SqlBinder {
  let started: Promise<{ instance: DuckDBInstance; connection: DuckDBConnection }> | undefined;
  return {
    async bind(request) {
      started ??= start();
      return bindSql((await started).connection, request);
    },
    close() {
      void started?.then(({ instance, connection }) => {
        connection.closeSync();
        instance.closeSync();
      });
      started = undefined;
    },
  };
}

async function start(): Promise<{ instance: DuckDBInstance; connection: DuckDBConnection }> {
  const { DuckDBInstance } = await loadDuckdb();
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    threads: '1',
  });
  const connection = await instance.connect();
  for (const setting of sessionSettings) await connection.run(setting);
  await connection.run(prelude);
  // Only types are wanted: the plan would be made better for nothing. What is typed here can open no file.
  await connection.run('PRAGMA disable_optimizer');
  await connection.run('SET enable_external_access = false');
  return { instance, connection };
}

/** Types one query on a connection whose database has the prelude and the session settings. */
async function bindSql(connection: DuckDBConnection, request: BindSqlRequest): Promise<BoundSql> {
  const { trino, file, tables } = request;
  const inFile = (where: Where): Where => ({ ...(file !== undefined && { file }), ...where });
  const before = `${emptyTables(tables)}SELECT * FROM (\n`;
  try {
    const statement = await connection.prepare(`${before}${request.duckdb ?? toDuckdb(trino).sql}\n)`);
    const columns = Array.from({ length: statement.columnCount }, (_, index) => {
      const type = statement.columnType(index);
      return { name: statement.columnName(index), type: fromDuckdbType(type), duckdbType: String(type) };
    });
    statement.destroySync();
    return { columns, problems: [] };
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    const problems =
      thrown instanceof MeshError ? thrown.problems : [bindProblem(thrown.message, trino, toDuckdb(trino))];
    return { columns: [], problems: problems.map((problem) => ({ ...problem, where: inFile(problem.where) })) };
  }
}

/** The tables as CTEs without rows: quicker than views, and nothing to clean up. */
function emptyTables(tables: SqlTables): string {
  const ctes = Object.entries(tables).map(([table, columns]) => {
    const typed = Object.entries(columns).map(
      ([name, type]) => `CAST(NULL AS ${duckdbType(type)}) AS ${quoteName(name)}`,
    );
    return `${quoteName(table)} AS (SELECT ${typed.join(', ')} LIMIT 0)`;
  });
  return ctes.length > 0 ? `WITH ${ctes.join(', ')} ` : '';
}
