import { describe, expect, test } from 'vitest';
import { toDuckdb } from '../../../../lib/adapters/local/sql/to-duckdb.ts';
import { MeshError } from '../../../../lib/model/mesh-error.ts';

const REFUSED: readonly (readonly [query: string, message: RegExp, line: number, column: number])[] = [
  ['SELECT now2(1)', /`now2` is not supported/, 1, 8],
  ['SELECT random()', /`random` is not supported/, 1, 8],
  ["SELECT a,\n  read_csv('x') FROM t", /`read_csv` is not supported/, 2, 3],
  ['SELECT trino_divide(1, 2)', /`trino_divide` is not supported/, 1, 8],
  ['SELECT main.sum(1)', /called with a prefix/, 1, 13],
  ['SELECT "sum"(1)', /quoted name "sum" is called/, 1, 8],
  ["SELECT * FROM read_csv('x')", /stands where a table must/, 1, 15],
  ["SELECT * FROM 'x.csv'", /stands where a table must/, 1, 15],
  ['SELECT * FROM TABLE(f())', /`TABLE\(…\)` is not supported/, 1, 15],
  ['SELECT a::int', /`::` is not part of Athena's SQL/, 1, 9],
  ['SELECT $1', /`\$` is not part of Athena's SQL/, 1, 8],
  ['SELECT ?', /`\?` is not part of Athena's SQL/, 1, 8],
  ['SELECT {a: 1}', /`\{` is not part of Athena's SQL/, 1, 8],
  ['SELECT `a`', /quote names|not part/, 1, 8],
  ["SELECT 'a", /opened and never closed/, 1, 8],
  ['SELECT (1', /never closed/, 1, 8],
  ['SELECT 1)', /closes nothing/, 1, 9],
  ['SELECT * EXCLUDE (a) FROM t', /EXCLUDE/, 1, 10],
  ['SELECT DISTINCT ON (a) a FROM t', /DISTINCT ON/, 1, 8],
  ['SELECT a, count(*) FROM t GROUP BY ALL', /GROUP BY ALL/, 1, 33],
  ['SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a) = 1', /QUALIFY/, 1, 17],
  ['SELECT a FROM t TABLESAMPLE BERNOULLI (10)', /TABLESAMPLE/, 1, 17],
  ["SELECT a FROM t WHERE a ILIKE 'x'", /ILIKE/, 1, 25],
  ["SELECT a AT TIME ZONE 'UTC' FROM t", /AT TIME ZONE/, 1, 10],
  ["SELECT TIMESTAMP '2024-01-01 00:00:00 UTC'", /has a zone/, 1, 8],
  ["SELECT TIMESTAMP '2024-01-01 00:00:00+02:00'", /has a zone/, 1, 8],
  ["SELECT TIME '10:00'", /TIME '…' is not supported/, 1, 8],
  ["SELECT X'AB'", /X '…'|not supported/, 1, 8],
  ["SELECT INTERVAL '1-2' YEAR TO MONTH", /interval/, 1, 23],
  ["SELECT INTERVAL '1' DAY TO SECOND", /two units/, 1, 25],
  ["SELECT INTERVAL '2' DAY / 2", /an interval is divided/, 1, 27],
  ['SELECT CAST(a AS REAL) FROM t', /`REAL` is not supported/, 1, 18],
  ['SELECT CAST(a AS CHAR(3)) FROM t', /`CHAR` is not supported/, 1, 18],
  ['SELECT CAST(a AS JSON) FROM t', /`JSON` is not supported/, 1, 18],
  ['SELECT CAST(a AS TIMESTAMP(9)) FROM t', /finer/, 1, 18],
  ['SELECT CAST(a AS TIMESTAMP WITH TIME ZONE) FROM t', /with a zone/, 1, 18],
  ['SELECT CAST(a AS ARRAY(VARCHAR(3))) FROM t', /nested VARCHAR has a length/, 1, 24],
  ['SELECT CAST(a) FROM t', /no type/, 1, 8],
  ['SELECT date_format(a, b) FROM t', /not a plain text/, 1, 8],
  ["SELECT date_format(a, '%D') FROM t", /`%D`/, 1, 23],
  ["SELECT date_trunc('decade', a) FROM t", /unit is not known/, 1, 8],
  ['SELECT date_trunc(u, a) FROM t', /unit is not known/, 1, 8],
  ["SELECT DATE '2024-01-02' - DATE '2024-01-01'", /a date is taken from a date/, 1, 33],
  ['SELECT extract(epoch FROM a) FROM t', /`epoch` is not supported/, 1, 8],
  ["SELECT listagg(a, ',') FROM t", /no order/, 1, 8],
  ['SELECT x FROM UNNEST(a) AS t', /no column names/, 1, 15],
  ["SELECT regexp_extract(a, '(x)?y', 1) FROM t", /may take no part/, 1, 26],
  ['SELECT a -> b FROM t', /`->` stands where/, 1, 10],
  ['SELECT sum FROM t WHERE ((a) -> 1) = 1', /lambda stands/, 1, 26],
  [`SELECT ${'('.repeat(300)}1${')'.repeat(300)}`, /nested too deeply/, 1, 208],
];

describe('the translation to DuckDB', () => {
  test.each(REFUSED)('refuses %s', (query, message, line, column) => {
    const thrown = failureOf(query);
    expect(thrown.message).toMatch(message);
    expect(thrown.where).toMatchObject({ line, column });
    expect(thrown.fix).not.toBe('');
  });

  test('refuses what would take the engine too long to bind', () => {
    const [left, right] = ['a / (', ')'];
    expect(failureOf(`SELECT ${left.repeat(40)}b${right.repeat(40)} FROM t`).message).toMatch(/nested too deeply/);
    expect(failureOf(`SELECT ${Array.from({ length: 60 }, () => 'a').join(' / ')} FROM t`).message).toMatch(
      /nested too deeply/,
    );
  });

  test('keeps lines where they were', () => {
    const { sql } = toDuckdb('SELECT a / b, -- half\n  /* two\n  lines */ c\nFROM t');
    expect(sql.split('\n')).toHaveLength(4);
    expect(sql.split('\n')[3]).toBe('FROM t');
  });

  test('leaves a condition in its place', () => {
    expect(toDuckdb('SELECT 1 WHERE (late <= deliveries\n)').sql).toBe('SELECT 1 WHERE (late <= deliveries\n)');
  });
});

function failureOf(query: string): MeshError {
  try {
    toDuckdb(query);
  } catch (thrown) {
    if (thrown instanceof MeshError) return thrown;
    throw thrown;
  }
  throw new Error(`nothing was refused in ${query}`);
}
