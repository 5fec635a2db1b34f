import { isLosslessNumber, stringify } from 'lossless-json';
import type { FieldType } from '../../../model/field-type.ts';
import { type TextFormat, textConversion } from './convert-text.ts';
import { RefusedValue } from './refused-value.ts';

/** What a value of a JSON document becomes; numbers come as they are written. */
export type JsonConversion = (value: unknown) => unknown;

/** A value of JSON of another shape than its source declares, such as a number where a list should be. */
export class WrongShape extends Error {
  constructor(expected: 'ARRAY' | 'OBJECT', value: unknown) {
    super(`Expected ${expected}, but got ${kindOf(value)}: ${jsonText(value).slice(0, 100)}`);
    this.name = 'WrongShape';
  }
}

/** What makes a value of a type of a JSON value. It throws `RefusedValue` and `WrongShape`. */
export function jsonConversion(type: FieldType, format: TextFormat = 'ndjson'): JsonConversion {
  switch (type.kind) {
    case 'list': {
      const convert = jsonConversion(type.of, format);
      return orNull((value) => {
        if (!Array.isArray(value)) throw new WrongShape('ARRAY', value);
        return value.map(convert);
      });
    }
    case 'map': {
      const [key, held] = [jsonConversion(type.key, format), jsonConversion(type.value, format)];
      return orNull((value) => {
        if (!isRecord(value)) throw new WrongShape('OBJECT', value);
        return new Map(Object.entries(value).map(([name, of]) => [key(name), held(of)]));
      });
    }
    case 'struct': {
      const fields = Object.entries(type.fields).map(([name, of]) => [name, jsonConversion(of, format)] as const);
      return orNull((value) => {
        if (!isRecord(value)) throw new WrongShape('OBJECT', value);
        return Object.fromEntries(fields.map(([name, convert]) => [name, convert(own(value, name))]));
      });
    }
    default:
      return scalarConversion(type, format);
  }
}

function scalarConversion(type: FieldType, format: TextFormat): JsonConversion {
  const convert = textConversion(type, format);
  return orNull((value) => {
    if (typeof value === 'string') return convert(value);
    if (type.kind === 'boolean') {
      if (typeof value === 'boolean') return value;
      if (isLosslessNumber(value)) return Number(value.value) !== 0;
      throw new RefusedValue(jsonText(value), type);
    }
    if (type.kind === 'double') {
      if (typeof value === 'boolean') return value ? 1 : 0;
      if (!isLosslessNumber(value)) throw new RefusedValue(jsonText(value), type);
    }
    return convert(jsonText(value));
  });
}

/** A value's text in JSON without spaces, its numbers as they were written. */
function jsonText(value: unknown): string {
  return isLosslessNumber(value) ? value.value : (stringify(value) ?? 'null');
}

/** A field of a record, whatever it is called. */
function own(record: { readonly [name: string]: unknown }, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

export function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'ARRAY';
  if (value === null) return 'NULL';
  if (isLosslessNumber(value)) return /[.eE]/.test(value.value) ? 'DOUBLE' : 'BIGINT';
  return isRecord(value) ? 'OBJECT' : typeof value === 'string' ? 'VARCHAR' : 'BOOLEAN';
}

function orNull(convert: JsonConversion): JsonConversion {
  return (value) => (value === null || value === undefined ? null : convert(value));
}
