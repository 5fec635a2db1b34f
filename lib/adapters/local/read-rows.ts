import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { FieldType } from '../../model/field-type.ts';
import type { Binding, DataRow } from '../../ports/warehouse.ts';
import { type BindContext, bindingSelect } from './bind-views.ts';
import { quoteName } from './sql-text.ts';

const AS_TEXT: ReadonlySet<FieldType['kind']> = new Set(['date', 'timestamp', 'decimal']);

/** The rows of a pinned input as a stream of chunks; what TypeScript would round travels as text. */
export async function* readChunks(
  context: BindContext,
  connection: DuckDBConnection,
  binding: Binding,
  orderBy: readonly string[] = [],
): AsyncIterable<readonly DataRow[]> {
  const fields = binding.kind === 'port' ? binding.fields : binding.input.fields;
  const columns = fields.map(({ name, type }) =>
    AS_TEXT.has(type.kind) ? `CAST(${quoteName(name)} AS VARCHAR) AS ${quoteName(name)}` : quoteName(name),
  );
  const order =
    orderBy.length > 0
      ? ` ORDER BY ${orderBy
          .map(quoteName)
          .map((name) => `made.${name}`)
          .join(', ')}`
      : '';
  const sql = `SELECT ${columns.join(', ')} FROM (${await bindingSelect(context, connection, binding)}) AS made${order}`;
  const names = fields.map(({ name }) => name);
  const nested = fields.map(
    ({ type }) => type.kind === 'list' || type.kind === 'struct' || type.kind === 'map' || type.kind === 'binary',
  );
  const result = await connection.stream(sql);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    const values = chunk.getColumns();
    const rows: DataRow[] = new Array(chunk.rowCount);
    for (let row = 0; row < rows.length; row += 1) {
      const made: DataRow = {};
      for (let index = 0; index < names.length; index += 1) {
        const value = values[index]![row]!;
        made[names[index]!] = nested[index] ? plainValue(value) : value;
      }
      rows[row] = made;
    }
    yield rows;
  }
}

/** An engine's value as the model says it is in TypeScript. */
export function plainValue(value: DuckDBValue): unknown {
  if (value === null || typeof value !== 'object') return value;
  if ('items' in value) return value.items.map(plainValue);
  if ('bytes' in value) return value.bytes;
  if ('entries' in value) {
    if (Array.isArray(value.entries))
      return new Map(value.entries.map(({ key, value: held }) => [plainValue(key), plainValue(held)]));
    return Object.fromEntries(
      Object.entries(value.entries as { [name: string]: DuckDBValue }).map(([name, held]) => [name, plainValue(held)]),
    );
  }
  return value.toString();
}
