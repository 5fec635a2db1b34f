import { type FieldType, trinoType } from '../../model/field-type.ts';
import type { FieldModel } from '../../model/mesh-model.ts';

/**
 * The type in which a value travels from TypeScript to Athena, as Parquet: what TypeScript holds as text, so that
 * nothing is rounded, is text, also within nested types.
 */
export function wireType(type: FieldType): FieldType {
  return mapped(type, (scalar) => (AS_TEXT.has(scalar.kind) ? { kind: 'string' } : scalar));
}

const AS_TEXT: ReadonlySet<FieldType['kind']> = new Set(['decimal', 'date', 'timestamp']);

/** A SELECT of columns of a relation as Athena unloads them without loss; `more` are further columns, as SQL. */
export function wireSelect(
  fields: readonly Pick<FieldModel, 'name' | 'type'>[],
  from: string,
  more: readonly string[] = [],
): string {
  const columns = fields.map(({ name, type }) => {
    const column = `"${name.replaceAll('"', '""')}"`;
    return holdsTimes(type) ? `${timesAsText(column, type)} AS ${column}` : column;
  });
  return `SELECT ${[...columns, ...more].join(', ')} FROM ${from}`;
}

/** Athena unloads times to the millisecond only; all else as it is. */
function timesAsText(value: string, type: FieldType, depth = 0): string {
  if (type.kind === 'timestamp') return `CAST(${value} AS VARCHAR)`;
  if (!holdsTimes(type)) return value;
  const [x, k] = [`x${depth}`, `k${depth}`];
  switch (type.kind) {
    case 'list':
      return `transform(${value}, ${x} -> ${timesAsText(x, type.of, depth + 1)})`;
    case 'map': {
      const values = holdsTimes(type.value)
        ? `transform_values(${value}, (${k}, ${x}) -> ${timesAsText(x, type.value, depth + 1)})`
        : value;
      if (!holdsTimes(type.key)) return values;
      return `transform_keys(${values}, (${k}, ${x}) -> ${timesAsText(k, type.key, depth + 1)})`;
    }
    case 'struct': {
      const fields = Object.entries(type.fields);
      const parts = fields.map(([name, of]) => timesAsText(`${value}."${name}"`, of, depth + 1));
      const named = fields.map(([name, of]) => `"${name}" ${trinoType(withTextTimes(of))}`);
      return `CASE WHEN ${value} IS NULL THEN NULL ELSE CAST(ROW(${parts.join(', ')}) AS ROW(${named.join(', ')})) END`;
    }
    default:
      return value;
  }
}

function holdsTimes(type: FieldType): boolean {
  return trinoType(withTextTimes(type)) !== trinoType(type);
}

function withTextTimes(type: FieldType): FieldType {
  return mapped(type, (scalar) => (scalar.kind === 'timestamp' ? { kind: 'string' } : scalar));
}

/** A type with other scalars in it. */
function mapped(type: FieldType, change: (scalar: FieldType) => FieldType): FieldType {
  switch (type.kind) {
    case 'list':
      return { ...type, of: mapped(type.of, change) };
    case 'map':
      return { ...type, key: mapped(type.key, change), value: mapped(type.value, change) };
    case 'struct': {
      const fields = Object.entries(type.fields).map(([name, of]) => [name, mapped(of, change)] as const);
      return { ...type, fields: Object.fromEntries(fields) };
    }
    default:
      return change(type);
  }
}
