import { tmpdir } from 'node:os';
import { extname } from 'node:path';
import { createEngine } from '../../adapters/local/engine.ts';
import { fromDuckdbType } from '../../adapters/local/sql/duckdb-type.ts';
import { quoteName, quoteText } from '../../adapters/local/sql-text.ts';
import type { FieldType } from '../../model/field-type.ts';
import type { SourceFormat } from '../../model/input.ts';
import { MeshError } from '../../model/mesh-error.ts';
import { type CsvDialect, csvTypes, sniffCsv } from './profile-csv.ts';

type Connection = Awaited<ReturnType<ReturnType<typeof createEngine>['connect']>>;

/** What a file holds: its form, and each column measured over all rows. */
export interface FileProfile {
  readonly format: SourceFormat;
  readonly csv?: CsvDialect;
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
  /** A few rows as text, by column, for cases. */
  readonly sample: readonly { readonly [column: string]: string | null }[];
  /** Columns that together tell rows apart, when no single one does; asked for by whoever wants a key. */
  readonly isUnique: (columns: readonly string[]) => Promise<boolean>;
}

export interface ColumnProfile {
  readonly name: string;
  readonly type: FieldType;
  readonly nulls: number;
  readonly distinct: number;
  readonly min?: string;
  readonly max?: string;
  /** All values, when they are few. */
  readonly values?: readonly string[];
  /** Shares (0 to 1) of the values that look like a mail address or a phone number. */
  readonly emails: number;
  readonly phones: number;
}

const FORMATS: Readonly<Record<string, SourceFormat>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.parquet': 'parquet',
};
const MOST_VALUES = 15;
const SAMPLE_ROWS = 2;
const EMAIL = '^[^@ ]+@[^@ ]+\\.[A-Za-z]{2,}$';
const PHONE = '^[+(]?[0-9][0-9 ()./-]{6,18}$';

/**
 * Measures a file with the engine and hands the profile to `use`; the engine is gone afterwards.
 *
 * @throws MeshError when the file has no known form, or can't be read.
 */
export async function profileFile<Result>(
  file: string,
  use: (profile: FileProfile) => Promise<Result>,
): Promise<Result> {
  const format = FORMATS[extname(file.replace(/\.gz$/, '')).toLowerCase()];
  if (!format) {
    const fix = 'give a .csv, .tsv, .ndjson, .jsonl or .parquet file';
    throw new MeshError({
      code: 'unknown-format',
      kind: 'usage',
      message: `${file} has no form that a source reads`,
      fix,
    });
  }
  const engine = createEngine({ temporaryFolder: tmpdir() });
  try {
    return await use(await profile(await engine.connect(), file, format));
  } catch (thrown) {
    if (thrown instanceof MeshError) throw thrown;
    const message = thrown instanceof Error ? thrown.message.split('\n')[0]! : String(thrown);
    const fix = 'look at the file; is its ending right?';
    throw new MeshError({
      code: 'unreadable-file',
      message: `can't be read: ${message}`,
      where: { file },
      fix,
      cause: thrown,
    });
  } finally {
    engine.close();
  }
}

async function profile(connection: Connection, file: string, format: SourceFormat): Promise<FileProfile> {
  const csv = format === 'csv' ? await sniffCsv(connection, file) : undefined;
  const from =
    csv?.from ??
    (format === 'ndjson'
      ? `read_json(${quoteText(file)}, format = 'newline_delimited', sample_size = -1)`
      : `read_parquet(${quoteText(file)})`);
  await connection.run(`CREATE VIEW landed AS SELECT * FROM ${from}`);
  const landed = await describe(connection, 'landed');
  const types = csv
    ? await csvTypes(
        connection,
        landed.map(({ name }) => name),
      )
    : landed.map(({ type }) => type);
  const selected = landed.map(({ name }, index) => {
    const column = quoteName(name);
    return `${typedColumn(column, types[index]!)} AS ${column}`;
  });
  if (selected.length === 0)
    throw new MeshError({
      code: 'empty-file',
      message: 'has no column',
      where: { file },
      fix: 'give a file with some rows',
    });
  await connection.run(`CREATE TABLE rows AS SELECT ${selected.join(', ')} FROM landed`);
  const [[total]] = (await rows(connection, 'SELECT count(*) FROM rows')) as [[bigint]];
  if (total === 0n)
    throw new MeshError({
      code: 'empty-file',
      message: 'has no rows, so there is nothing to infer from',
      where: { file },
      fix: 'give a file with some rows',
    });
  const columns: ColumnProfile[] = [];
  for (const [index, { name }] of landed.entries()) columns.push(await profileColumn(connection, name, types[index]!));
  const shown = landed.map(({ name }) => `CAST(${quoteName(name)} AS VARCHAR)`);
  const sample = (await rows(connection, `SELECT ${shown.join(', ')} FROM rows LIMIT ${SAMPLE_ROWS}`)).map((row) =>
    Object.fromEntries(landed.map(({ name }, index) => [name, row[index] as string | null])),
  );
  const isUnique = async (names: readonly string[]) => {
    const list = names.map(quoteName).join(', ');
    const [[found]] = (await rows(connection, `SELECT count(*) FROM (SELECT DISTINCT ${list} FROM rows)`)) as [
      [bigint],
    ];
    return found === total;
  };
  return { format, csv, rows: Number(total), columns, sample, isUnique };
}

