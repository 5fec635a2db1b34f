/** The type of a field, as plain data: the smallest set that Parquet, Iceberg, Athena and DuckDB all hold. */
export type FieldType =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'list'; readonly of: FieldType }
  | { readonly kind: 'struct'; readonly fields: { readonly [name: string]: FieldType } }
  | { readonly kind: 'map'; readonly key: FieldType; readonly value: FieldType };

/** Types without parameters. `int` has 32 bits, `long` 64; `timestamp` counts microseconds, without a zone, in UTC. */
export type ScalarKind = 'string' | 'int' | 'long' | 'double' | 'boolean' | 'date' | 'timestamp' | 'binary';

const TRINO_SCALARS: Record<ScalarKind, string> = {
  string: 'VARCHAR',
  int: 'INTEGER',
  long: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP(6)',
  binary: 'VARBINARY',
};

/**
 * How Athena's SQL spells a type.
 *
 * @example
 * ```ts
 * import { trinoType } from 'cdk-data-mesh';
 * trinoType({ kind: 'list', of: { kind: 'decimal', precision: 12, scale: 2 } }); // => 'ARRAY(DECIMAL(12, 2))'
 * ```
 */
export function trinoType(type: FieldType): string {
  switch (type.kind) {
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'list':
      return `ARRAY(${trinoType(type.of)})`;
    case 'struct': {
      const fields = Object.entries(type.fields).map(([name, of]) => `"${name}" ${trinoType(of)}`);
      return `ROW(${fields.join(', ')})`;
    }
    case 'map':
      return `MAP(${trinoType(type.key)}, ${trinoType(type.value)})`;
    default:
      return TRINO_SCALARS[type.kind];
  }
}

/** How a person reads a type: `decimal(12, 2)`, `list<string>`. */
export function describeType(type: FieldType): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`;
    case 'list':
      return `list<${describeType(type.of)}>`;
    case 'struct': {
      const fields = Object.entries(type.fields).map(([name, of]) => `${name}: ${describeType(of)}`);
      return `struct<${fields.join(', ')}>`;
    }
    case 'map':
      return `map<${describeType(type.key)}, ${describeType(type.value)}>`;
    default:
      return type.kind;
  }
}
