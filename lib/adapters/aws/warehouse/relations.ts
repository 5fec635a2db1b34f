import type { FieldModel } from '../../../model/mesh-model.ts';
import { RECORDED_AT } from '../../../model/names.ts';
import type { PublishedPort } from '../../../ports/publication.ts';
import type { PortBinding } from '../../../ports/warehouse.ts';
import { fromWire } from './from-wire.ts';
import { emptySelect, nullColumn, quoteName, quoteTable, timestampLiteral } from './sql-text.ts';

export type Column = Pick<FieldModel, 'name' | 'type'>;

/** The system column of every table, as a field. */
export const RECORDED_AT_COLUMN: Column = { name: RECORDED_AT, type: { kind: 'timestamp' } };

/**
 * Who makes sure that only granted rows are read: Lake Formation does for roles that hold grants, and then a filter's
 * own columns need not be granted; the statement does for roles that read everything on others' behalf.
 */
export type RowFilters = 'lake-formation' | 'statement';

/** A SELECT of exactly what a port's binding may read, and when it was recorded. */
export function portRelation(binding: PortBinding, filters: RowFilters = 'lake-formation'): string {
  const { database, table, snapshot, fields, since } = binding;
  const rows = filters === 'statement' ? binding.rows : undefined;
  const masked = filters === 'statement' ? (binding.masked ?? []) : [];
  const columns = [...fields, RECORDED_AT_COLUMN];
  if (snapshot.length === 0) return emptySelect(columns);
  const isTyped = !isStaged(snapshot);
  const lacking = lackingOf(snapshot);
  const shown = columns.map(({ name, type }) => {
    if (lacking.includes(name)) return nullColumn({ name, type });
    const value = isTyped ? quoteName(name) : fromWire(quoteName(name), type);
    const mask = masked.find(({ column }) => column === name);
    if (mask) return `CASE WHEN ${anyOf(mask.rows)} THEN ${value} END AS ${quoteName(name)}`;
    return isTyped ? value : `${value} AS ${quoteName(name)}`;
  });
  const conditions = [
    ...(rows === undefined ? [] : [anyOf(rows)]),
    ...(since === undefined ? [] : [`${quoteName(RECORDED_AT)} > ${timestampLiteral(since)}`]),
  ];
  const from = isTyped ? versionOf(database, table, snapshot[0]!) : quoteTable(database, snapshot[0]!);
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  return `SELECT ${shown.join(', ')} FROM ${from}${where}${rows || masked.length > 0 ? BARRIER : ''}`;
}

/**
 * A filter that decides what somebody sees stands behind a limit without effect: nothing that the reader wrote is then
 * computed for rows that are not theirs, where an error's text could tell of them.
 */
const BARRIER = ' LIMIT 9223372036854775807';

/** A SELECT of a product's own state, with nulls for columns that it has not yet. */
export function stateRelation(
  database: string,
  table: string,
  state: Pick<PublishedPort, 'snapshot' | 'columns'> | undefined,
  fields: readonly Column[],
): string {
  const columns = [...fields, RECORDED_AT_COLUMN];
  const [snapshot] = state?.snapshot ?? [];
  if (!state || snapshot === undefined) return emptySelect(columns);
  const present = new Set([...state.columns, RECORDED_AT]);
  for (const column of lackingOf(state.snapshot)) present.delete(column);
  const shown = columns.map((column) => (present.has(column.name) ? quoteName(column.name) : nullColumn(column)));
  return `SELECT ${shown.join(', ')} FROM ${versionOf(database, table, snapshot)}`;
}

/** A SELECT of staged rows in the contract's types; they may travel as text. */
export function stagedRelation(database: string, snapshot: readonly string[], fields: readonly Column[]): string {
  const columns = [...fields, RECORDED_AT_COLUMN];
  const shown = columns.map(({ name, type }) => `${fromWire(quoteName(name), type)} AS ${quoteName(name)}`);
  return `SELECT ${shown.join(', ')} FROM ${quoteTable(database, snapshot[0]!)}`;
}

/** Whether a snapshot is of staged or quarantined rows, which stand under a prefix and not in an Iceberg table. */
function isStaged(snapshot: readonly string[]): boolean {
  return snapshot[1]?.endsWith('/') ?? false;
}

/** The published columns that a snapshot does not have, after its id and its metadata file. */
function lackingOf(snapshot: readonly string[]): readonly string[] {
  return snapshot.slice(2);
}

/** `WITH` and these relations. */
export function withRelations(relations: readonly (readonly [name: string, select: string])[]): string {
  if (relations.length === 0) return '';
  return `WITH ${relations.map(([name, select]) => `${quoteName(name)} AS (${select}\n)`).join(',\n')}\n`;
}

/** Columns of a relation, by its alias. */
export const columnsOf = (alias: string, names: readonly string[]) =>
  names.map((name) => `${alias}.${quoteName(name)}`).join(', ');

function versionOf(database: string, table: string, snapshot: string): string {
  if (!/^-?\d+$/.test(snapshot)) throw new TypeError(`\`${snapshot}\` is not the id of a snapshot`);
  return `${quoteTable(database, table)} FOR VERSION AS OF ${snapshot}`;
}

function anyOf(conditions: readonly string[]): string {
  // A condition may end with a comment.
  return `(${conditions.map((condition) => `(${condition}\n)`).join(' OR ')})`;
}
