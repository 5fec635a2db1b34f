import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guardQuery } from '../../../../lib/adapters/local/sql/guard-query.ts';
import type { FieldType } from '../../../../lib/model/field-type.ts';
import { MeshError } from '../../../../lib/model/mesh-error.ts';
import { loadSqlParser, type SqlParser } from '../../../../lib/model/sql/sql-parser.ts';
import { ATTACKS } from './attacks.ts';
import { openEngine, type TestEngine } from './open-engine.ts';

const STRING: FieldType = { kind: 'string' };
const TABLES = {
  'shop.orders': {
    id: STRING,
    user_id: STRING,
    amount: { kind: 'decimal', precision: 12, scale: 2 },
    placed_at: { kind: 'timestamp' },
    n: { kind: 'int' },
    tags: { kind: 'list', of: STRING },
  },
  'people.users': { id: STRING, name: STRING },
  'shop.items': { id: STRING },
  'people.items': { id: STRING },
} as const satisfies Record<string, Record<string, FieldType>>;

let engine: TestEngine;
let parser: SqlParser;
beforeAll(async () => {
  parser = await loadSqlParser();
  engine = await openEngine();
  await engine.connection.run(`
    CREATE SCHEMA shop; CREATE SCHEMA people; CREATE SCHEMA secret;
    CREATE TABLE secret.salaries AS SELECT 'x' AS id; CREATE TABLE shop.salaries AS SELECT 'x' AS id;
    CREATE TABLE salaries AS SELECT 'x' AS id;
    CREATE TABLE people.users AS SELECT 'u1' AS id, 'Ann' AS name;
    CREATE TABLE shop.items AS SELECT 'i' AS id; CREATE TABLE people.items AS SELECT 'i' AS id;
    CREATE TABLE shop.orders (id VARCHAR, user_id VARCHAR, amount DECIMAL(12, 2), placed_at TIMESTAMP, n INTEGER, tags VARCHAR[]);
    INSERT INTO shop.orders VALUES
      ('o1', 'u1', 10.50, TIMESTAMP '2026-01-02 10:00:00', 2, ['a', 'b']),
      ('o2', 'u2', 5.00, TIMESTAMP '2026-01-03 10:00:00', 1, []);
  `);
});
afterAll(() => engine.close());

const guard = (sql: string) => guardQuery(parser, engine.connection, sql, { tables: TABLES });
const failure = async (sql: string): Promise<MeshError> => {
  try {
    const { sql: passed } = await guard(sql);
    throw new Error(`let through as: ${passed}`);
  } catch (thrown) {
    if (thrown instanceof MeshError) return thrown;
    throw thrown;
  }
};

