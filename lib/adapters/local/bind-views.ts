import { join, resolve } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { FieldModel } from '../../model/mesh-model.ts';
import { RECORDED_AT } from '../../model/names.ts';
import type { Binding, PortBinding } from '../../ports/warehouse.ts';
import { sourceSelect } from './source-select.ts';
import { emptySelect, quoteName, quotePaths, timestampLiteral } from './sql-text.ts';
import type { Translate } from './translate.ts';

const RECORDED_AT_FIELD = { name: RECORDED_AT, type: { kind: 'timestamp' } } as const;

/** What binding needs to know of the target. */
export interface BindContext {
  readonly home: string;
  readonly landing: string;
  readonly translate: Translate;
}

/** Makes a pinned input readable under its name, on this connection only. */
export async function bindView(
  context: BindContext,
  connection: DuckDBConnection,
  binding: Binding,
  name = binding.name,
): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE TEMP VIEW ${quoteName(name)} AS ${await bindingSelect(context, connection, binding)}`,
  );
}

/** A SELECT of exactly what a binding may read. */
export async function bindingSelect(
  context: BindContext,
  connection: DuckDBConnection,
  binding: Binding,
): Promise<string> {
  if (binding.kind === 'port') return portSelect(context, binding);
  const files = binding.files.map(({ path }) => ({ path, absolute: join(context.landing, path) }));
  return sourceSelect(connection, binding.input, files, context.landing);
}

/**
 * A filter that decides what somebody sees stands behind a limit without effect: nothing that the reader wrote is then
 * ever computed for rows that are not theirs, where an error's text could tell of them.
 */
const BARRIER = ' LIMIT 9223372036854775807';

/** A SELECT of a port's state: granted columns of granted rows, and when they were recorded. */
export async function portSelect(context: BindContext, binding: PortBinding): Promise<string> {
  const { snapshot, fields, rows, masked = [], since } = binding;
  const anyOf = async (conditions: readonly string[]) => {
    const each = await Promise.all(conditions.map((condition) => context.translate.condition(condition)));
    return `(${each.map((condition) => `(${condition})`).join(' OR ')})`;
  };
  const columns = await Promise.all(
    [...fields.map(({ name }) => name), RECORDED_AT].map(async (name) => {
      const mask = masked.find(({ column }) => column === name);
      return mask
        ? `CASE WHEN ${await anyOf(mask.rows)} THEN ${quoteName(name)} END AS ${quoteName(name)}`
        : quoteName(name);
    }),
  );
  const conditions: string[] = [];
  if (rows !== undefined) conditions.push(await anyOf(rows));
  if (since !== undefined) conditions.push(`${quoteName(RECORDED_AT)} > ${timestampLiteral(since)}`);
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  const barrier = rows !== undefined || masked.length > 0 ? BARRIER : '';
  return `SELECT ${columns.join(', ')} FROM (${stateSelect(context.home, snapshot, fields)})${where}${barrier}`;
}

/** A SELECT of a whole state. */
export function stateSelect(
  home: string,
  snapshot: readonly string[],
  fields: readonly Pick<FieldModel, 'name' | 'type'>[],
): string {
  if (snapshot.length === 0) return emptySelect([...fields, RECORDED_AT_FIELD]);
  return `SELECT * FROM read_parquet(${quotePaths(snapshot.map((path) => resolve(home, path)))})`;
}
