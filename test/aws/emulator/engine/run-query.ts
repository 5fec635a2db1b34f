import {
  BIGINT,
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBListType,
  type DuckDBMapType,
  type DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
  LIST,
  MAP,
  STRUCT,
} from '@duckdb/node-api';
import { CASTS } from '../../../../lib/adapters/local/sql/macros/casts.ts';
import { prelude } from '../../../../lib/adapters/local/sql/prelude.ts';
import { sessionSettings } from '../../../../lib/adapters/local/sql/to-duckdb.ts';
import { type AthenaColumn, athenaColumn, athenaText, glueType } from './athena-values.ts';
import { TARGET } from './plan-change.ts';

/** What every run needs: a name to stop it by, its schemas, and the views to make first. */
export interface Surroundings {
  readonly id: string;
  /** The query's own database first. */
  readonly databases: readonly string[];
  readonly setup: readonly string[];
}

export interface Selection extends Surroundings {
  readonly sql: string;
}

/** A query whose rows become a Parquet file. */
export interface Writing extends Selection {
  readonly path: string;
  /** The most that the file's columns are called; of a table they need a name each, and a type. */
  readonly table: boolean;
}

/** A statement that runs on a copy of its table, whose rows become a Parquet file. */
export interface Changing extends Writing {
  /** The table's rows; none are read for an INSERT. */
  readonly rows: string;
  readonly query?: string;
  readonly into?: readonly string[];
  readonly check?: string;
}

export interface Selected {
  readonly columns: readonly AthenaColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface Written {
  readonly columns: readonly AthenaColumn[];
  /** Rows in the file. */
  readonly rows: number;
  /** Rows that the statement inserted, changed or removed. */
  readonly changed: number;
}

/** Athena writes all six digits of a time; the local target refuses to make text of times. */
const TEXT_OF_TIMES = `
  CREATE OR REPLACE MACRO athena_text(x) AS ${CASTS.trino_text!['(x)']!.replace('|TIME|', '|TIME\\[|')};
  CREATE OR REPLACE MACRO trino_text(x) AS CASE
    WHEN typeof([x]) = 'TIMESTAMP[]' THEN rpad(CAST(x AS VARCHAR) || if(contains(CAST(x AS VARCHAR), '.'), '', '.'), 26, '0')
    ELSE athena_text(x) END`;

const running = new Map<string, DuckDBConnection>();
let engine: Promise<DuckDBInstance> | undefined;
let count = 0;

/** One instance for all, because its macros take 30 ms to make; each query has a database of its own in it. */
async function open(): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1GB' });
  const connection = await instance.connect();
  await connection.run(prelude);
  await connection.run(TEXT_OF_TIMES);
  connection.closeSync();
  return instance;
}

async function within<T>({ id, databases, setup }: Surroundings, work: (connection: DuckDBConnection) => Promise<T>) {
  engine ??= open();
  const connection = await (await engine).connect();
  count += 1;
  const name = `query_${count}`;
  running.set(id, connection);
  try {
    await connection.run(`ATTACH ':memory:' AS ${name}`);
    const schemas = [...new Set([...databases, 'meshemu'])];
    const made = schemas.map((schema) => `CREATE SCHEMA ${name}.${quoted(schema)};`);
    const path = [...schemas.map((schema) => `${name}.${quoted(schema)}`), 'memory.main'].join(',');
    await connection.run(`${made.join('')} ${sessionSettings.join(';')}; SET search_path = ${literal(path)}`);
    for (const statement of setup) await connection.run(statement);
    return await work(connection);
  } finally {
    running.delete(id);
    await connection.run(`USE memory; DETACH ${name}`).catch(() => undefined);
    connection.closeSync();
  }
}

/** Interrupts a query; one that has ended is left as it is. */
export function stopQuery(id: string): boolean {
  running.get(id)?.interrupt();
  return running.has(id);
}

export function select(request: Selection): Promise<Selected> {
  return within(request, async (connection) => {
    const reader = await connection.runAndReadAll(request.sql);
    const types = reader.columnTypes().map(narrowed);
    const columns = reader
      .columnNames()
      .map((name, at) => athenaColumn(shownName(name, at, request.sql), types[at]!.type));
    const rows = reader.getRows().map((row) => row.map((value, at) => athenaText(value, types[at]!.type)));
    return { columns, rows };
  });
}

export function write(request: Writing): Promise<Written> {
  return within(request, async (connection) => {
    const types = await columnsOf(connection, request.sql);
    if (request.table) checkColumns(types);
    await connection.run(`CREATE TABLE meshemu.written AS SELECT * FROM (\n${request.sql}\n)`);
    const values = types.map(
      ({ name, cast }) => (cast ? `CAST(${quoted(name)} AS ${cast}) AS ` : '') + quoted(name.toLowerCase()),
    );
    const rows = await copy(connection, `SELECT ${values.join(', ')} FROM meshemu.written`, request.path);
    return { columns: types.map(({ name, type }) => athenaColumn(name.toLowerCase(), type)), rows, changed: rows };
  });
}

