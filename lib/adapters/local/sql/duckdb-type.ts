import type {
  DuckDBDecimalType,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  DuckDBType,
  DuckDBTypeId,
} from '@duckdb/node-api';
import type { FieldType, ScalarKind } from '../../../model/field-type.ts';

const SCALARS: Readonly<Record<ScalarKind, string>> = {
  string: 'VARCHAR',
  int: 'INTEGER',
  long: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  binary: 'BLOB',
};

/** How DuckDB spells a type. */
export function duckdbType(type: FieldType): string {
  switch (type.kind) {
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'list':
      return `${duckdbType(type.of)}[]`;
    case 'struct': {
      const fields = Object.entries(type.fields).map(
        ([name, of]) => `"${name.replaceAll('"', '""')}" ${duckdbType(of)}`,
      );
      return `STRUCT(${fields.join(', ')})`;
    }
    case 'map':
      return `MAP(${duckdbType(type.key)}, ${duckdbType(type.value)})`;
    default:
      return SCALARS[type.kind];
  }
}

// The engine's own numbers, which the compiler holds them to: its enum would load the engine for spelling a type.
const ID = {
  VARCHAR: 17,
  TINYINT: 2,
  SMALLINT: 3,
  UTINYINT: 6,
  USMALLINT: 7,
  INTEGER: 4,
  UINTEGER: 8,
  BIGINT: 5,
  UBIGINT: 9,
  HUGEINT: 16,
  DOUBLE: 11,
  BOOLEAN: 1,
  DATE: 13,
  TIMESTAMP: 12,
  BLOB: 18,
  DECIMAL: 19,
  LIST: 24,
  MAP: 26,
  STRUCT: 25,
} as const satisfies { readonly [Name in keyof typeof DuckDBTypeId]?: (typeof DuckDBTypeId)[Name] };

const KINDS: Readonly<Partial<Record<DuckDBTypeId, ScalarKind>>> = {
  [ID.VARCHAR]: 'string',
  [ID.TINYINT]: 'int',
  [ID.SMALLINT]: 'int',
  [ID.UTINYINT]: 'int',
  [ID.USMALLINT]: 'int',
  [ID.INTEGER]: 'int',
  [ID.UINTEGER]: 'long',
  [ID.BIGINT]: 'long',
  [ID.UBIGINT]: 'long',
  // The sum of integers: Athena says bigint, and overflows where the publication's cast does.
  [ID.HUGEINT]: 'long',
  [ID.DOUBLE]: 'double',
  [ID.BOOLEAN]: 'boolean',
  [ID.DATE]: 'date',
  [ID.TIMESTAMP]: 'timestamp',
  [ID.BLOB]: 'binary',
};

/** The field type that holds a DuckDB type, or nothing: a time, an interval, JSON, a timestamp with a zone. */
export function fromDuckdbType(type: DuckDBType): FieldType | undefined {
  switch (type.typeId) {
    case ID.DECIMAL: {
      const { width, scale } = type as DuckDBDecimalType;
      return { kind: 'decimal', precision: width, scale };
    }
    case ID.LIST: {
      const of = fromDuckdbType((type as DuckDBListType).valueType);
      return of && { kind: 'list', of };
    }
    case ID.MAP: {
      const { keyType, valueType } = type as DuckDBMapType;
      const [key, value] = [fromDuckdbType(keyType), fromDuckdbType(valueType)];
      return key && value && { kind: 'map', key, value };
    }
    case ID.STRUCT:
      return fromStruct(type as DuckDBStructType);
    default: {
      const kind = type.alias === undefined || type.alias === null ? KINDS[type.typeId] : undefined;
      return kind && { kind };
    }
  }
}

function fromStruct({ entryNames, entryTypes }: DuckDBStructType): FieldType | undefined {
  const fields: Record<string, FieldType> = {};
  for (const [index, name] of entryNames.entries()) {
    const of = fromDuckdbType(entryTypes[index]!);
    if (!of || name === '') return undefined;
    fields[name] = of;
  }
  return { kind: 'struct', fields };
}
