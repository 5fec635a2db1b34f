import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBInstance,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api';
import type { Port } from './plan.ts';

type Row = { [field: string]: unknown };

const ROWS_PER_CHUNK = 2_048;
/** Anything else travels as text, and the engine casts it. */
const CARRIERS: { readonly [type: string]: DuckDBType } = { INTEGER, BIGINT, DOUBLE, BOOLEAN };

/** An input as a stream of objects, by the API's own means. */
export function readPlainRows(instance: DuckDBInstance, input: string, columns: string) {
  async function* rows(order: string): AsyncGenerator<Row> {
    // A connection of its own: a stream ends, without a word, when anything else runs on its connection.
    const connection = await instance.connect();
    const result = await connection.stream(`SELECT ${columns} FROM (${input}) AS made${order}`);
    for await (const chunk of result.yieldRowObjectJs()) yield* chunk;
    connection.closeSync();
  }
  return {
    [Symbol.asyncIterator]: () => rows(''),
    orderedBy: (...fields: string[]) => rows(` ORDER BY ${fields.map((field) => `made."${field}"`).join(', ')}`),
  };
}

/** Appends rows to a table for each port, and copies the tables to files. Says how many rows each has. */
export async function writePlainRows(
  connection: DuckDBConnection,
  ports: readonly Port[],
  rows: AsyncIterable<{ port: string; row: Row }>,
  recordedAt: string,
  fileOf: (port: string) => string,
): Promise<{ [port: string]: number }> {
  const writers = new Map<string, Awaited<ReturnType<typeof openWriter>>>();
  for (const port of ports) writers.set(port.name, await openWriter(connection, port));
  for await (const { port, row } of rows) writers.get(port)!.add(row);
  const written: { [port: string]: number } = {};
  for (const { name, fields } of ports) {
    writers.get(name)!.end();
    const columns = fields.map((field) => `CAST("${field.name}" AS ${field.type}) AS "${field.name}"`);
    const time = `TIMESTAMP '${recordedAt.replace('T', ' ').replace('Z', '')}' AS _recorded_at`;
    const select = `SELECT ${columns.join(', ')}, ${time} FROM "rows_${name}"`;
    written[name] = (await connection.run(`COPY (${select}) TO '${fileOf(name)}' (FORMAT parquet)`)).rowsChanged;
    await connection.run(`DROP TABLE "rows_${name}"`);
  }
  return written;
}

async function openWriter(connection: DuckDBConnection, { name, fields }: Port) {
  const types = fields.map(({ type }) => CARRIERS[type] ?? VARCHAR);
  const columns = fields.map(({ name: column }, index) => `"${column}" ${types[index]}`);
  await connection.run(`CREATE TEMP TABLE "rows_${name}" (${columns.join(', ')})`);
  const appender = await connection.createAppender(`rows_${name}`, 'main', 'temp');
  let waiting: DuckDBValue[][] = [];
  const flush = () => {
    if (waiting.length === 0) return;
    const chunk = DuckDBDataChunk.create(types, waiting.length);
    chunk.setRows(waiting);
    appender.appendDataChunk(chunk);
    waiting = [];
  };
  return {
    add(row: Row) {
      waiting.push(fields.map((field) => (row[field.name] ?? null) as DuckDBValue));
      if (waiting.length === ROWS_PER_CHUNK) flush();
    },
    end() {
      flush();
      appender.closeSync();
    },
  };
}
