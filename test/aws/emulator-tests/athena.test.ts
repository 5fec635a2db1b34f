import { GetQueryResultsCommand } from '@aws-sdk/client-athena';
import { beforeAll, describe, expect, test } from 'vitest';
import { Lake } from './lake.ts';

let lake: Lake;

beforeAll(async () => {
  lake = await Lake.create('athena');
});

describe('a SELECT', () => {
  test('gives values and types as Athena does', async () => {
    const sql = `SELECT CAST(7 AS bigint) AS big, 1 AS small, 'x' AS text, CAST(1.5 AS decimal(10,3)) AS price, true AS yes,
      TIMESTAMP '2026-01-01 00:00:00' AS at, DATE '2026-01-02' AS day, ARRAY['a', NULL] AS list,
      MAP(ARRAY['k'], ARRAY[1]) AS map, CAST(ROW(1, 'b') AS row(a integer, b varchar)) AS pair,
      to_utf8('AZ') AS bytes, CAST(1 AS double) AS one, 1e10 AS large, 0.0005e0 AS tiny, sum(2) AS total, CAST(NULL AS varchar) AS nothing`;
    const { ResultSet, execution } = await lake.run(sql);
    expect(ResultSet!.Rows![1]!.Data!.map(({ VarCharValue }) => VarCharValue)).toEqual([
      '7', '1', 'x', '1.500', 'true', '2026-01-01 00:00:00.000000', '2026-01-02', '[a, null]', '{k=1}', '{a=1, b=b}', '41 5a',
      '1.0', '1.0E10', '5.0E-4', '2', undefined,
    ]); // biome-ignore format: a row
    const types = ResultSet!.ResultSetMetadata!.ColumnInfo!.map(({ Type, Precision, Scale }) => [
      Type,
      Precision,
      Scale,
    ]);
    expect(types.slice(0, 4)).toEqual([
      ['bigint', 19, 0],
      ['integer', 10, 0],
      ['varchar', 2147483647, 0],
      ['decimal', 10, 3],
    ]);
    expect(types.map(([type]) => type).slice(4)).toEqual([
      'boolean',
      'timestamp',
      'date',
      'array',
      'map',
      'row',
      'varbinary',
      'double',
      'double',
      'double',
      'bigint',
      'varchar',
    ]);
    expect(execution.SubstatementType).toBe('SELECT');
  });

  test('names what has no name by its place', async () => {
    const { ResultSet } = await lake.run('SELECT 1, count(*) AS n, max(2)');
    expect(ResultSet!.Rows![0]!.Data!.map(({ VarCharValue }) => VarCharValue)).toEqual(['_col0', 'n', '_col2']);
  });

  test('has its header on the first page only', async () => {
    const QueryExecutionId = await lake.start('SELECT n FROM UNNEST(sequence(1, 5)) AS t(n)');
    await lake.ended(QueryExecutionId);
    const first = await lake.athena.send(new GetQueryResultsCommand({ QueryExecutionId, MaxResults: 3 }));
    const second = await lake.athena.send(
      new GetQueryResultsCommand({ QueryExecutionId, MaxResults: 10, NextToken: first.NextToken }),
    );
    expect(first.ResultSet!.Rows!.map(({ Data }) => Data![0]!.VarCharValue)).toEqual(['n', '1', '2']);
    expect(second.ResultSet!.Rows!.map(({ Data }) => Data![0]!.VarCharValue)).toEqual(['3', '4', '5']);
  });
});

describe('statements that write', () => {
  test('make tables and say how many rows they wrote', async () => {
    const options = `format = 'PARQUET', external_location = 's3://${lake.bucket}/staging/made/'`;
    const made = await lake.run(
      `CREATE TABLE made WITH (${options}) AS SELECT * FROM (VALUES (1, 'a', ARRAY[1.5]), (2, NULL, NULL)) AS t(Id, name, list)`,
    );
    expect(made.UpdateCount).toBe(2);
    expect(made.ResultSet!.Rows).toEqual([]);
    expect(await lake.columns('made')).toBe('id int, name string, list array<decimal(2,1)>');
    expect(await lake.rows(`SELECT id, name, list FROM "${lake.name}"."made" ORDER BY id`)).toEqual([
      ['1', 'a', '[1.5]'],
      ['2', null, null],
    ]);
    await expect(lake.run(`CREATE TABLE made WITH (${options}) AS SELECT 1 AS a`)).rejects.toThrow(
      'TABLE_ALREADY_EXISTS',
    );
    await expect(lake.run(`CREATE TABLE again WITH (${options}) AS SELECT 1 AS a`)).rejects.toThrow(
      'HIVE_PATH_ALREADY_EXISTS',
    );
  });

  test('merge with several clauses, and count what changed', async () => {
    await lake.iceberg('stock', 'id bigint, name string, amount decimal(10,2)');
    expect(
      await lake.change("INSERT INTO stock VALUES (1, 'a', DECIMAL '1.50'), (2, 'b', NULL), (3, 'c', DECIMAL '3')"),
    ).toBe(3);
    const before = (await lake.snapshots('stock')).at(-1);
    const merge = `MERGE INTO "${lake.name}"."stock" AS t
      USING (SELECT coalesce(s.id, b.id) AS id, s.name, s.amount, s.id IS NULL AS gone
             FROM (VALUES (1, 'A', DECIMAL '1.5'), (4, 'd', DECIMAL '4')) AS s(id, name, amount)
             FULL OUTER JOIN "${lake.name}"."stock" FOR VERSION AS OF ${before} b ON s.id = b.id) AS s
      ON t.id = s.id
      WHEN MATCHED AND s.gone THEN DELETE
      WHEN MATCHED AND (t.name IS DISTINCT FROM s.name OR t.amount IS DISTINCT FROM s.amount) THEN UPDATE SET name = s.name, amount = s.amount
      WHEN NOT MATCHED THEN INSERT (id, name, amount) VALUES (s.id, s.name, s.amount)`;
    expect(await lake.change(merge)).toBe(4);
    expect(await lake.rows('SELECT * FROM stock ORDER BY id')).toEqual([
      ['1', 'A', '1.50'],
      ['4', 'd', '4.00'],
    ]);
    expect(await lake.change('DELETE FROM stock WHERE id IN (SELECT max(id) FROM stock)')).toBe(1);
    expect(await lake.change("UPDATE stock SET name = name || '!' WHERE id = 1")).toBe(1);
    expect(await lake.rows('SELECT id, name FROM stock')).toEqual([['1', 'A!']]);
  });
});
