import type { FieldType } from '../model/field-type.ts';

/** Tells whether a value of a code transformation is of a type, exactly: nothing is rounded or cut to fit. */
export type FitCheck = (value: unknown) => boolean;

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Makes the check of a type once, for all of its values. */
export function fitCheck(type: FieldType): FitCheck {
  switch (type.kind) {
    case 'string':
      return (value) => typeof value === 'string';
    case 'int':
      return (value) => typeof value === 'number' && (value | 0) === value;
    case 'long':
      return (value) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
    case 'double':
      return (value) => typeof value === 'number';
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'date':
      return (value) => typeof value === 'string' && DATE.test(value) && isDay(value);
    case 'timestamp':
      return (value) => typeof value === 'string' && TIMESTAMP.test(value) && isDay(value);
    case 'decimal': {
      const decimal = decimalPattern(type.precision, type.scale);
      return (value) => typeof value === 'string' && decimal.test(value);
    }
    case 'binary':
      return (value) => value instanceof Uint8Array;
    case 'list': {
      const item = nullable(type.of);
      return (value) => Array.isArray(value) && value.every(item);
    }
    case 'struct': {
      const fields = new Map(Object.entries(type.fields).map(([name, of]) => [name, nullable(of)]));
      return (value) =>
        typeof value === 'object' &&
        value !== null &&
        Object.entries(value).every(([name, held]) => fields.get(name)?.(held) ?? false);
    }
    case 'map': {
      const [key, held] = [fitCheck(type.key), nullable(type.value)];
      return (value) => value instanceof Map && [...value].every((entry) => key(entry[0]) && held(entry[1]));
    }
  }
}

function nullable(type: FieldType): FitCheck {
  const fits = fitCheck(type);
  return (value) => value === null || value === undefined || fits(value);
}

/** No more digits than the type has on either side of the point; zeros at the ends say nothing. */
function decimalPattern(precision: number, scale: number): RegExp {
  const whole = precision > scale ? `0*\\d{1,${precision - scale}}` : '0+';
  const fraction = scale > 0 ? `(?:\\.\\d{1,${scale}}0*)?` : '(?:\\.0+)?';
  return new RegExp(`^[+-]?${whole}${fraction}$`);
}

/** Whether a text that begins as a date is one of the calendar. */
function isDay(text: string): boolean {
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))];
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day >= 1 && day <= (month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0));
}