describe("the guard of users' queries", () => {
  test('is tried with more than a hundred attacks', () => {
    expect(new Set(ATTACKS).size).toBe(ATTACKS.length);
    expect(ATTACKS.length).toBeGreaterThan(200);
  });

  test.each(ATTACKS)('refuses %s', async (attack) => {
    const { kind, fix } = await failure(attack);
    expect(['check', 'denied']).toContain(kind);
    expect(fix).not.toBe('');
  });

  test('refuses a table that is not granted, and says which are', async () => {
    const denied = await failure('SELECT o.id\nFROM shop.orders o JOIN shop.salaries s ON o.id = s.id');
    expect(denied).toMatchObject({ kind: 'denied', where: { line: 2, column: 25 } });
    expect(denied.message).toContain('`shop.salaries`');
    expect(denied.fix).toBe('you may read shop.orders, people.users, shop.items, people.items');
  });

  test('refuses a short name that two tables have', async () => {
    expect((await failure('SELECT id FROM items')).fix).toBe('write shop.items or people.items');
  });

  test('refuses an unknown function by its name and place, after a table was written in full', async () => {
    const { message, where, kind } = await failure('SELECT 1 AS a FROM orders WHERE uper(id) = 1');
    expect({ kind, where }).toEqual({ kind: 'check', where: { line: 1, column: 33 } });
    expect(message).toContain('did you mean `upper`');
  });

  test('refuses a query of a megabyte', async () => {
    expect((await failure(`SELECT 1 AS a -- ${'x'.repeat(1_000_000)}`)).message).toContain('longer');
  });

  const ACCEPTED: readonly (readonly [query: string, rows: readonly unknown[][]])[] = [
    [
      'SELECT id, amount FROM shop.orders ORDER BY amount DESC',
      [
        ['o1', '10.50'],
        ['o2', '5.00'],
      ],
    ],
    ['SELECT id FROM orders ORDER BY id;', [['o1'], ['o2']]],
    ['SELECT * FROM people.users', [['u1', 'Ann']]],
    ['SELECT orders.id, u.name FROM orders JOIN users u ON orders.user_id = u.id', [['o1', 'Ann']]],
    [
      'SELECT o.id, u.name FROM orders o LEFT JOIN people.users u ON o.user_id = u.id ORDER BY 1',
      [
        ['o1', 'Ann'],
        ['o2', null],
      ],
    ],
    ['SELECT o.id FROM orders o, users u WHERE o.user_id = u.id', [['o1']]],
    ['SELECT count(*), sum(amount), avg(CAST(amount AS DOUBLE)) FROM orders', [['2', '15.50', 7.75]]],
    ['SELECT CAST(amount AS DOUBLE) / n FROM orders ORDER BY 1', [[5], [5.25]]],
    [
      "SELECT date_trunc('day', placed_at) AS day, count(*) FROM orders GROUP BY 1 ORDER BY 1 LIMIT 1",
      [['2026-01-02 00:00:00', '1']],
    ],
    ['WITH big AS (SELECT * FROM orders WHERE amount > 6) SELECT count(*) FROM big', [['1']]],
    ['WITH orders AS (SELECT * FROM shop.orders WHERE n = 1) SELECT id FROM orders', [['o2']]],
    [
      'WITH a AS (SELECT id FROM orders), b AS (SELECT id FROM a) SELECT b.id FROM b JOIN a ON a.id = b.id ORDER BY 1',
      [['o1'], ['o2']],
    ],
    ['WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT sum(n) FROM r', [['6']]],
    [
      'SELECT id, tag FROM orders CROSS JOIN UNNEST(tags) AS t(tag) ORDER BY tag',
      [
        ['o1', 'a'],
        ['o1', 'b'],
      ],
    ],
    [
      'SELECT id, row_number() OVER (PARTITION BY id ORDER BY amount) FROM orders ORDER BY id',
      [
        ['o1', '1'],
        ['o2', '1'],
      ],
    ],
    ["SELECT listagg(id, ',') WITHIN GROUP (ORDER BY id), max_by(id, amount) FROM orders", [['o1,o2', 'o1']]],
    ["SELECT CASE WHEN id LIKE '%1' THEN 'first' ELSE 'other' END FROM orders ORDER BY id", [['first'], ['other']]],
    ['SELECT id FROM orders WHERE user_id IN (SELECT id FROM users)', [['o1']]],
    ['SELECT id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = o.user_id)', [['o2']]],
    [
      'SELECT (SELECT max(name) FROM users) AS name, id FROM orders ORDER BY id',
      [
        ['Ann', 'o1'],
        ['Ann', 'o2'],
      ],
    ],
    ['SELECT id FROM orders UNION SELECT id FROM users ORDER BY id', [['o1'], ['o2'], ['u1']]],
    ['SELECT id FROM orders EXCEPT SELECT id FROM shop.orders WHERE n = 1', [['o1']]],
    [
      'SELECT transform(tags, t -> upper(t)), cardinality(tags), tags[1] FROM orders WHERE cardinality(tags) > 0',
      [[['A', 'B'], '2', 'a']],
    ],
    ["SELECT try_cast(id AS INTEGER), coalesce(try_cast('1.5' AS DOUBLE), 0) FROM orders LIMIT 1", [[null, 1.5]]],
    [
      "SELECT placed_at + INTERVAL '1' DAY, extract(year FROM placed_at) FROM orders ORDER BY id LIMIT 1",
      [['2026-01-03 10:00:00', '2026']],
    ],
    ["SELECT id FROM orders WHERE placed_at >= TIMESTAMP '2026-01-03 00:00:00'", [['o2']]],
    [
      "SELECT current_date > DATE '2020-01-01', now() > TIMESTAMP '2020-01-01 00:00:00', localtimestamp > current_timestamp",
      [[true, true, false]],
    ],
    [
      'SELECT n, count(*) FROM orders GROUP BY GROUPING SETS ((n), ()) ORDER BY 1',
      [
        [1, '1'],
        [2, '1'],
        [null, '2'],
      ],
    ],
    [
      "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t(x, y) ORDER BY x DESC",
      [
        [2, 'b'],
        [1, 'a'],
      ],
    ],
    ["SELECT 'it''s; -- fine /* really */' AS a", [["it's; -- fine /* really */"]]],
    ['SELECT \'getenv(1)\' AS "read_csv", 1 AS "x.parquet"', [['getenv(1)', 1]]],
    ['SELECT approx_distinct(id) > 0, approx_percentile(n, 0.5) > 0, stddev(n) > 0 FROM orders', [[true, true, true]]],
    [
      'SELECT lag(id) IGNORE NULLS OVER (ORDER BY id), first_value(id) OVER (ORDER BY id DESC) FROM orders ORDER BY id',
      [
        [null, 'o2'],
        ['o1', 'o2'],
      ],
    ],
    [
      'SELECT DISTINCT n % 2, -n, n BETWEEN 1 AND 2, n IS NULL, NOT (n = 1) FROM orders ORDER BY 2',
      [
        [0, -2, true, false, true],
        [1, -1, true, false, false],
      ],
    ],
    ['SELECT COUNT(DISTINCT "id") AS "How many?" FROM "shop"."orders" WHERE "n" >= 1', [['2']]],
    ['SELECT ID, AMOUNT FROM SHOP.ORDERS ORDER BY 1 LIMIT 1', [['o1', '10.50']]],
    ['(SELECT id FROM orders) ORDER BY id DESC', [['o2'], ['o1']]],
    [
      "SELECT CAST(ROW(1, 'a') AS ROW(x INTEGER, y VARCHAR)) AS r, MAP(ARRAY['k'], ARRAY[1])['k'] AS v",
      [[{ x: 1, y: 'a' }, 1]],
    ],
  ];
  test.each(ACCEPTED)('lets through %s', async (query, rows) => {
    const { sql, reads } = await guard(query);
    const reader = await engine.connection.runAndReadAll(sql);
    expect(reader.getRowsJson()).toEqual(rows);
    for (const read of reads) expect(Object.keys(TABLES)).toContain(read);
  });

  test('tells which tables are read, however they are named', async () => {
    const { reads } = await guard('SELECT 1 AS a FROM orders, "PEOPLE".users, shop.orders o2');
    expect([...reads].sort()).toEqual(['people.users', 'shop.orders']);
  });
});
