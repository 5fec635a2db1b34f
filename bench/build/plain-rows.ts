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

/** An input as a stream of objects, by the quickest of the API's ways: a column of a chunk at a time. */
export function readPlainRows(instance: DuckDBInstance, input: string, columns: string) {
  async function* rows(order: string): AsyncGenerator<Row> {
    // A connection of its own: a stream ends, without a word, when anything else runs on its connection.
    const connection = await instance.connect();
    const result = await connection.stream(`SELECT ${columns} FROM (${input}) AS made${order}`);
    const names = result.columnNames();
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      const values = chunk.getColumns();
      const count = chunk.rowCount;
      for (let row = 0; row < count; row += 1) {
        const made: Row = {};
        for (let column = 0; column < names.length; column += 1) made[names[column]!] = values[column]![row];
        yield made;
      }
    }
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
  const empty = () => fields.map((): DuckDBValue[] => []);
  let waiting = empty();
  const flush = () => {
    const count = waiting[0]!.length;
    if (count === 0) return;
    const chunk = DuckDBDataChunk.create(types, count);
    chunk.setColumns(waiting);
    appender.appendDataChunk(chunk);
    waiting = empty();
  };
  return {
    add(row: Row) {
      for (let at = 0; at < fields.length; at += 1) waiting[at]!.push((row[fields[at]!.name] ?? null) as DuckDBValue);
      if (waiting[0]!.length === ROWS_PER_CHUNK) flush();
    },
    end() {
      flush();
      appender.closeSync();
    },
  };
}
