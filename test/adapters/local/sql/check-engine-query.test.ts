import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkEngineQuery } from '../../../../lib/adapters/local/sql/check-engine-query.ts';
import { openEngine, type TestEngine } from './open-engine.ts';

/** In DuckDB's own SQL, as if the first defence had let everything through. */
const REFUSED = [
  "SELECT getenv('HOME')",
  "SELECT * FROM read_csv('/etc/passwd')",
  "SELECT * FROM '/etc/passwd'",
  'SELECT * FROM "x.parquet"',
  "SELECT * FROM glob('*')",
  'SELECT * FROM range(10)',
  'SELECT * FROM duckdb_settings()',
  'SELECT * FROM information_schema.tables',
  'SELECT * FROM shop.secrets',
  'SELECT * FROM orders',
  'SELECT * FROM memory.shop.orders',
  "SELECT * FROM shop.orders, query_table('x')",
  'WITH c AS (SELECT * FROM secrets) SELECT * FROM c',
  "SELECT (SELECT getenv('x')) FROM shop.orders",
  "SELECT list_transform([1], lambda x: getenv('x'))",
  "SELECT sum(getenv('x')) OVER () FROM shop.orders",
  "SELECT row_number() OVER (ORDER BY getenv('x')) FROM shop.orders",
  "SELECT count(*) FILTER (WHERE getenv('x') = '') FROM shop.orders",
  "SELECT 1 LIMIT (SELECT getenv('x')::INTEGER)",
  'SELECT COLUMNS(*) FROM shop.orders',
  'SELECT * EXCLUDE (id) FROM shop.orders',
  'SELECT #1 FROM shop.orders',
  'SELECT $1',
  'SELECT id COLLATE nocase FROM shop.orders',
  'SELECT id::regclass FROM shop.orders',
  'SELECT id::shop.mine FROM shop.orders',
  'SELECT * FROM shop.orders TABLESAMPLE 10%',
  'SELECT * FROM shop.orders AT (VERSION => 1)',
  'SELECT shop.sum(1)',
  'DESCRIBE shop.orders',
  'SHOW TABLES',
  'SELECT * FROM (DESCRIBE shop.orders)',
  'PIVOT shop.orders ON id',
  'SELECT 1; SELECT 2',
  "COPY shop.orders TO 'x'",
  'SET threads = 1',
  'SELECT',
  'SELECT random()',
  "SELECT current_setting('threads')",
  'SELECT [x FOR x IN [1] IF getenv(x)]',
];

describe("the engine's own check of a query", () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await openEngine();
  });
  afterAll(() => engine.close());
  const reads = new Set(['shop.orders']);

  test.each(REFUSED)('refuses %s', async (sql) => {
    await expect(checkEngineQuery(engine.connection, sql, reads)).rejects.toMatchObject({ code: 'query-refused' });
  });

  test.each([
    "SELECT id, count(*), 1.5, [1], {'a': 1} FROM shop.orders o GROUP BY id HAVING count(*) > 1 ORDER BY 1 LIMIT 5",
    'WITH c AS (SELECT * FROM shop.orders) SELECT * FROM c JOIN shop.orders USING (id)',
  ])('lets through %s', async (sql) => {
    await expect(checkEngineQuery(engine.connection, sql, reads)).resolves.toBeUndefined();
  });
});
