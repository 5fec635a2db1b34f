import {
  type DuckDBDecimalType,
  type DuckDBListType,
  type DuckDBMapType,
  type DuckDBStructType,
  type DuckDBType,
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

const KINDS: Readonly<Partial<Record<DuckDBTypeId, ScalarKind>>> = {
  [DuckDBTypeId.VARCHAR]: 'string',
  [DuckDBTypeId.TINYINT]: 'int',
  [DuckDBTypeId.SMALLINT]: 'int',
  [DuckDBTypeId.UTINYINT]: 'int',
  [DuckDBTypeId.USMALLINT]: 'int',
  [DuckDBTypeId.INTEGER]: 'int',
  [DuckDBTypeId.UINTEGER]: 'long',
  [DuckDBTypeId.BIGINT]: 'long',
  [DuckDBTypeId.UBIGINT]: 'long',
  // The sum of integers: Athena says bigint, and overflows where the publication's cast does.
  [DuckDBTypeId.HUGEINT]: 'long',
  [DuckDBTypeId.DOUBLE]: 'double',
  [DuckDBTypeId.BOOLEAN]: 'boolean',
  [DuckDBTypeId.DATE]: 'date',
  [DuckDBTypeId.TIMESTAMP]: 'timestamp',
  [DuckDBTypeId.BLOB]: 'binary',
};

/** The field type that holds a DuckDB type, or nothing: a time, an interval, JSON, a timestamp with a zone. */
export function fromDuckdbType(type: DuckDBType): FieldType | undefined {
  switch (type.typeId) {
    case DuckDBTypeId.DECIMAL: {
      const { width, scale } = type as DuckDBDecimalType;
      return { kind: 'decimal', precision: width, scale };
    }
    case DuckDBTypeId.LIST: {
      const of = fromDuckdbType((type as DuckDBListType).valueType);
      return of && { kind: 'list', of };
    }
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type as DuckDBMapType;
      const [key, value] = [fromDuckdbType(keyType), fromDuckdbType(valueType)];
      return key && value && { kind: 'map', key, value };
    }
    case DuckDBTypeId.STRUCT:
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