async function profileColumn(connection: Connection, name: string, type: FieldType): Promise<ColumnProfile> {
  const column = quoteName(name);
  const isScalar = type.kind !== 'list' && type.kind !== 'struct' && type.kind !== 'map' && type.kind !== 'binary';
  const text = `CAST(${column} AS VARCHAR)`;
  const share = (pattern: string) =>
    type.kind === 'string'
      ? `coalesce(avg(CASE WHEN regexp_matches(${text}, ${quoteText(pattern)}) THEN 1.0 ELSE 0.0 END) FILTER (${column} IS NOT NULL), 0)`
      : '0.0';
  const measures = [
    `count(*) FILTER (${column} IS NULL)`,
    isScalar ? `count(DISTINCT ${column})` : '0',
    isScalar ? `CAST(min(${column}) AS VARCHAR)` : 'NULL',
    isScalar ? `CAST(max(${column}) AS VARCHAR)` : 'NULL',
    `CAST(${share(EMAIL)} AS DOUBLE)`,
    `CAST(${share(PHONE)} AS DOUBLE)`,
  ];
  const [measured] = await rows(connection, `SELECT ${measures.join(', ')} FROM rows`);
  const [nulls, distinct, min, max, emails, phones] = measured as [
    bigint,
    bigint,
    string | null,
    string | null,
    number,
    number,
  ];
  const isFew = isScalar && distinct > 0n && distinct <= MOST_VALUES;
  const values = isFew
    ? await rows(connection, `SELECT DISTINCT ${text} FROM rows WHERE ${column} IS NOT NULL ORDER BY 1`)
    : undefined;
  return {
    name,
    type,
    nulls: Number(nulls),
    distinct: Number(distinct),
    min: min ?? undefined,
    max: max ?? undefined,
    values: values?.map(([value]) => value as string),
    emails,
    phones,
  };
}

async function describe(connection: Connection, table: string): Promise<{ name: string; type: FieldType }[]> {
  const result = await connection.runAndReadAll(`SELECT * FROM ${table} LIMIT 0`);
  return result.columnNames().map((name, index) => {
    const engineType = result.columnType(index);
    const text = String(engineType);
    const fallback: FieldType = text.startsWith('TIMESTAMP')
      ? { kind: 'timestamp' }
      : text === 'FLOAT'
        ? { kind: 'double' }
        : { kind: 'string' };
    return { name, type: fromDuckdbType(engineType) ?? fallback };
  });
}

/** A column as the type that a contract would have. */
function typedColumn(column: string, type: FieldType): string {
  switch (type.kind) {
    case 'string':
      return `CAST(${column} AS VARCHAR)`;
    case 'timestamp':
      return `CAST(CAST(${column} AS TIMESTAMPTZ) AS TIMESTAMP)`;
    case 'int':
    case 'long':
      return `CAST(${column} AS BIGINT)`;
    case 'double':
    case 'date':
    case 'boolean':
      return `CAST(${column} AS ${type.kind.toUpperCase()})`;
    case 'decimal':
      return `CAST(${column} AS DECIMAL(${type.precision}, ${type.scale}))`;
    default:
      return column;
  }
}

async function rows(connection: Connection, sql: string): Promise<readonly (readonly unknown[])[]> {
  return (await connection.runAndReadAll(sql)).getRows();
}
