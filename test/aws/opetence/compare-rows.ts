import type { FieldType } from '../../../lib/model/field-type.ts';
import type { FieldModel } from '../../../lib/model/mesh-model.ts';
import type { DataRow } from '../../../lib/ports/warehouse.ts';
import type { TextRow } from '../query-as.ts';

/** Engines add doubles up in any order, so their last bits are nobody's promise. */
const TOLERANCE = 1e-9;

/** How two readings of a port differ, in words; empty when they hold the same rows. */
export function differences(
  fields: readonly FieldModel[],
  local: readonly DataRow[],
  athena: readonly TextRow[],
): string[] {
  if (local.length !== athena.length) return [`${local.length} rows locally, ${athena.length} on AWS`];
  const inexact = fields.filter(({ type }) => type.kind === 'double').map(({ name }) => name);
  const exact = fields.filter(({ name }) => !inexact.includes(name));
  const ordered = <Row>(rows: readonly Row[], text: (row: Row, field: FieldModel) => string) =>
    rows
      .map((row) => ({ row, key: exact.map((field) => text(row, field)).join('\u0001') }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const ours = ordered(local, (row, { name, type }) => athenaText(row[name], type));
  const theirs = ordered(athena, (row, { name, type }) => trimmed(row[name] ?? null, type));
  const found: string[] = [];
  for (const [index, { row, key }] of ours.entries()) {
    const other = theirs[index]!;
    if (key !== other.key) found.push(`${show(key)} locally, ${show(other.key)} on AWS`);
    for (const name of inexact) {
      if (!isNear(row[name], other.row[name] ?? null))
        found.push(`${name} of ${show(key)}: ${String(row[name])} locally, ${other.row[name]} on AWS`);
    }
    if (found.length >= 5) break;
  }
  return found;
}

/** A local value as Athena's API spells it. */
function athenaText(value: unknown, type: FieldType): string {
  if (value === null || value === undefined) return '∅';
  switch (type.kind) {
    case 'list':
      return `[${(value as unknown[]).map((item) => nestedText(item, type.of)).join(', ')}]`;
    case 'struct': {
      const held = value as { readonly [name: string]: unknown };
      return `{${Object.entries(type.fields)
        .map(([name, of]) => `${name}=${nestedText(held[name], of)}`)
        .join(', ')}}`;
    }
    case 'map':
      return `{${[...(value as Map<unknown, unknown>)].map(([key, held]) => `${nestedText(key, type.key)}=${nestedText(held, type.value)}`).join(', ')}}`;
    case 'timestamp':
      return trimmed(String(value), type);
    default:
      return String(value);
  }
}

function nestedText(value: unknown, type: FieldType): string {
  return value === null || value === undefined ? 'null' : athenaText(value, type);
}

/** Fractions of a second are spelt with more or fewer zeros. */
function trimmed(text: string | null, { kind }: FieldType): string {
  if (text === null) return '∅';
  return kind === 'timestamp' && text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function isNear(local: unknown, athena: string | null): boolean {
  if (local === null || local === undefined || athena === null) return (local ?? null) === athena;
  const [a, b] = [Number(local), Number(athena)];
  return Object.is(a, b) || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

function show(key: string): string {
  return key.replaceAll('\u0001', ' | ');
}
