import { type FieldType, trinoType } from '../../../model/field-type.ts';

/**
 * The type in which `CREATE TABLE AS` stages a value. Athena writes timestamps of Parquet tables outside of Iceberg to
 * the millisecond only, so they are staged as text, also within nested types, and cast back when read.
 */
export function stagedType(type: FieldType): FieldType {
  switch (type.kind) {
    case 'timestamp':
      return { kind: 'string' };
    case 'list':
      return { ...type, of: stagedType(type.of) };
    case 'map':
      return { ...type, key: stagedType(type.key), value: stagedType(type.value) };
    case 'struct': {
      const fields = Object.entries(type.fields).map(([name, of]) => [name, stagedType(of)] as const);
      return { ...type, fields: Object.fromEntries(fields) };
    }
    default:
      return type;
  }
}

/** An expression as it is staged: of the contract's type first, then in what it travels as. */
export function stagedColumn(expression: string, type: FieldType): string {
  const exact = `CAST(${expression} AS ${trinoType(type)})`;
  const staged = trinoType(stagedType(type));
  return staged === trinoType(type) ? exact : `CAST(${exact} AS ${staged})`;
}
