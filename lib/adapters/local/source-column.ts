import { describeType, type FieldType } from '../../model/field-type.ts';
import type { FieldModel } from '../../model/mesh-model.ts';
import { duckdbType } from './sql/duckdb-type.ts';
import { quoteName, quoteText } from './sql-text.ts';

/** How a field of a CSV or NDJSON drop is read. */
export interface SourceColumn {
  /** The type the reader gives it. */
  readonly readType: string;
  /** What makes a value of the contract's type of it, under its name. */
  readonly select: string;
}

/** Begins the engine's message about a value that is not what the source declares; see `explainEngineError`. */
export const REFUSED_VALUE = 'refused-value';

/** The most characters of a refused value that its error shows. */
const LONGEST_SHOWN = 200;

/** How values of a type are read, and made what the contract says; without `convert` they are already. */
interface Reading {
  readonly readType: string;
  readonly convert?: (value: string) => string;
}

/** What is said, as an error, instead of a value. */
type Refuse = (isWrong: string, value: string, result: string, kind: string) => string;

/**
 * Reads what DuckDB would change silently in a form that shows it, and converts it with care: it rounds `1.7` to an
 * integer and `0.129` to cents, cuts the time off a date, and takes `10:00+02:00` for ten o'clock in UTC.
 */
export function sourceColumn({ name, type }: FieldModel, format: 'csv' | 'ndjson'): SourceColumn {
  const column = quoteName(name);
  const { readType, convert } = readingOf(type, format, refusing(name), 0);
  return { readType, select: convert ? `${convert(column)} AS ${column}` : column };
}

/** What makes a value of the contract's type of a text, or of another scalar when `from` says so (Parquet). */
export function convertScalar({ name, type }: FieldModel, value: string, from: string): string {
  const target = duckdbType(type);
  const refuse = refusing(name);
  const cast = `TRY_CAST(${value} AS ${target})`;
  if (type.kind === 'string') return from === 'BLOB' ? `decode(${value})` : `CAST(${value} AS VARCHAR)`;
  if (from === 'VARCHAR' && type.kind === 'double')
    return refuse(`${cast} IS NULL OR isinf(${cast})`, value, cast, type.kind);
  if (from === 'VARCHAR') {
    const reading = readingOf(type, 'ndjson', refuse, 0);
    return reading.convert?.(value) ?? refuse(`${cast} IS NULL`, value, cast, type.kind);
  }
  if (type.kind === 'binary' || (type.kind === 'timestamp' && from.startsWith('TIMESTAMP')))
    return `CAST(${value} AS ${target})`;
  // Both sides in the wider type: what the conversion lost shows.
  return refuse(`${cast} IS NULL OR ${cast} <> ${value}`, value, cast, describeType(type));
}

function refusing(name: string): Refuse {
  return (isWrong, value, result, kind) => {
    const parts = [
      quoteText(`${REFUSED_VALUE}\u0001${name}\u0001${kind}\u0001`),
      'filename',
      quoteText('\u0001'),
      `left(CAST(${value} AS VARCHAR), ${LONGEST_SHOWN})`,
    ];
    return `CASE WHEN ${value} IS NOT NULL AND (${isWrong}) THEN error(${parts.join(' || ')}) ELSE ${result} END`;
  };
}

function readingOf(type: FieldType, format: 'csv' | 'ndjson', refuse: Refuse, depth: number): Reading {
  const target = duckdbType(type);
  switch (type.kind) {
    case 'int':
    case 'long':
      return {
        readType: 'VARCHAR',
        convert(value) {
          const cast = `TRY_CAST(${value} AS ${target})`;
          const isOdd = `CAST(${cast} AS VARCHAR) <> ${value} AND NOT regexp_full_match(${value}, '\\s*[+-]?[0-9]+(\\.0*)?\\s*')`;
          return refuse(`${cast} IS NULL OR ${isOdd}`, value, cast, type.kind);
        },
      };
    case 'decimal':
      return decimalReading(type, format, refuse);
    case 'double':
      return { readType: target, convert: (value) => refuse(`isinf(${value})`, value, value, type.kind) };
    case 'date':
      return dateReading(format, refuse);
    case 'timestamp':
      return {
        readType: 'VARCHAR',
        convert(value) {
          // An offset can only stand behind the day; `infinity` and `epoch` are words of the engine's own.
          const time = `substr(${value}, 10)`;
          const cast = `CASE WHEN contains(${time}, '+') OR contains(${time}, '-') THEN CAST(TRY_CAST(${value} AS TIMESTAMPTZ) AS TIMESTAMP) ELSE TRY_CAST(${value} AS TIMESTAMP) END`;
          return refuse(`(${cast}) IS NULL OR ${value} > ':' OR NOT isfinite(${cast})`, value, cast, type.kind);
        },
      };
    case 'list':
    case 'struct':
    case 'map':
      return nestedReading(type, format, refuse, depth);
    default:
      return { readType: target };
  }
}

