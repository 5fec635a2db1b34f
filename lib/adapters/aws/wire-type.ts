import { type FieldType, trinoType } from '../../model/field-type.ts';
import type { FieldModel } from '../../model/mesh-model.ts';

/**
 * The type in which a value travels between Athena and TypeScript, as Parquet: what TypeScript would round, or Athena
 * would cut to milliseconds, is text, also within nested types.
 */
export function wireType(type: FieldType): FieldType {
  switch (type.kind) {
    case 'decimal':
    case 'date':
    case 'timestamp':
      return { kind: 'string' };
    case 'list':
      return { ...type, of: wireType(type.of) };
    case 'map':
      return { ...type, key: wireType(type.key), value: wireType(type.value) };
    case 'struct': {
      const fields = Object.entries(type.fields).map(([name, of]) => [name, wireType(of)] as const);
      return { ...type, fields: Object.fromEntries(fields) };
    }
    default:
      return type;
  }
}

/** A SELECT that brings columns of a relation into their wire types; `more` are further columns, as SQL. */
export function wireSelect(
  fields: readonly Pick<FieldModel, 'name' | 'type'>[],
  from: string,
  more: readonly string[] = [],
): string {
  const columns = fields.map(({ name, type }) => {
    const column = `"${name.replaceAll('"', '""')}"`;
    const travelling = trinoType(wireType(type));
    return travelling === trinoType(type) ? column : `CAST(${column} AS ${travelling}) AS ${column}`;
  });
  return `SELECT ${[...columns, ...more].join(', ')} FROM ${from}`;
}
