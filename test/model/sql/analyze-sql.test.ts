import { beforeAll, describe, expect, test } from 'vitest';
import type { FieldType } from '../../../lib/model/field-type.ts';
import { analyzeSql, type SqlAnalysis } from '../../../lib/model/sql/analyze-sql.ts';
import { loadSqlParser, type SqlParser } from '../../../lib/model/sql/sql-parser.ts';
import type { SqlTables } from '../../../lib/model/sql-checker.ts';

const STRING: FieldType = { kind: 'string' };
const TABLES: SqlTables = {
  deliveries: {
    id: STRING,
    vendor_id: STRING,
    day: { kind: 'date' },
    amount: { kind: 'decimal', precision: 12, scale: 2 },
    tags: { kind: 'list', of: STRING },
    address: { kind: 'struct', fields: { city: STRING, zip: STRING } },
    counts: { kind: 'map', key: STRING, value: { kind: 'int' } },
    _recorded_at: { kind: 'timestamp' },
  },
  vendors: { id: STRING, name: STRING, _recorded_at: { kind: 'timestamp' } },
};

let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
});

const analyze = (text: string, allowClock = false): SqlAnalysis =>
  analyzeSql(parser, { text, file: 'daily.sql', tables: TABLES, allowClock });
const lineage = (text: string): Record<string, string> => {
  const { columns, problems } = analyze(text);
  expect(problems).toEqual([]);
  return Object.fromEntries(
    columns.map(({ name, upstream }) => [
      name,
      upstream
        .map(({ table, column }) => `${table}.${column}`)
        .sort()
        .join(' '),
    ]),
  );
};

describe('the lineage of a query', () => {
  const LINEAGES: readonly (readonly [name: string, query: string, lineage: Record<string, string>])[] = [
    ['of a column', 'SELECT id FROM deliveries', { id: 'deliveries.id' }],
    ['of an alias', 'SELECT d.id AS x FROM deliveries d', { x: 'deliveries.id' }],
    [
      'of an expression',
      "SELECT concat(id, '-', vendor_id) AS x FROM deliveries",
      { x: 'deliveries.id deliveries.vendor_id' },
    ],
    [
      'of an aggregate',
      'SELECT sum(amount) AS total, count(*) AS n FROM deliveries',
      { total: 'deliveries.amount', n: '' },
    ],
    ['of a constant', 'SELECT 1 AS one FROM deliveries', { one: '' }],
    [
      'of a window',
      'SELECT sum(amount) OVER (PARTITION BY id ORDER BY day) AS s FROM deliveries',
      { s: 'deliveries.amount deliveries.day deliveries.id' },
    ],
    [
      'of a case',
      "SELECT CASE WHEN amount > 1 THEN id ELSE 'x' END AS c FROM deliveries",
      { c: 'deliveries.amount deliveries.id' },
    ],
    [
      'through a star',
      'SELECT * FROM vendors',
      { id: 'vendors.id', name: 'vendors.name', _recorded_at: 'vendors._recorded_at' },
    ],
    [
      'through a star of one table',
      'SELECT v.*, d.amount FROM deliveries d JOIN vendors v ON d.vendor_id = v.id',
      { id: 'vendors.id', name: 'vendors.name', _recorded_at: 'vendors._recorded_at', amount: 'deliveries.amount' },
    ],
    [
      'through a CTE',
      'WITH c AS (SELECT id, amount AS a FROM deliveries) SELECT a, id FROM c',
      { a: 'deliveries.amount', id: 'deliveries.id' },
    ],
    [
      'through CTEs that follow each other',
      'WITH a AS (SELECT * FROM deliveries), b AS (SELECT id, sum(amount) AS s FROM a GROUP BY id) SELECT b.s FROM b',
      { s: 'deliveries.amount' },
    ],
    [
      'through a CTE with names of its own',
      'WITH c(x, y) AS (SELECT id, amount FROM deliveries) SELECT y FROM c',
      { y: 'deliveries.amount' },
    ],
    ['through a subquery', 'SELECT q.n FROM (SELECT name AS n FROM vendors) q', { n: 'vendors.name' }],
    [
      'through a scalar subquery',
      'SELECT (SELECT max(v.name) FROM vendors v WHERE v.id = d.vendor_id) AS name FROM deliveries d',
      { name: 'vendors.name' },
    ],
    [
      'of a union',
      'SELECT name AS x FROM vendors UNION ALL SELECT id FROM deliveries',
      { x: 'deliveries.id vendors.name' },
    ],
    ['of a list', 'SELECT t.tag FROM deliveries CROSS JOIN UNNEST(tags) AS t(tag)', { tag: 'deliveries.tags' }],
    [
      'of a map',
      'SELECT k, v FROM deliveries CROSS JOIN UNNEST(counts) AS t(k, v)',
      { k: 'deliveries.counts', v: 'deliveries.counts' },
    ],
    [
      'of a field of a row',
      'SELECT address.city, d.address.zip AS z FROM deliveries d',
      { city: 'deliveries.address', z: 'deliveries.address' },
    ],
    [
      'of a lambda',
      'SELECT transform(tags, t -> t || id) AS x FROM deliveries',
      { x: 'deliveries.id deliveries.tags' },
    ],
    [
      'whatever the case of names',
      'SELECT ID, Amount AS Total FROM Deliveries',
      { id: 'deliveries.id', total: 'deliveries.amount' },
    ],
    [
      'of a CTE that hides a table',
      'WITH vendors AS (SELECT id FROM deliveries) SELECT id FROM vendors',
      { id: 'deliveries.id' },
    ],
  ];
  test.each(LINEAGES)('%s', (_name, query, expected) => {
    expect(lineage(query)).toEqual(expected);
  });
});

