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
  await connection.run(`CREATE OR REPLACE TEMP VIEW ${quoteName(name)} AS ${await bindingSelect(context, binding)}`);
}

/** A SELECT of exactly what a binding may read. */
export async function bindingSelect(context: BindContext, binding: Binding): Promise<string> {
  if (binding.kind === 'port') return portSelect(context, binding);
  const files = binding.files.map(({ path }) => ({ path, absolute: join(context.landing, path) }));
  return sourceSelect(binding.input, files, context.landing);
}

/** A SELECT of a port's state: granted columns of granted rows, and when they were recorded. */
export async function portSelect(
  context: BindContext,
  { snapshot, fields, rows, since }: PortBinding,
): Promise<string> {
  const conditions: string[] = [];
  if (rows !== undefined) {
    const each = await Promise.all(rows.map((row) => context.translate.condition(row)));
    conditions.push(`(${each.map((row) => `(${row})`).join(' OR ')})`);
  }
  if (since !== undefined) conditions.push(`${quoteName(RECORDED_AT)} > ${timestampLiteral(since)}`);
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  const columns = [...fields.map(({ name }) => name), RECORDED_AT].map(quoteName).join(', ');
  return `SELECT ${columns} FROM (${stateSelect(context.home, snapshot, fields)})${where}`;
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
