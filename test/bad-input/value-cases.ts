import { type DropCase, FIELDS } from './drop-case.ts';

type Kind = Exclude<keyof typeof FIELDS, 'id'>;
/** A text of a field, and the value that is published of it; without one it is refused. */
type Value = readonly [name: string, of: Kind, text: string, published?: unknown];

const TYPES: Record<Kind, string> = {
  n: 'int',
  big: 'long',
  x: 'double',
  price: 'decimal\\(6, 2\\)',
  ok: 'boolean',
  day: 'date',
  at: 'timestamp',
};

const CSV: readonly Value[] = [
  ['int-fraction', 'n', '1.7'],
  ['int-point-zero', 'n', '1.0', 1],
  ['int-text', 'n', 'abc'],
  ['int-range', 'n', '2147483648'],
  ['int-exponent', 'n', '1e3'],
  ['int-exponent-fraction', 'n', '15e-1'],
  ['int-spaces', 'n', ' 7 ', 7],
  ['int-plus', 'n', '+5', 5],
  ['int-thousands', 'n', '"1,000"'],
  ['int-underscore', 'n', '1_000'],
  ['int-hexadecimal', 'n', '0x10'],
  ['int-boolean', 'n', 'true'],
  ['long-range', 'big', '9223372036854775808'],
  ['long-precise', 'big', '9007199254740993', '9007199254740993'],
  ['long-precise-point-zero', 'big', '9007199254740993.0', '9007199254740993'],
  ['long-large-fraction', 'big', '9007199254740993.5'],
  ['double-comma', 'x', '"1,5"'],
  ['double-text', 'x', 'much'],
  ['double-too-large', 'x', '1e999'],
  ['double-infinite', 'x', 'inf'],
  ['double-exponent', 'x', '25e-1', 2.5],
  ['decimal-range', 'price', '12345.67'],
  ['decimal-rounds-out-of-range', 'price', '9999.999'],
  ['decimal-scale', 'price', '1.239'],
  ['decimal-zeros', 'price', '1.2300', '1.23'],
  ['decimal-text', 'price', 'EUR 5'],
  ['decimal-exponent', 'price', '1e2', '100.00'],
  ['decimal-small-exponent', 'price', '1e-3'],
  ['decimal-negative', 'price', '-0.05', '-0.05'],
  ['boolean-yes', 'ok', 'yes', true],
  ['boolean-capital', 'ok', 'TRUE', true],
  ['boolean-other', 'ok', '2'],
  ['date-german', 'day', '31.01.2026'],
  ['date-american', 'day', '01/31/2026'],
  ['date-impossible', 'day', '2026-02-30'],
  ['date-with-time', 'day', '2026-01-31 10:00:00'],
  ['date-with-zone', 'day', '2026-01-31T10:00:00Z'],
  ['date-at-midnight', 'day', '2026-01-31 00:00:00', '2026-01-31'],
  ['date-compact', 'day', '20260131'],
  ['date-infinite', 'day', 'infinity'],
  ['date-before-christ', 'day', '0044-03-15 (BC)'],
  ['timestamp-offset', 'at', '2026-01-31T10:00:00+02:00', '2026-01-31 08:00:00'],
  ['timestamp-short-offset', 'at', '2026-01-31 10:00:00+02', '2026-01-31 08:00:00'],
  ['timestamp-minus', 'at', '2026-01-31T10:00:00-0330', '2026-01-31 13:30:00'],
  ['timestamp-short-day-offset', 'at', '2026-1-5 1:00:00+02', '2026-01-04 23:00:00'],
  ['timestamp-shorter-offset', 'at', '2026-1-5 1:00+02'],
  ['timestamp-z', 'at', '2026-01-31T10:00:00Z', '2026-01-31 10:00:00'],
  ['timestamp-zone-name', 'at', '2026-01-31 10:00:00 Europe/Vienna'],
  ['timestamp-zone-letters', 'at', '2026-01-31 10:00:00 CET'],
  ['timestamp-day', 'at', '2026-01-31', '2026-01-31 00:00:00'],
  ['timestamp-micros', 'at', '2026-01-31 10:00:00.123456', '2026-01-31 10:00:00.123456'],
  ['timestamp-german', 'at', '31.01.2026 10:00'],
  ['timestamp-pm', 'at', '01/31/2026 10:00 PM'],
  ['timestamp-impossible', 'at', '2026-01-31 25:00:00'],
  ['timestamp-unix', 'at', '1769853600'],
  ['timestamp-infinite', 'at', 'infinity'],
  ['timestamp-epoch', 'at', 'epoch'],
];

const NDJSON: readonly Value[] = [
  ['json-int-nested', 'n', '{"deep":1}'],
  ['json-int-string', 'n', '"12"', 12],
  ['json-int-text', 'n', '"abc"'],
  ['json-int-empty', 'n', '""'],
  ['json-int-fraction', 'n', '1.7'],
  ['json-int-point-zero', 'n', '1.0', 1],
  ['json-int-range', 'n', '2147483648'],
  ['json-int-boolean', 'n', 'true'],
  ['json-null', 'n', 'null', null],
  ['json-long-precise', 'big', '9007199254740993', '9007199254740993'],
  ['json-double-string', 'x', '"1.5"', 1.5],
  ['json-decimal-scale', 'price', '1.239'],
  ['json-decimal-range', 'price', '12345.67'],
  ['json-decimal-string', 'price', '"1.25"', '1.25'],
  ['json-decimal-tenth', 'price', '0.1', '0.10'],
  ['json-date-with-time', 'day', '"2026-01-31T10:00:00Z"'],
  ['json-date-midnight', 'day', '"2026-01-31T00:00:00Z"', '2026-01-31'],
  ['json-date-german', 'day', '"31.01.2026"'],
  ['json-date-number', 'day', '20260131'],
  ['json-timestamp-offset', 'at', '"2026-01-31T10:00:00+02:00"', '2026-01-31 08:00:00'],
  ['json-timestamp-unix', 'at', '1769853600'],
];

const SHOWN_OTHERWISE: { readonly [name: string]: string } = {
  'double-too-large': 'inf',
  'decimal-small-exponent': '0.001',
  'date-with-zone': '2026-01-31 10:00:00',
  'date-before-christ': '0044-03-15 (BC) 00:00:00',
};
/** Of those the engine alone knows which text it was. */
const WITHOUT_LINE = new Set(['double-too-large', 'date-before-christ']);

/** Every value stands in the third line, behind one that is fine. */
export const VALUE_CASES: readonly DropCase[] = [
  ...CSV.map((value) => caseOf(value, 'csv', `id,${value[1]}\na,\nb,${value[2]}\n`, 3)),
  ...NDJSON.map((value) => caseOf(value, 'ndjson', `{"id":"a"}\n\n{"id":"b","${value[1]}":${value[2]}}\n`, 3)),
];

function caseOf([name, of, text, published]: Value, format: 'csv' | 'ndjson', drop: string, line: number): DropCase {
  const fields = { id: FIELDS.id, [of]: FIELDS[of] };
  const file = `drop.${format}`;
  const common = { name, format, drops: { [file]: drop }, fields };
  if (published !== undefined)
    return {
      ...common,
      rows: [
        ['a', null],
        ['b', published],
      ],
    };
  const shown = SHOWN_OTHERWISE[name] ?? text.replace(/^"(.*)"$/, '$1');
  const says = new RegExp(`^\`${shown.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\` is not of type ${TYPES[of]}$`);
  return {
    ...common,
    refused: { code: 'malformed-drop', says, file, line: WITHOUT_LINE.has(name) ? undefined : line, field: of },
  };
}