describe('the analysis of a query', () => {
  test('tells what it reads, and where', () => {
    const { reads } = analyze(
      'SELECT d.id\nFROM deliveries d\nWHERE EXISTS (SELECT 1 FROM vendors v WHERE v.id = d.id)',
    );
    expect(reads).toEqual([
      { table: 'deliveries', line: 2, column: 6 },
      { table: 'vendors', line: 3, column: 29 },
    ]);
  });

  test('reads no CTE', () => {
    expect(analyze('WITH c AS (SELECT id FROM deliveries) SELECT id FROM c').reads.map(({ table }) => table)).toEqual([
      'deliveries',
    ]);
  });

  test('tells where a column stands', () => {
    const { columns } = analyze('WITH c AS (SELECT id FROM deliveries)\nSELECT\n  id,\n  upper(id) AS big\nFROM c');
    expect(columns.map(({ name, line, column }) => [name, line, column])).toEqual([
      ['id', 3, 3],
      ['big', 4, 3],
    ]);
  });

  test('tells where a column stands after a star', () => {
    const { columns } = analyze('SELECT v.*, 1 AS one FROM vendors v');
    expect(columns.at(-1)).toMatchObject({ name: 'one', line: 1, column: 13 });
    expect(columns[0]?.line).toBeUndefined();
  });

  test('lets a user ask for the time, and a product not', () => {
    expect(analyze('SELECT current_date AS d, now() AS n FROM vendors', true).problems).toEqual([]);
    expect(analyze('SELECT current_date AS d FROM vendors').problems).toMatchObject([
      { code: 'unrepeatable-function', where: { file: 'daily.sql', line: 1, column: 8 } },
    ]);
  });

  test('finds every problem at once', () => {
    expect(analyze('SELECT uper(id) AS a, foo(1) AS b, random() AS c FROM vendors').problems).toHaveLength(3);
  });
});

