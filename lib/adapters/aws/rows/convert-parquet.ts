import { describeType, type FieldType } from '../../../model/field-type.ts';
import { textConversion } from './convert-text.ts';
import type { ParquetShape } from './parquet-file.ts';
import { decimalText } from './parse-decimal.ts';
import { dateText, isKept, timestampText } from './parse-time.ts';
import { RefusedValue } from './refused-value.ts';

/** What makes a value of the model's of a raw one. */
export type ParquetConversion = (raw: unknown) => unknown;

const INTEGERS = { int: 2n ** 31n, long: 2n ** 63n } as const;
const MICROS_PER_DAY = 86_400_000_000n;

/** What makes values of a type of a column's, without loss. It throws `RefusedValue`. */
export function parquetConversion(shape: ParquetShape, type: FieldType): ParquetConversion {
  const convert = conversionOf(shape, type);
  return (raw) => (raw === null || raw === undefined ? null : convert(raw));
}

function conversionOf(shape: ParquetShape, type: FieldType): ParquetConversion {
  if (type.kind === 'list' && shape.kind === 'list') {
    const convert = parquetConversion(shape.of, type.of);
    return (raw) => Array.from(raw as ArrayLike<unknown>, convert);
  }
  if (type.kind === 'map' && shape.kind === 'map') {
    const [key, value] = [keyConversion(shape.key, type.key), parquetConversion(shape.value, type.value)];
    return (raw) => new Map(Object.entries(raw as object).map(([name, held]) => [key(name), value(held)]));
  }
  if (type.kind === 'struct' && shape.kind === 'struct') {
    const fields = Object.entries(type.fields).map(([name, of]) => {
      const found = Object.keys(shape.fields).find((other) => other.toLowerCase() === name.toLowerCase());
      const convert = found === undefined ? () => null : parquetConversion(shape.fields[found]!, of);
      return { name, from: found ?? name, convert };
    });
    return (raw) => {
      const struct = raw as { readonly [name: string]: unknown };
      return Object.fromEntries(fields.map(({ name, from, convert }) => [name, convert(struct[from])]));
    };
  }
  return scalarConversion(shape, type);
}

/** The library gives keys of maps as text. */
function keyConversion(shape: ParquetShape, type: FieldType): (text: string) => unknown {
  if (shape.kind === 'date') return (text) => parquetConversion(shape, type)(Number(text));
  if (shape.kind === 'timestamp' || shape.kind === 'decimal') {
    return (text) => parquetConversion(shape, type)(BigInt(text));
  }
  return textConversion(type, 'csv');
}

function scalarConversion(shape: ParquetShape, type: FieldType): ParquetConversion {
  const shown = textOf(shape);
  const refuse = (raw: unknown): never => {
    throw new RefusedValue(shape.kind === 'decimal' ? shown(raw).replace(/\.?0+$/, '') : shown(raw), type);
  };
  const exactly =
    (convert: (raw: unknown) => unknown): ParquetConversion =>
    (raw) =>
      convert(raw) ?? refuse(raw);
  switch (type.kind) {
    case 'string':
      if (shape.kind === 'other' && shape.name !== 'uuid') return refuse;
      if (shape.kind === 'timestamp' && shape.isUtc) return (raw) => `${shown(raw)}+00`;
      return shape.kind === 'binary' ? utf8(type) : shown;
    case 'binary':
      if (shape.kind === 'binary') return (raw) => raw;
      return shape.kind === 'string' ? (raw) => textConversion(type, 'csv')(String(raw)) : refuse;
    default:
  }
  if (shape.kind === 'string') {
    const isGenerous = type.kind === 'double' || type.kind === 'boolean';
    const convert = textConversion(type, isGenerous ? 'csv' : 'ndjson');
    return (raw) => convert(String(raw));
  }
  switch (type.kind) {
    case 'int':
    case 'long': {
      const range = INTEGERS[type.kind];
      if (type.kind === 'long' && shape.kind === 'whole')
        return (raw) => checkRange(BigInt(raw as bigint), range) ?? refuse(raw);
      return exactly((raw) => {
        const whole = wholeOf(shape, raw);
        const value = whole === undefined ? undefined : checkRange(whole, range);
        return value === undefined || type.kind === 'long' ? value : Number(value);
      });
    }
    case 'double':
      if (shape.kind === 'double' || shape.kind === 'float' || shape.kind === 'whole') return (raw) => Number(raw);
      if (shape.kind === 'boolean') return (raw) => (raw === true ? 1 : 0);
      return shape.kind === 'decimal' ? (raw) => Number(shown(raw)) : refuse;
    case 'boolean':
      if (shape.kind === 'boolean') return (raw) => raw;
      return exactly((raw) => {
        const whole = wholeOf(shape, raw);
        return whole === 0n ? false : whole === 1n ? true : undefined;
      });
    case 'decimal':
      return exactly((raw) => decimalOf(shape, raw, type.precision, type.scale));
    case 'date':
      if (shape.kind === 'date')
        return exactly((raw) => keptTime(BigInt(raw as number) * MICROS_PER_DAY)?.slice(0, 10));
      if (shape.kind !== 'timestamp') return refuse;
      return exactly((raw) =>
        (raw as bigint) % MICROS_PER_DAY === 0n ? keptTime(raw as bigint)?.slice(0, 10) : undefined,
      );
    case 'timestamp':
      if (shape.kind === 'timestamp') return exactly((raw) => keptTime(raw as bigint));
      return shape.kind === 'date' ? exactly((raw) => keptTime(BigInt(raw as number) * MICROS_PER_DAY)) : refuse;
    default:
      throw new TypeError(`no ${describeType(type)} is made of ${shape.kind}`);
  }
}

