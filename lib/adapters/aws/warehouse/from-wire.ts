import { type FieldType, trinoType } from '../../../model/field-type.ts';

const AS_TEXT: ReadonlySet<FieldType['kind']> = new Set(['decimal', 'date', 'timestamp']);

/** An expression of the contract's type, of one in whose place decimals, dates and timestamps travel as text. */
export function fromWire(value: string, type: FieldType, depth = 0): string {
  if (AS_TEXT.has(type.kind)) return `CAST(${value} AS ${trinoType(type)})`;
  if (!hasText(type)) return value;
  const [x, k] = [`x${depth}`, `k${depth}`];
  switch (type.kind) {
    case 'list':
      return `transform(${value}, ${x} -> ${fromWire(x, type.of, depth + 1)})`;
    case 'map': {
      const values = `transform_values(${value}, (${k}, ${x}) -> ${fromWire(x, type.value, depth + 1)})`;
      if (!hasText(type.key)) return values;
      return `transform_keys(${values}, (${k}, ${x}) -> ${fromWire(k, type.key, depth + 1)})`;
    }
    case 'struct': {
      const parts = Object.entries(type.fields).map(([name, of]) => fromWire(`${value}."${name}"`, of, depth + 1));
      return `CASE WHEN ${value} IS NULL THEN NULL ELSE CAST(ROW(${parts.join(', ')}) AS ${trinoType(type)}) END`;
    }
    default:
      return value;
  }
}

function hasText(type: FieldType): boolean {
  switch (type.kind) {
    case 'list':
      return hasText(type.of);
    case 'map':
      return hasText(type.key) || hasText(type.value);
    case 'struct':
      return Object.values(type.fields).some(hasText);
    default:
      return AS_TEXT.has(type.kind);
  }
}