export function change(request: Changing): Promise<Written> {
  return within(request, async (connection) => {
    await connection.run(
      `CREATE TABLE ${TARGET} AS SELECT * FROM (\n${request.rows}\n)${request.query ? ' LIMIT 0' : ''}`,
    );
    if (request.query) await checkInsert(connection, request.query, request.into);
    if (request.check && (await connection.runAndReadAll(request.check)).currentRowCount > 0) {
      throw new Error('MERGE_TARGET_ROW_MULTIPLE_MATCHES: One MERGE target table row matched more than one source row');
    }
    const changed = Number((await connection.runAndReadAll(request.sql)).getRows()[0]?.[0] ?? 0);
    const rows = changed === 0 ? 0 : await copy(connection, `SELECT * FROM ${TARGET}`, request.path);
    return { columns: [], rows, changed };
  });
}

async function copy(connection: DuckDBConnection, query: string, path: string): Promise<number> {
  const reader = await connection.runAndReadAll(`COPY (${query}) TO ${literal(path)} (FORMAT parquet)`);
  return Number(reader.getRows()[0]?.[0] ?? 0);
}

interface TypedColumn {
  readonly name: string;
  readonly type: DuckDBType;
  /** The type to write it by, when Athena has none like its own. */
  readonly cast?: string;
}

async function columnsOf(connection: DuckDBConnection, query: string): Promise<readonly TypedColumn[]> {
  const statement = await connection.prepare(query);
  const columns = Array.from({ length: statement.columnCount }, (_, at) => ({
    name: shownName(statement.columnName(at), at, query),
    ...narrowed(statement.columnType(at)),
  }));
  statement.destroySync();
  return columns;
}

const WIDE: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UINTEGER,
]);

/** Athena's sums of integers are bigint, where DuckDB has types that are wider or have no sign. */
function narrowed(given: DuckDBType): { readonly type: DuckDBType; readonly cast?: string } {
  const type = narrow(given);
  return String(type) === String(given) ? { type: given } : { type, cast: String(type) };
}

function narrow(type: DuckDBType): DuckDBType {
  if (WIDE.has(type.typeId)) return BIGINT;
  if (type.typeId === DuckDBTypeId.LIST) return LIST(narrow((type as DuckDBListType).valueType));
  if (type.typeId === DuckDBTypeId.MAP) {
    const { keyType, valueType } = type as DuckDBMapType;
    return MAP(narrow(keyType), narrow(valueType));
  }
  if (type.typeId !== DuckDBTypeId.STRUCT) return type;
  const { entryNames, entryTypes } = type as DuckDBStructType;
  return STRUCT(Object.fromEntries(entryNames.map((name, at) => [name, narrow(entryTypes[at]!)])));
}

/** Athena names what has no name `_col0`; DuckDB calls it by its text. */
function shownName(name: string, at: number, query: string): string {
  return /^[A-Za-z_]\w*$/.test(name) || query.includes(quoted(name)) ? name : `_col${at}`;
}

function checkColumns(columns: readonly TypedColumn[]): void {
  const seen = new Set<string>();
  for (const [at, { name, type }] of columns.entries()) {
    if (name === `_col${at}`) throw new Error(`MISSING_COLUMN_NAME: Column name not specified at position ${at + 1}`);
    if (seen.has(name.toLowerCase()))
      throw new Error(`DUPLICATE_COLUMN_NAME: Column name '${name}' specified more than once`);
    if (type.typeId === DuckDBTypeId.SQLNULL) throw new Error(`COLUMN_TYPE_UNKNOWN: Column type is unknown: ${name}`);
    seen.add(name.toLowerCase());
  }
}

/** Athena converts between kinds of numbers only; DuckDB would read texts, too. */
async function checkInsert(connection: DuckDBConnection, query: string, into?: readonly string[]): Promise<void> {
  const given = await columnsOf(connection, query);
  const table = await columnsOf(connection, `SELECT * FROM ${TARGET}`);
  const wanted = into ? into.map((name) => table.find((column) => column.name.toLowerCase() === name)) : table;
  const fits =
    given.length === wanted.length && given.every(({ type }, at) => wanted[at] && insertable(type, wanted[at].type));
  if (fits) return;
  const list = (columns: readonly (TypedColumn | undefined)[]) =>
    `[${columns.map((c) => (c ? glueType(c.type) : '?')).join(', ')}]`;
  throw new Error(
    `TYPE_MISMATCH: Insert query has mismatched column types: Table: ${list(wanted)}, Query: ${list(given)}`,
  );
}

const ORDER: readonly DuckDBTypeId[] = [
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.DECIMAL,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
];

function insertable(given: DuckDBType, wanted: DuckDBType): boolean {
  if (given.typeId === DuckDBTypeId.SQLNULL || given.typeId === wanted.typeId) return true;
  if (given.typeId === DuckDBTypeId.DATE) return wanted.typeId === DuckDBTypeId.TIMESTAMP;
  const [from, to] = [ORDER.indexOf(given.typeId), ORDER.indexOf(wanted.typeId)];
  return from >= 0 && to >= from;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
