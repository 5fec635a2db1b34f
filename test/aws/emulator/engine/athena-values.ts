import {
  DuckDBBlobValue,
  type DuckDBDecimalType,
  type DuckDBListType,
  DuckDBListValue,
  type DuckDBMapType,
  DuckDBMapValue,
  type DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';

/** A column as Athena describes it, and as Glue would store it. */
export interface AthenaColumn {
  readonly name: string;
  readonly type: string;
  readonly precision: number;
  readonly scale: number;
  readonly glue: string;
}

type Names = readonly [athena: string, glue: string, precision: number];

const SCALARS: Readonly<Partial<Record<DuckDBTypeId, Names>>> = {
  [DuckDBTypeId.VARCHAR]: ['varchar', 'string', 2147483647],
  [DuckDBTypeId.TINYINT]: ['tinyint', 'tinyint', 3],
  [DuckDBTypeId.SMALLINT]: ['smallint', 'smallint', 5],
  [DuckDBTypeId.INTEGER]: ['integer', 'int', 10],
  [DuckDBTypeId.BIGINT]: ['bigint', 'bigint', 19],
  [DuckDBTypeId.FLOAT]: ['float', 'float', 7],
  [DuckDBTypeId.DOUBLE]: ['double', 'double', 17],
  [DuckDBTypeId.BOOLEAN]: ['boolean', 'boolean', 0],
  [DuckDBTypeId.DATE]: ['date', 'date', 0],
  [DuckDBTypeId.TIMESTAMP]: ['timestamp', 'timestamp', 3],
  [DuckDBTypeId.TIMESTAMP_TZ]: ['timestamp with time zone', 'timestamp', 3],
  [DuckDBTypeId.TIME]: ['time', 'string', 3],
  [DuckDBTypeId.BLOB]: ['varbinary', 'binary', 0],
  [DuckDBTypeId.SQLNULL]: ['unknown', 'string', 0],
};
const NESTED: Readonly<Partial<Record<DuckDBTypeId, string>>> = {
  [DuckDBTypeId.LIST]: 'array',
  [DuckDBTypeId.MAP]: 'map',
  [DuckDBTypeId.STRUCT]: 'row',
};

export function athenaColumn(name: string, duckdb: DuckDBType): AthenaColumn {
  const glue = glueType(duckdb);
  const nested = NESTED[duckdb.typeId];
  if (nested) return { name, type: nested, precision: 0, scale: 0, glue };
  if (duckdb.typeId === DuckDBTypeId.DECIMAL) {
    const { width, scale } = duckdb as DuckDBDecimalType;
    return { name, type: 'decimal', precision: width, scale, glue };
  }
  const [type, , precision] = SCALARS[duckdb.typeId] ?? ['varchar', 'string', 2147483647];
  return { name, type, precision, scale: 0, glue };
}

/** A type as Glue spells it. */
export function glueType(type: DuckDBType): string {
  switch (type.typeId) {
    case DuckDBTypeId.DECIMAL: {
      const { width, scale } = type as DuckDBDecimalType;
      return `decimal(${width},${scale})`;
    }
    case DuckDBTypeId.LIST:
      return `array<${glueType((type as DuckDBListType).valueType)}>`;
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type as DuckDBMapType;
      return `map<${glueType(keyType)},${glueType(valueType)}>`;
    }
    case DuckDBTypeId.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      return `struct<${entryNames.map((name, at) => `${name.toLowerCase()}:${glueType(entryTypes[at]!)}`).join(',')}>`;
    }
    default:
      return SCALARS[type.typeId]?.[1] ?? 'string';
  }
}

/** A value as GetQueryResults gives it: text, or null. */
export function athenaText(value: DuckDBValue, type: DuckDBType): string | null {
  return value === null ? null : write(value, type);
}

function write(value: DuckDBValue, type: DuckDBType): string {
  if (value === null) return 'null';
  if (value instanceof DuckDBListValue) {
    const of = (type as DuckDBListType).valueType;
    return `[${value.items.map((item) => write(item, of)).join(', ')}]`;
  }
  if (value instanceof DuckDBMapValue) {
    const { keyType, valueType } = type as DuckDBMapType;
    return `{${value.entries.map(({ key, value: of }) => `${write(key, keyType)}=${write(of, valueType)}`).join(', ')}}`;
  }
  if (value instanceof DuckDBStructValue) {
    const { entryNames, entryTypes } = type as DuckDBStructType;
    return `{${entryNames.map((name, at) => `${name}=${write(value.entries[name] ?? null, entryTypes[at]!)}`).join(', ')}}`;
  }
  if (value instanceof DuckDBBlobValue) {
    return [...value.bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  }
  if (value instanceof DuckDBTimestampValue) return timestamp(value.micros);
  if (value instanceof DuckDBTimestampTZValue) return `${timestamp(value.micros).slice(0, -3)} UTC`;
  if (typeof value === 'number' && (type.typeId === DuckDBTypeId.DOUBLE || type.typeId === DuckDBTypeId.FLOAT)) {
    return double(value);
  }
  return String(value);
}

/** With six digits of the second, as a timestamp(6) has them. */
function timestamp(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = (micros - fraction) / 1_000_000n;
  const text = new Date(Number(seconds) * 1000).toISOString().replace('T', ' ').slice(0, -5);
  return `${text}.${String(fraction).padStart(6, '0')}`;
}

/** As Java writes it. */
function double(value: number): string {
  if (!Number.isFinite(value) || value === 0)
    return Object.is(value, -0) ? '-0.0' : value === 0 ? '0.0' : String(value);
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}
