import { afterAll, describe, expect, test } from 'vitest';
import { createSqlBinder } from '../../../../lib/adapters/local/sql/bind-sql.ts';
import { duckdbType } from '../../../../lib/adapters/local/sql/duckdb-type.ts';
import { describeType, type FieldType } from '../../../../lib/model/field-type.ts';

const STRING: FieldType = { kind: 'string' };
const FIELDS: Readonly<Record<string, FieldType>> = {
  s: STRING,
  i: { kind: 'int' },
  l: { kind: 'long' },
  f: { kind: 'double' },
  d: { kind: 'decimal', precision: 12, scale: 2 },
  b: { kind: 'boolean' },
  day: { kind: 'date' },
  at: { kind: 'timestamp' },
  raw: { kind: 'binary' },
  tags: { kind: 'list', of: STRING },
  place: { kind: 'struct', fields: { city: STRING, zip: { kind: 'int' } } },
  counts: { kind: 'map', key: STRING, value: { kind: 'long' } },
};

const binder = createSqlBinder();
afterAll(() => binder.close());
const bind = (trino: string) => binder.bind({ trino, file: 'daily.sql', tables: { t: FIELDS } });

describe('the binder', () => {
  test('gives every declared type back', async () => {
    const { columns, problems } = await bind('SELECT * FROM t');
    expect(problems).toEqual([]);
    expect(Object.fromEntries(columns.map(({ name, type }) => [name, type]))).toEqual(FIELDS);
    expect(columns.find(({ name }) => name === 'place')?.duckdbType).toContain('STRUCT');
    expect(duckdbType(FIELDS.place!)).toBe('STRUCT("city" VARCHAR, "zip" INTEGER)');
  });

  const TYPES: readonly (readonly [expression: string, type: string | undefined])[] = [
    ['count(*)', 'long'],
    ['sum(i)', 'long'],
    ['sum(l)', 'long'],
    ['sum(d)', 'decimal(38, 2)'],
    ['sum(f)', 'double'],
    ['avg(i)', 'double'],
    ['max(day)', 'date'],
    ['array_agg(s)', 'list<string>'],
    ['map_agg(s, i)', 'map<string, int>'],
    ['max_by(s, at)', 'string'],
  ];
  const ROWS: readonly (readonly [expression: string, type: string | undefined])[] = [
    ['i / 2', 'int'],
    ['i + l', 'long'],
    ['i * f', 'double'],
    ['d + d', 'decimal(13, 2)'],
    ['CAST(d AS DOUBLE) / 3', 'double'],
    ['CAST(f AS DECIMAL(10, 3))', 'decimal(10, 3)'],
    ['CAST(s AS BIGINT)', 'long'],
    ['try_cast(s AS DATE)', 'date'],
    ["date_trunc('month', day)", 'date'],
    ["date_trunc('month', at)", 'timestamp'],
    ["day + INTERVAL '1' DAY", 'date'],
    ["date_add('day', 1, day)", 'date'],
    ["date_diff('day', day, day)", 'long'],
    ['length(s)', 'long'],
    ["split(s, ',')", 'list<string>'],
    ['element_at(counts, s)', 'long'],
    ['tags[1]', 'string'],
    ['place.zip', 'int'],
    ['md5(raw)', 'binary'],
    ['coalesce(i, l)', 'long'],
    ['CASE WHEN b THEN 1 ELSE 2.5 END', 'decimal(11, 1)'],
    ['CAST(ROW(i, s) AS ROW(a INTEGER, z VARCHAR))', 'struct<a: int, z: string>'],
    ['row_number() OVER (ORDER BY i)', 'long'],
    ['from_unixtime(i)', undefined],
    ['json_parse(s)', undefined],
  ];
  test.each([...TYPES, ...ROWS])('types %s as %s', async (expression, type) => {
    const { columns, problems } = await bind(`SELECT ${expression} AS x FROM t`);
    expect(problems).toEqual([]);
    expect(columns[0]!.type && describeType(columns[0]!.type)).toBe(type);
  });

  const REFUSED: readonly (readonly [query: string, message: RegExp, line: number, column: number, fix: RegExp])[] = [
    ['SELECT i,\n  nope FROM t', /nope/, 2, 3, /did you mean/],
    ['SELECT s + day AS x FROM t', /'\+\(VARCHAR, DATE\)'/, 1, 10, /it takes/],
    ['SELECT i,\n  d / 2 AS half FROM t', /decimal is divided/, 2, 5, /AS DOUBLE/],
    ['SELECT avg(d) AS x FROM t', /avg takes a decimal/, 1, 8, /AS DOUBLE/],
    ['SELECT CAST(f AS VARCHAR) AS x FROM t', /spell differently/, 1, 8, /DECIMAL/],
    ['SELECT CAST(at AS VARCHAR) AS x FROM t', /spell differently/, 1, 8, /date_format/],
    ['SELECT md5(s) AS x FROM t', /takes bytes/, 1, 8, /to_utf8/],
    ["SELECT day + INTERVAL '1' HOUR AS x FROM t", /a date has no hours/, 1, 14, /timestamp/],
    ["SELECT date_trunc('hour', day) AS x FROM t", /a date has no hours/, 1, 8, /timestamp/],
    ['SELECT CAST(tags AS ARRAY(INTEGER)) AS x FROM t', /another kind/, 1, 8, /transform/],
    ['SELECT substr(s) AS x FROM t', /substr/, 1, 8, /it takes substr\(s, i\)/],
    ['SELECT a.i FROM t a JOIN t b ON a.i = b.i WHERE s = 1', /Ambiguous/, 1, 49, /./],
    ["SELECT date_trunc('aeon', day) AS x FROM t", /unit is not known/, 1, 8, /month/],
    ['SELECT max(i) AS m FROM t GROUP BY m', /aggregates/, 1, 8, /./],
  ];
  test.each(REFUSED)('refuses %s', async (query, message, line, column, fix) => {
    const { problems } = await bind(query);
    expect(problems).toHaveLength(1);
    expect(problems[0]!.message).toMatch(message);
    expect(problems[0]!.message).not.toMatch(/trino_|struct|_[a-z]_/);
    expect(problems[0]!.where).toEqual({ file: 'daily.sql', line, column });
    expect(problems[0]!.fix).toMatch(fix);
  });

  test('opens no file', async () => {
    const { problems } = await binder.bind({ trino: 'SELECT * FROM "/etc/passwd"', tables: {} });
    expect(problems).toHaveLength(1);
  });
});
