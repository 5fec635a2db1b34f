import type { FieldType } from '../../../model/field-type.ts';
import { decimalText, parseDecimal } from './parse-decimal.ts';
import { isPlainDay, parseTimestamp, plainTimestamp, timestampText } from './parse-time.ts';
import { RefusedValue } from './refused-value.ts';

/** Where a text stands: a CSV reader is more generous than JSON with numbers, and less so with spaces in days. */
export type TextFormat = 'csv' | 'ndjson';
/** What a text becomes: a value as the model says it is in TypeScript. */
export type TextConversion = (text: string) => unknown;

const WHOLE = /^[\t\n\f\r ]*([+-]?[0-9]+)(\.0*)?[\t\n\f\r ]*$/;
const RANGE = { int: 2n ** 31n, long: 2n ** 63n } as const;
const DIGITS = String.raw`\d(?:_?\d)*`;
const NUMBER = new RegExp(`^\\s*[+-]?(?:${DIGITS}(?:\\.(?:${DIGITS})?)?|\\.${DIGITS})(?:[eE][+-]?${DIGITS})?\\s*$`);
const NO_NUMBER = /^\s*[+-]?(nan|inf(inity)?)\s*$/i;
const DAY = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})([ T]00:00(:00(\.0+)?)?(Z|[+-][0-9:]+)?)?$/;
const OFFSET = /(:\d{1,2}(?:\.\d*)?)[+-]\d{2}(?::?\d{2}){0,2}$/;
const BOOLEANS = {
  csv: { true: ['true', 't', 'yes', 'y', '1'], false: ['false', 'f', 'no', 'n', '0'] },
  ndjson: { true: ['true', 't', 'yes'], false: ['false', 'f', 'no'] },
} as const;

/** What makes a value of a type of a drop's text, without loss. It throws `RefusedValue`. */
export function textConversion(type: FieldType, format: TextFormat): TextConversion {
  switch (type.kind) {
    case 'int':
    case 'long':
      return wholeConversion(type, type.kind);
    case 'decimal':
      return (text) => {
        const unscaled = parseDecimal(text, type, format);
        if (unscaled === undefined) throw new RefusedValue(shownDecimal(text, type, format), type);
        return decimalText(unscaled, type.scale);
      };
    case 'double':
      return (text) => {
        const value = doubleOf(text, format);
        if (value === undefined) throw new RefusedValue(text, type);
        if (Math.abs(value) === Number.POSITIVE_INFINITY) throw new RefusedValue(value > 0 ? 'inf' : '-inf', type);
        return value;
      };
    case 'boolean': {
      const words = new Map<string, boolean>();
      for (const word of BOOLEANS[format].true) words.set(word, true);
      for (const word of BOOLEANS[format].false) words.set(word, false);
      return (text) => words.get(text) ?? words.get(text.toLowerCase()) ?? refuse(text, type);
    }
    case 'date':
      return format === 'csv' ? csvDate(type) : jsonDate(type);
    case 'timestamp':
      return (text) => {
        const plain = plainTimestamp(text);
        if (plain !== undefined) return plain;
        const micros = parseTimestamp(text.trim());
        if (micros === undefined) throw new RefusedValue(text, type);
        return timestampText(micros);
      };
    case 'binary':
      return format === 'csv' ? csvBinary(type) : (text) => new Uint8Array(Buffer.from(text, 'utf8'));
    default:
      return (text) => text;
  }
}

function refuse(text: string, type: FieldType): never {
  throw new RefusedValue(text, type);
}

function wholeConversion(type: FieldType, kind: 'int' | 'long'): TextConversion {
  const range = RANGE[kind];
  return (text) => {
    const digits = WHOLE.exec(text)?.[1];
    if (digits === undefined) throw new RefusedValue(text, type);
    // Nine digits fit into an int, whatever they are.
    if (kind === 'int' && digits.length <= 9) return Number(digits) + 0;
    const value = BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
    if (value < -range || value >= range) throw new RefusedValue(text, type);
    return kind === 'int' ? Number(value) : value;
  };
}

function doubleOf(text: string, format: TextFormat): number | undefined {
  if (format === 'ndjson' && /^[\s+]|[\s_]|^-?0\d/.test(text)) return undefined;
  if (NO_NUMBER.test(text)) return /nan/i.test(text) ? Number.NaN : text.trim().startsWith('-') ? -Infinity : Infinity;
  if (!NUMBER.test(text)) return undefined;
  return Number(text.replaceAll('_', ''));
}

/** As the engine that reads CSV drops locally shows a number that the contract's scale would round. */
function shownDecimal(text: string, type: Extract<FieldType, { kind: 'decimal' }>, format: TextFormat): string {
  if (format !== 'csv' || !/[eE]/.test(text)) return text;
  const scale = type.scale + 12;
  const wide = parseDecimal(text, { kind: 'decimal', precision: scale + 10, scale }, 'csv');
  return wide === undefined
    ? text
    : decimalText(wide, scale)
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '');
}

function csvDate(type: FieldType): TextConversion {
  return (text) => {
    if (isPlainDay(text)) return text;
    // A day is one where it was written; its zone moves nothing.
    const micros = text.trim() === text ? parseTimestamp(text.replace(OFFSET, '$1')) : undefined;
    if (micros === undefined) throw new RefusedValue(text, type);
    const written = timestampText(micros);
    if (!written.endsWith(' 00:00:00')) throw new RefusedValue(written, type);
    return written.slice(0, 10);
  };
}

function jsonDate(type: FieldType): TextConversion {
  return (text) => {
    if (isPlainDay(text)) return text;
    const micros = DAY.test(text) ? parseTimestamp(text.replace(/[ T].*$/, '')) : undefined;
    if (micros === undefined) throw new RefusedValue(text, type);
    return timestampText(micros).slice(0, 10);
  };
}

/** Bytes of a CSV drop: ASCII, and `\xAB` for the rest. */
function csvBinary(type: FieldType): TextConversion {
  return (text) => {
    const isAscii = Buffer.byteLength(text) === text.length;
    if (!isAscii || !/^(?:[^\\]|\\x[0-9a-fA-F]{2})*$/.test(text)) throw new RefusedValue(text, type);
    const plain = text.replace(/\\x([0-9a-fA-F]{2})/g, (_all, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    return new Uint8Array(Buffer.from(plain, 'latin1'));
  };
}
