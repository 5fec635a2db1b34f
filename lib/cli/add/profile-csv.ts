import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { createEngine } from '../../adapters/local/engine.ts';
import { quoteName, quoteText } from '../../adapters/local/sql-text.ts';
import type { FieldType } from '../../model/field-type.ts';

type Connection = Awaited<ReturnType<ReturnType<typeof createEngine>['connect']>>;

/** How a CSV file is written. */
export interface CsvDialect {
  readonly delimiter: string;
  readonly header: boolean;
  readonly encoding: 'utf-8' | 'latin-1';
  /** Reads it with every column as text. */
  readonly from: string;
}

/** Finds delimiter, header and encoding. */
export async function sniffCsv(connection: Connection, file: string): Promise<CsvDialect> {
  const encoding = file.endsWith('.gz') || isUtf8(readFileSync(file)) ? 'utf-8' : 'latin-1';
  const known = extname(file) === '.tsv' ? ", delim = '\t'" : '';
  const sniffed = await connection.runAndReadAll(
    `SELECT "Delimiter", "HasHeader" FROM sniff_csv(${quoteText(file)}, encoding = ${quoteText(encoding)}${known})`,
  );
  const [[delimiter, header]] = sniffed.getRows() as unknown as [[string, boolean]];
  const from = `read_csv(${quoteText(file)}, all_varchar = true, auto_detect = true, delim = ${quoteText(delimiter)}, header = ${header}, encoding = ${quoteText(encoding)}, sample_size = -1)`;
  return { delimiter, header, encoding, from };
}

/** Kinds that text may stand for, the narrowest first, with what every value then fulfils. */
const KINDS: readonly [FieldType['kind'], (column: string) => string][] = [
  ['boolean', (column) => `lower(${column}) IN ('true', 'false')`],
  // A leading zero is part of a code, not of a number.
  [
    'long',
    (column) => `regexp_full_match(${column}, '-?(0|[1-9][0-9]*)') AND TRY_CAST(${column} AS BIGINT) IS NOT NULL`,
  ],
  [
    'double',
    (column) =>
      `regexp_full_match(${column}, '-?(0|[1-9][0-9]*)?(\\.[0-9]+)?([eE][+-]?[0-9]+)?') AND TRY_CAST(${column} AS DOUBLE) IS NOT NULL`,
  ],
  [
    'date',
    (column) =>
      `regexp_full_match(${column}, '[0-9]{4}-[0-9]{2}-[0-9]{2}') AND TRY_CAST(${column} AS DATE) IS NOT NULL`,
  ],
  [
    'timestamp',
    (column) =>
      `regexp_full_match(${column}, '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}.*') AND TRY_CAST(${column} AS TIMESTAMPTZ) IS NOT NULL`,
  ],
];

const MONEY = /(^|_)(price|amount|cost|total|fee|paid|net|gross|tax|discount|salary|balance|revenue)(_|$)/;
const CENTS: FieldType = { kind: 'decimal', precision: 12, scale: 2 };

/** The type of each column of the view `landed`, by all its values and not by a sample. */
export async function csvTypes(connection: Connection, columns: readonly string[]): Promise<FieldType[]> {
  const types: FieldType[] = [];
  for (const name of columns) {
    const column = quoteName(name);
    const tests = KINDS.map(([, test]) => `bool_and(${test(column)}) FILTER (${column} IS NOT NULL)`);
    const cents = `bool_and(regexp_full_match(${column}, '-?[0-9]{1,10}(\\.[0-9]{1,2})?')) FILTER (${column} IS NOT NULL)`;
    const result = await connection.runAndReadAll(`SELECT ${[...tests, cents].join(', ')} FROM landed`);
    const holds = result.getRows()[0]!.map((each) => each === true);
    const isCents = holds.pop() === true && MONEY.test(name.toLowerCase());
    const kind = KINDS[holds.indexOf(true)]?.[0] ?? 'string';
    types.push(kind === 'double' && isCents ? CENTS : ({ kind } as FieldType));
  }
  return types;
}
