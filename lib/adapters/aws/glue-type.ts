import type { FieldType, ScalarKind } from '../../model/field-type.ts';

const SCALARS: Record<ScalarKind, string> = {
  string: 'string',
  int: 'int',
  long: 'bigint',
  double: 'double',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  binary: 'binary',
};

/** How Glue's catalog spells a type. */
export function glueType(type: FieldType): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'list':
      return `array<${glueType(type.of)}>`;
    case 'struct': {
      const fields = Object.entries(type.fields).map(([name, of]) => `${name}:${glueType(of)}`);
      return `struct<${fields.join(',')}>`;
    }
    case 'map':
      return `map<${glueType(type.key)},${glueType(type.value)}>`;
    default:
      return SCALARS[type.kind];
  }
}