/** A CSV reader gives numbers as wide as they come, to see what the contract's scale would lose; JSON's are texts. */
function decimalReading(
  type: Extract<FieldType, { kind: 'decimal' }>,
  format: 'csv' | 'ndjson',
  refuse: Refuse,
): Reading {
  const { precision, scale } = type;
  const whole = precision - scale;
  const width = 18 - whole >= scale + 3 ? 18 : 38;
  const isWide = format === 'csv' && width - whole >= scale + 3;
  return {
    readType: isWide ? `DECIMAL(${width}, ${width - whole})` : 'VARCHAR',
    convert(value) {
      const cast = `TRY_CAST(${value} AS ${duckdbType(type)})`;
      const isExact = `\\s*[+-]?[0-9]*(\\.[0-9]{0,${scale}}0*)?\\s*`;
      const lost = isWide ? `${cast} <> ${value}` : `NOT regexp_full_match(${value}, '${isExact}')`;
      return refuse(`${cast} IS NULL OR ${lost}`, value, cast, describeType(type));
    },
  };
}

/** A day; a time with it only if that is midnight, which is how some systems write days. */
function dateReading(format: 'csv' | 'ndjson', refuse: Refuse): Reading {
  const isDay = (cast: string) => `${cast} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'`;
  if (format === 'csv') {
    return {
      readType: 'TIMESTAMP',
      convert(value) {
        const cast = `CAST(${value} AS DATE)`;
        return refuse(`NOT isfinite(${value}) OR ${cast} <> ${value} OR NOT ${isDay(cast)}`, value, cast, 'date');
      },
    };
  }
  return {
    readType: 'VARCHAR',
    convert(value) {
      const cast = `TRY_CAST(${value} AS DATE)`;
      const isPlain = `regexp_full_match(${value}, '[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([ T]00:00(:00(\\.0+)?)?(Z|[+-][0-9:]+)?)?')`;
      return refuse(`${cast} IS NULL OR NOT ${isPlain}`, value, cast, 'date');
    },
  };
}

function nestedReading(
  type: Extract<FieldType, { kind: 'list' | 'struct' | 'map' }>,
  format: 'csv' | 'ndjson',
  refuse: Refuse,
  depth: number,
): Reading {
  const inner = (of: FieldType) => readingOf(of, format, refuse, depth + 1);
  const item = `item_${depth}`;
  const converted = ({ convert }: Reading, value: string) => convert?.(value) ?? value;
  if (type.kind === 'list') {
    const of = inner(type.of);
    const convert = (value: string) => `list_transform(${value}, lambda ${item}: ${converted(of, item)})`;
    return { readType: `${of.readType}[]`, convert: of.convert && convert };
  }
  if (type.kind === 'map') {
    const [key, held] = [inner(type.key), inner(type.value)];
    const convert = (value: string) =>
      `map_from_entries(list_transform(map_entries(${value}), lambda ${item}: struct_pack(key := ${converted(key, `${item}.key`)}, value := ${converted(held, `${item}.value`)})))`;
    const isSame = !key.convert && !held.convert;
    return { readType: `MAP(${key.readType}, ${held.readType})`, convert: isSame ? undefined : convert };
  }
  const fields = Object.entries(type.fields).map(([name, of]) => [quoteName(name), inner(of)] as const);
  const convert = (value: string) => {
    const packed = fields.map(([name, of]) => `${name} := ${converted(of, `${value}.${name}`)}`);
    return `CASE WHEN ${value} IS NOT NULL THEN struct_pack(${packed.join(', ')}) END`;
  };
  const isSame = fields.every(([, of]) => !of.convert);
  const readType = `STRUCT(${fields.map(([name, of]) => `${name} ${of.readType}`).join(', ')})`;
  return { readType, convert: isSame ? undefined : convert };
}