function keptTime(micros: bigint): string | undefined {
  return isKept(micros) ? timestampText(micros) : undefined;
}

function checkRange(value: bigint, range: bigint): bigint | undefined {
  return value >= -range && value < range ? value : undefined;
}

function wholeOf(shape: ParquetShape, raw: unknown): bigint | undefined {
  if (shape.kind === 'whole') return BigInt(raw as number);
  if (shape.kind === 'boolean') return raw === true ? 1n : 0n;
  if (shape.kind === 'float' || shape.kind === 'double')
    return Number.isInteger(raw) ? BigInt(raw as number) : undefined;
  if (shape.kind !== 'decimal') return undefined;
  const [unscaled, unit] = [unscaledOf(raw), 10n ** BigInt(shape.scale)];
  return unscaled % unit === 0n ? unscaled / unit : undefined;
}

function decimalOf(shape: ParquetShape, raw: unknown, precision: number, scale: number): string | undefined {
  const fits = (unscaled: bigint) => {
    const bound = 10n ** BigInt(precision);
    return unscaled > -bound && unscaled < bound ? decimalText(unscaled, scale) : undefined;
  };
  if (shape.kind === 'whole' || shape.kind === 'boolean') return fits(wholeOf(shape, raw)! * 10n ** BigInt(scale));
  if (shape.kind === 'double' || shape.kind === 'float') {
    const value = raw as number;
    if (!Number.isFinite(value) || Math.abs(value) >= 1e21) return undefined;
    const text = value.toFixed(scale);
    const back = shape.kind === 'float' ? Math.fround(Number(text)) : Number(text);
    return back === value ? fits(BigInt(text.replace('.', ''))) : undefined;
  }
  if (shape.kind !== 'decimal') return undefined;
  const unscaled = unscaledOf(raw);
  if (shape.scale <= scale) return fits(unscaled * 10n ** BigInt(scale - shape.scale));
  const lost = 10n ** BigInt(shape.scale - scale);
  return unscaled % lost === 0n ? fits(unscaled / lost) : undefined;
}

/** A decimal's unscaled number, of however it is stored. */
function unscaledOf(raw: unknown): bigint {
  if (!(raw instanceof Uint8Array)) return BigInt(raw as number);
  const value = raw.length === 0 ? 0n : BigInt(`0x${Buffer.from(raw).toString('hex')}`);
  return BigInt.asIntN(raw.length * 8, value);
}

/** A raw value as text, as SQL casts it. */
function textOf(shape: ParquetShape): (raw: unknown) => string {
  switch (shape.kind) {
    case 'decimal':
      return (raw) => decimalText(unscaledOf(raw), shape.scale);
    case 'date':
      return (raw) => dateText(raw as number);
    case 'timestamp':
      return (raw) => timestampText(raw as bigint);
    case 'float':
      return (raw) => numberText(shortestFloat(raw as number));
    case 'double':
      return (raw) => numberText(raw as number);
    case 'binary':
      return (raw) => Buffer.from(raw as Uint8Array).toString('latin1');
    default:
      return (raw) => String(raw);
  }
}

/** A floating number as the local engine writes it: `1.0`, `1e+16`, `1e-07`. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  if (Number(exponent) < -4 || Number(exponent) >= 16) {
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  const text = String(value);
  if (text.includes('e')) return value.toFixed(20).replace(/0+$/, '');
  return text.includes('.') ? text : `${text}.0`;
}

function shortestFloat(value: number): number {
  for (let digits = 1; digits <= 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

function utf8(type: FieldType): ParquetConversion {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return (raw) => {
    try {
      return decoder.decode(raw as Uint8Array);
    } catch {
      throw new RefusedValue(Buffer.from(raw as Uint8Array).toString('latin1'), type);
    }
  };
}