describe('the analysis refuses', () => {
  const REFUSED: readonly (readonly [query: string, code: string, line: number, column: number, fix: RegExp])[] = [
    ['', 'sql-syntax', 1, 1, /one SELECT/],
    ['-- nothing', 'sql-syntax', 1, 1, /one SELECT/],
    ['SELECT', 'sql-syntax', 1, 1, /columns/],
    ['SELECT FROM WHERE', 'sql-syntax', 1, 18, /./],
    ['SELECT id FROM (SELECT id FROM vendors', 'sql-syntax', 1, 16, /balance/],
    ['SELEC id FROM vendors', 'sql-statement', 1, 1, /one SELECT/],
    ['INSERT INTO vendors SELECT * FROM vendors', 'sql-statement', 1, 1, /one SELECT/],
    ['DROP TABLE vendors', 'sql-statement', 1, 1, /one SELECT/],
    ['CREATE TABLE x AS SELECT id FROM vendors', 'sql-statement', 1, 1, /one SELECT/],
    ['SET x = 1', 'sql-statement', 1, 1, /one SELECT/],
    ['SELECT id FROM vendors; SELECT id FROM vendors', 'sql-statement', 1, 23, /one SELECT/],
    ['SELECT id FROM vendors;', 'sql-statement', 1, 23, /remove/],
    ['SELECT id\nFROM vendor', 'unknown-table', 2, 6, /did you mean `vendors`/],
    ['SELECT id FROM secrets', 'unknown-table', 1, 16, /may read `deliveries`, `vendors`/],
    ['SELECT id FROM other.vendors', 'unknown-table', 1, 16, /did you mean `vendors`/],
    ['SELECT id FROM "x.parquet"', 'unknown-table', 1, 16, /may read/],
    ['SELECT ammount AS a FROM deliveries', 'unknown-column', 1, 8, /did you mean `amount`/],
    ['SELECT id\nFROM vendors\nWHERE nam > 1', 'unknown-column', 3, 7, /did you mean `name`/],
    ['SELECT v.nope FROM vendors v', 'unknown-column', 1, 10, /tables have/],
    ['SELECT id FROM deliveries d JOIN vendors v ON d.id = v.id', 'ambiguous-column', 1, 8, /table\.column/],
    ['SELECT id,\n  uper(id) AS x FROM vendors', 'unsupported-function', 2, 3, /did you mean `upper`/],
    ['SELECT zorp(id) AS x FROM vendors', 'unsupported-function', 1, 8, /code\(\)/],
    ['SELECT random() AS x FROM vendors', 'unrepeatable-function', 1, 8, /key/],
    ['SELECT uuid() AS x FROM vendors', 'unrepeatable-function', 1, 8, /key/],
    ['SELECT now() AS x FROM vendors', 'unrepeatable-function', 1, 8, /_recorded_at/],
    ['SELECT id, id FROM vendors', 'duplicate-column', 1, 12, /AS/],
    ['SELECT id, name AS id FROM vendors', 'duplicate-column', 1, 12, /AS/],
    ['SELECT count(*) FROM vendors', 'unnamed-column', 1, 8, /AS/],
    ["SELECT id || 'x' FROM vendors", 'unnamed-column', 1, 8, /AS/],
    ['SELECT * FROM TABLE(sequence(1, 2))', 'sql-syntax', 1, 15, /UNNEST/],
    ["SELECT * FROM read_csv('x')", 'sql-syntax', 1, 15, /UNNEST/],
    ['SELECT id::int AS x FROM vendors', 'sql-syntax', 1, 10, /CAST/],
    ['SELECT id FROM vendors NATURAL JOIN deliveries', 'sql-syntax', 1, 24, /USING/],
    ['SELECT id FROM vendors QUALIFY 1 = 1', 'sql-syntax', 1, 24, /subquery/],
    ["SELECT getenv('HOME') AS x FROM vendors", 'unsupported-function', 1, 8, /./],
    ['SELECT id AS x, upper(x) AS y FROM vendors', 'alias-use', 1, 23, /WITH/],
    ['SELECT id AS x FROM vendors WHERE x > 1', 'alias-use', 1, 35, /WITH/],
    ['SELECT upper(id) AS x, count(*) AS n FROM vendors GROUP BY x', 'alias-use', 1, 60, /WITH/],
    ['SELECT upper(id) AS id FROM vendors ORDER BY lower(id)', 'ambiguous-order', 1, 52, /another name/],
    ["SELECT id FROM deliveries WHERE day >= '2024-01-01'", 'mixed-types', 1, 33, /DATE '2024-01-01'/],
    ["SELECT d.id FROM deliveries d WHERE '2024-01-01 00:00:00' < d._recorded_at", 'mixed-types', 1, 37, /TIMESTAMP/],
    ["SELECT id FROM deliveries WHERE amount = '5'", 'mixed-types', 1, 33, /without quotes/],
    ['SELECT id FROM deliveries WHERE id = 5', 'mixed-types', 1, 33, /'5'/],
    ['SELECT day + 1 AS x FROM deliveries', 'mixed-types', 1, 8, /date_add\('day', 1, day\)/],
    ['SELECT a.day - b.day AS x FROM deliveries a JOIN deliveries b ON a.id = b.id', 'mixed-types', 1, 10, /date_diff/],
    [`SELECT ${'('.repeat(60)}1${')'.repeat(60)} AS x`, 'sql-syntax', 1, 1, /steps/],
  ];
  test.each(REFUSED)('%s', (query, code, line, column, fix) => {
    const [problem] = analyze(query).problems;
    expect(problem).toMatchObject({ code, where: { file: 'daily.sql', line, column } });
    expect(problem!.fix).toMatch(fix);
  });

  test('a query that expands a thousand columns and more', () => {
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, number) => [`c${number}`, STRING]));
    const narrow = analyzeSql(parser, { text: 'SELECT c5, c9999 AS x FROM wide', tables: { wide } });
    expect(narrow).toMatchObject({ problems: [], columns: [{ name: 'c5' }, { upstream: [{ column: 'c9999' }] }] });
    const all = analyzeSql(parser, { text: 'SELECT * FROM wide', tables: { wide } });
    expect(all.problems).toMatchObject([{ code: 'too-many-columns' }]);
  });

  const ACCEPTED = [
    'SELECT id AS x, upper(id) AS y FROM vendors ORDER BY x, y DESC',
    'SELECT d.id AS id FROM deliveries d ORDER BY lower(id)',
    'SELECT upper(id) AS id, row_number() OVER (ORDER BY lower(id)) AS n FROM vendors ORDER BY id',
    'SELECT upper(id) AS x FROM vendors UNION ALL SELECT x FROM (SELECT id AS x FROM vendors) q WHERE x IS NOT NULL',
    "WITH c AS (SELECT upper(id) AS x FROM vendors) SELECT lower(x) AS y, x FROM c WHERE x > 'a' GROUP BY x",
    "SELECT id FROM deliveries WHERE day >= DATE '2024-01-01' AND amount > 5 AND id = '5' AND amount + 1 > 2",
    "SELECT day FROM (SELECT id AS day FROM deliveries) q WHERE day = 'x'",
    "SELECT id FROM deliveries WHERE any_match(tags, id -> id = 'x') AND date_format(day, '%Y') = '2024'",
    'SELECT id AS "Id 2" FROM vendors',
    "SELECT extract(year FROM day) AS y, trim(BOTH 'x' FROM lower(id)) AS t FROM deliveries WHERE lower(id) IS DISTINCT FROM upper(id)",
    'SELECT id FROM deliveries WHERE amount IN (SELECT max(amount) FROM deliveries) ORDER BY amount DESC NULLS LAST LIMIT 10',
    'SELECT x.q FROM vendors CROSS JOIN UNNEST(ARRAY[1]) x(q)',
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r',
    '(SELECT id FROM vendors) UNION (SELECT id FROM deliveries)',
    'SELECT a.id FROM vendors a JOIN (deliveries b JOIN vendors c ON b.id = c.id) ON a.id = b.id',
    'SELECT a.id FROM vendors a LEFT JOIN deliveries b ON a.id = b.id, UNNEST(b.tags) AS t(x)',
    'SELECT count(*) FILTER (WHERE name IS NULL) AS n, sum(1) OVER w AS s FROM vendors GROUP BY id, name WINDOW w AS (ORDER BY id)',
  ];
  test.each(ACCEPTED)('not %s', (query) => {
    expect(analyze(query).problems).toEqual([]);
  });
});
