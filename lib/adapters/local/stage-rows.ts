import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBAppender, DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { FieldType } from '../../model/field-type.ts';
import type { FieldModel, OutputModel } from '../../model/mesh-model.ts';
import type { DataRow, StagedPort, StageRequest } from '../../ports/warehouse.ts';
import { type Duckdb, loadDuckdb } from './load-duckdb.ts';
import { duckdbType } from './sql/duckdb-type.ts';
import { quoteName } from './sql-text.ts';
import { copyPort } from './stage-sql.ts';

/** DuckDB's own vector size: the most rows one chunk holds. */
const ROWS_PER_CHUNK = 2_048;
/** Rows kept in memory before they are written to a file of their own. */
const ROWS_PER_FILE = 1_000_000;

/** Writes rows as they come, in files of bounded size, so that a result larger than memory fits. */
export async function stageRows(
  connection: DuckDBConnection,
  { product, recordedAt }: StageRequest,
  rows: AsyncIterable<{ port: string; row: DataRow }>,
  folder: string,
): Promise<StagedPort[]> {
  await mkdir(folder, { recursive: true });
  const duckdb = await loadDuckdb();
  const writers = new Map<string, PortWriter>();
  for (const output of product.outputs)
    writers.set(output.name, new PortWriter(duckdb, connection, output, recordedAt, folder));
  for await (const { port, row } of rows) {
    const writer = writers.get(port)!;
    if (writer.add(row)) await writer.flush();
  }
  const staged: StagedPort[] = [];
  for (const writer of writers.values()) staged.push(await writer.end());
  return staged;
}

/** Collects rows of one port by column and hands them to the engine a chunk at a time. */
class PortWriter {
  readonly #duckdb: Duckdb;
  readonly #connection: DuckDBConnection;
  readonly #output: OutputModel;
  readonly #recordedAt: string;
  readonly #folder: string;
  readonly #types: readonly DuckDBType[];
  readonly #files: string[] = [];
  #columns: DuckDBValue[][];
  #appender: DuckDBAppender | undefined;
  #buffered = 0;
  #written = 0;

  constructor(duckdb: Duckdb, connection: DuckDBConnection, output: OutputModel, recordedAt: string, folder: string) {
    this.#duckdb = duckdb;
    this.#connection = connection;
    this.#output = output;
    this.#recordedAt = recordedAt;
    this.#folder = folder;
    this.#types = output.fields.map((field) => carrier(duckdb, field).type);
    this.#columns = output.fields.map(() => []);
  }

  /** Takes one row; says whether it is time to flush. */
  add(row: DataRow): boolean {
    const { fields } = this.#output;
    for (let index = 0; index < fields.length; index += 1) {
      const field = fields[index]!;
      const value = row[field.name];
      this.#columns[index]!.push(
        value === null || value === undefined ? null : carried(this.#duckdb, value, field.type),
      );
    }
    return this.#columns[0]!.length >= ROWS_PER_CHUNK;
  }

  async flush(): Promise<void> {
    const rows = this.#columns[0]!.length;
    if (rows === 0) return;
    this.#appender ??= await this.#open();
    const chunk = this.#duckdb.DuckDBDataChunk.create(this.#types, rows);
    for (const [index, values] of this.#columns.entries()) chunk.setColumnValues(index, values);
    this.#appender.appendDataChunk(chunk);
    this.#columns = this.#columns.map(() => []);
    this.#buffered += rows;
    if (this.#buffered >= ROWS_PER_FILE) await this.#writeFile();
  }

  async end(): Promise<StagedPort> {
    await this.flush();
    if (this.#buffered > 0 || this.#files.length === 0) await this.#writeFile();
    return { port: this.#output.name, rows: this.#written, snapshot: this.#files };
  }

  get #table(): string {
    return quoteName(`rows_${this.#output.name}`);
  }

  async #open(): Promise<DuckDBAppender> {
    const columns = this.#output.fields.map((field) => `${quoteName(field.name)} ${carrier(this.#duckdb, field).sql}`);
    await this.#connection.run(`CREATE OR REPLACE TEMP TABLE ${this.#table} (${columns.join(', ')})`);
    return this.#connection.createAppender(`rows_${this.#output.name}`, 'main', 'temp');
  }

  async #writeFile(): Promise<void> {
    this.#appender ??= await this.#open();
    this.#appender.closeSync();
    this.#appender = undefined;
    const path = join(this.#folder, `${this.#output.name}-${this.#files.length}.parquet`);
    const columns = this.#output.fields.map(({ name, type }) =>
      isNested(type)
        ? `CAST(CAST(CAST(${quoteName(name)} AS JSON) AS ${duckdbType(withText(type))}) AS ${duckdbType(type)}) AS ${quoteName(name)}`
        : quoteName(name),
    );
    this.#written += await copyPort(
      this.#connection,
      this.#output,
      `(SELECT ${columns.join(', ')} FROM ${this.#table})`,
      this.#recordedAt,
      path,
    );
    this.#files.push(path);
    this.#buffered = 0;
    await this.#connection.run(`DROP TABLE ${this.#table}`);
  }
}

/** The type in which values travel to the engine, which then casts text to decimals, dates and nested types. */
function carrier(duckdb: Duckdb, { type }: FieldModel): { type: DuckDBType; sql: string } {
  switch (type.kind) {
    case 'int':
      return { type: duckdb.INTEGER, sql: 'INTEGER' };
    case 'long':
      return { type: duckdb.BIGINT, sql: 'BIGINT' };
    case 'double':
      return { type: duckdb.DOUBLE, sql: 'DOUBLE' };
    case 'boolean':
      return { type: duckdb.BOOLEAN, sql: 'BOOLEAN' };
    case 'binary':
      return { type: duckdb.BLOB, sql: 'BLOB' };
    default:
      return { type: duckdb.VARCHAR, sql: 'VARCHAR' };
  }
}

function carried(duckdb: Duckdb, value: unknown, type: FieldType): DuckDBValue {
  if (type.kind === 'binary') return new duckdb.DuckDBBlobValue(value as Uint8Array);
  return isNested(type) ? JSON.stringify(plain(value)) : (value as DuckDBValue);
}

function isNested({ kind }: FieldType): boolean {
  return kind === 'list' || kind === 'struct' || kind === 'map';
}

/** A type with text, which JSON can hold, for bytes. */
function withText(type: FieldType): FieldType {
  switch (type.kind) {
    case 'binary':
      return { kind: 'string' };
    case 'list':
      return { ...type, of: withText(type.of) };
    case 'map':
      return { ...type, value: withText(type.value) };
    case 'struct':
      return {
        ...type,
        fields: Object.fromEntries(Object.entries(type.fields).map(([name, of]) => [name, withText(of)])),
      };
    default:
      return type;
  }
}

function plain(value: unknown): unknown {
  // JSON has no such numbers and no bytes; the engine reads them from text.
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value))) return value.toString();
  if (value instanceof Uint8Array) return [...value].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, held]) => [String(key), plain(held)]));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, plain(held)]));
  }
  return value;
}
