import {
  CreateWorkGroupCommand,
  GetQueryResultsCommand,
  GetQueryRuntimeStatisticsCommand,
  ListQueryExecutionsCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  type WorkGroupConfiguration,
} from '@aws-sdk/client-athena';
import { CreateTableCommand } from '@aws-sdk/client-glue';
import { CreateDataCellsFilterCommand, RegisterResourceCommand } from '@aws-sdk/client-lakeformation';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { Lake, ROOT } from './lake.ts';

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

describe('a workgroup', () => {
  const group = async (Configuration: WorkGroupConfiguration) => {
    const Name = `${lake.name}-${Math.random().toString(36).slice(2, 8)}`;
    await lake.athena.send(new CreateWorkGroupCommand({ Name, Configuration }));
    return Name;
  };

  test('that enforces its settings decides where results go, and refuses other places for tables', async () => {
    const OutputLocation = `s3://${lake.bucket}/enforced/`;
    const WorkGroup = await group({ EnforceWorkGroupConfiguration: true, ResultConfiguration: { OutputLocation } });
    const select = new StartQueryExecutionCommand({
      QueryString: 'SELECT 1 AS one',
      WorkGroup,
      ResultConfiguration: { OutputLocation: `s3://${lake.bucket}/mine/` },
    });
    const { QueryExecutionId } = await lake.athena.send(select);
    const { ResultConfiguration } = await lake.ended(QueryExecutionId!);
    expect(ResultConfiguration!.OutputLocation).toBe(`${OutputLocation}${QueryExecutionId}.csv`);
    const { Body } = await lake.s3.send(
      new GetObjectCommand({ Bucket: lake.bucket, Key: `enforced/${QueryExecutionId}.csv` }),
    );
    expect(await Body!.transformToString()).toBe('"one"\n"1"\n');
    const made = `CREATE TABLE elsewhere WITH (external_location = 's3://${lake.bucket}/elsewhere/') AS SELECT 1 AS a`;
    const { Status } = await lake.ended(await lake.start(made, { WorkGroup }));
    expect(Status).toMatchObject({
      State: 'FAILED',
      StateChangeReason: expect.stringContaining('enforces a centralized'),
    });
    const id = await lake.start('CREATE TABLE tabled AS SELECT 1 AS a', { WorkGroup });
    expect((await lake.ended(id)).Status!.State).toBe('SUCCEEDED');
    expect((await lake.table('tabled')).StorageDescriptor!.Location).toBe(`${OutputLocation}tables/${id}`);
  });

  test('cancels what scans more than its limit', async () => {
    await lake.iceberg('large', 'id bigint, text string');
    await lake.run(
      'INSERT INTO large SELECT n, to_hex(sha256(to_utf8(CAST(n AS varchar)))) FROM UNNEST(sequence(1, 400000)) AS t(n)',
    );
    const { execution } = await lake.run('SELECT count(*) AS n FROM large');
    expect(execution.Statistics!.DataScannedInBytes).toBeGreaterThan(10_000_000);
    expect(execution.Statistics!.EngineExecutionTimeInMillis).toBeGreaterThan(0);
    const WorkGroup = await group({
      BytesScannedCutoffPerQuery: 10_000_000,
      ResultConfiguration: { OutputLocation: `s3://${lake.bucket}/results/` },
    });
    const { Status } = await lake.ended(await lake.start('SELECT count(*) AS n FROM large', { WorkGroup }));
    expect(Status).toMatchObject({
      State: 'CANCELLED',
      StateChangeReason: expect.stringContaining('Bytes scanned limit'),
    });
  });

  test('lists its queries, newest first', async () => {
    const WorkGroup = await group({ ResultConfiguration: { OutputLocation: `s3://${lake.bucket}/results/` } });
    const first = await lake.start('SELECT 1 AS a', { WorkGroup });
    const second = await lake.start('SELECT 2 AS a', { WorkGroup });
    const { QueryExecutionIds } = await lake.athena.send(new ListQueryExecutionsCommand({ WorkGroup }));
    expect(QueryExecutionIds).toEqual([second, first]);
    await lake.ended(first);
    const { QueryRuntimeStatistics } = await lake.athena.send(
      new GetQueryRuntimeStatisticsCommand({ QueryExecutionId: first }),
    );
    expect(QueryRuntimeStatistics!.Rows!.OutputRows).toBe(1);
  });

  test('that is not there is refused', async () => {
    await expect(lake.start('SELECT 1 AS a', { WorkGroup: 'nowhere' })).rejects.toThrow('not found');
  });
});

describe('a query', () => {
  /** The query that has this text: other tests ask this emulator, too. */
  const slow = (slowSql: string, slowSeconds: number) =>
    fetch(`${process.env.AWS_ENDPOINT_URL}/_meshemu/faults`, {
      method: 'POST',
      body: JSON.stringify({ slowQueries: 1, slowSeconds, slowSql }),
    });

  test('starts once for a token, and refuses the token for anything else', async () => {
    const ClientRequestToken = `${lake.name}-the-same-token-every-time`;
    const first = await lake.start('SELECT 1 AS a', { ClientRequestToken });
    expect(await lake.start('SELECT 1 AS a', { ClientRequestToken })).toBe(first);
    await expect(lake.start('SELECT 2 AS a', { ClientRequestToken })).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: 'Idempotent parameters do not match',
    });
    await expect(lake.start('SELECT 2 AS a', { ClientRequestToken: 'short' })).rejects.toThrow('length');
  });

  test('that is stopped ends as cancelled, and writes nothing', async () => {
    await lake.iceberg('quiet', 'id bigint');
    await slow('INSERT INTO quiet', 30);
    const waiting = await lake.start('INSERT INTO quiet VALUES (1)');
    const busy = await lake.start(
      'INSERT INTO quiet SELECT count(*) FROM UNNEST(sequence(1, 9999)) AS a(n), UNNEST(sequence(1, 9999)) AS b(m), UNNEST(sequence(1, 9999)) AS c(o) WHERE (n * m) % 7 = o % 3',
    );
    expect(await lake.rows('SELECT 1 AS a')).toEqual([['1']]);
    for (const id of [waiting, busy]) {
      await lake.athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
      expect((await lake.ended(id)).Status!.State).toBe('CANCELLED');
    }
    expect(await lake.rows('SELECT count(*) FROM quiet')).toEqual([['0']]);
  });

  test('fails with the codes that Athena has', async () => {
    await lake.iceberg('coded', 'id bigint');
    const reasons = await Promise.all(
      [
        'SELECT * FROM nowhere',
        'SELECT * FROM nobody.nowhere',
        'SELECT name FROM coded',
        'SELEC 1',
        "SELECT CAST('x' AS integer) AS n",
        'SELECT nosuch(1) AS n',
        'CREATE TABLE unnamed AS SELECT 1',
        'UPDATE made SET id = 1',
      ].map((sql) => lake.run(sql).catch((error: Error) => error.message.split(':')[0])),
    );
    expect(reasons).toEqual([
      'TABLE_NOT_FOUND',
      'SCHEMA_NOT_FOUND',
      'COLUMN_NOT_FOUND',
      'NOT_SUPPORTED',
      'INVALID_CAST_ARGUMENT',
      'FUNCTION_NOT_FOUND',
      'MISSING_COLUMN_NAME',
      'NOT_SUPPORTED',
    ]);
  });
});

describe('external tables', () => {
  test('are read from all files below their location', async () => {
    const location = `s3://${lake.bucket}/landed/`;
    await lake.run(`UNLOAD (SELECT 1 AS a, ARRAY['x'] AS b) TO '${location}one/' WITH (format = 'PARQUET')`);
    await lake.run(
      `UNLOAD (SELECT 2 AS a, CAST(NULL AS array(varchar)) AS b) TO '${location}two/' WITH (format = 'PARQUET')`,
    );
    const Columns = [
      { Name: 'a', Type: 'int' },
      { Name: 'b', Type: 'array<string>' },
      { Name: 'more', Type: 'struct<x:int,y:map<string,decimal(9,2)>>' },
    ];
    const SerdeInfo = { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' };
    await lake.glue.send(
      new CreateTableCommand({
        DatabaseName: lake.name,
        TableInput: {
          Name: 'landed',
          TableType: 'EXTERNAL_TABLE',
          StorageDescriptor: { Columns, Location: location, SerdeInfo },
        },
      }),
    );
    await lake.grant(ROOT, { Table: { DatabaseName: lake.name, Name: 'landed' } }, 'ALL');
    expect(await lake.rows('SELECT * FROM landed ORDER BY a')).toEqual([
      ['1', '[x]', null],
      ['2', null, null],
    ]);
    expect(
      await lake.change(
        "INSERT INTO landed VALUES (3, ARRAY[], CAST(ROW(1, MAP(ARRAY['k'], ARRAY[1.5])) AS row(x integer, y map(varchar, decimal(9,2)))))",
      ),
    ).toBe(1);
    expect(await lake.rows('SELECT more FROM landed WHERE a = 3')).toEqual([['{x=1, y={k=1.50}}']]);
  });

  test('are refused when their files have other types', async () => {
    const location = `s3://${lake.bucket}/mistyped/`;
    await lake.run(`UNLOAD (SELECT 'text' AS a, 1 AS b) TO '${location}' WITH (format = 'PARQUET')`);
    const StorageDescriptor = {
      Columns: [
        { Name: 'a', Type: 'bigint' },
        { Name: 'b', Type: 'bigint' },
      ],
      Location: location,
    };
    const TableInput = { Name: 'mistyped', StorageDescriptor, Parameters: { classification: 'parquet' } };
    await lake.glue.send(new CreateTableCommand({ DatabaseName: lake.name, TableInput }));
    await lake.grant(ROOT, { Table: { DatabaseName: lake.name, Name: 'mistyped' } }, 'ALL');
    await expect(lake.rows('SELECT b FROM mistyped')).rejects.toThrow("HIVE_BAD_DATA: Field a's type VARCHAR");
  });
});

describe('a role', () => {
  const athena = { actions: ['athena:*', 'glue:*', 'lakeformation:GetDataAccess'], resources: ['*'] };
  const s3 = (actions: string[], path = '*') => ({ actions, resources: [`arn:aws:s3:::${lake.bucket}${path}`] });
  const results = () => s3(['s3:GetBucketLocation', 's3:PutObject', 's3:GetObject', 's3:ListBucket'], '*');

  beforeAll(async () => {
    await lake.iceberg('granted', 'id bigint, name string, secret string');
    await lake.run("INSERT INTO granted VALUES (1, 'a', 's'), (2, 'b', 't')");
    const staged = `CREATE TABLE staged WITH (external_location = 's3://${lake.bucket}/staging/role/') AS SELECT 1 AS a`;
    await lake.run(staged);
  });

  test('reads the columns and rows it was granted, and needs a place for its results', async () => {
    const { lake: theirs, arn } = await lake.as([athena, results()]);
    await expect(theirs.rows('SELECT * FROM granted')).rejects.toThrow('Insufficient Lake Formation permission');
    const TableData = {
      TableCatalogId: '000000000000',
      DatabaseName: lake.name,
      TableName: 'granted',
      Name: 'part',
      ColumnNames: ['id', 'name'],
    };
    await lake.lakeFormation.send(
      new CreateDataCellsFilterCommand({
        TableData: { ...TableData, RowFilter: { FilterExpression: "name = 'b' OR id > 2" } },
      }),
    );
    const { ColumnNames: _, ...DataCellsFilter } = TableData;
    await lake.grant(arn, { DataCellsFilter }, 'SELECT');
    expect(await theirs.rows('SELECT * FROM granted')).toEqual([['2', 'b']]);
    await expect(theirs.rows('SELECT secret FROM granted')).rejects.toThrow('COLUMN_NOT_FOUND');
    await expect(theirs.run('DELETE FROM granted')).rejects.toThrow('Insufficient Lake Formation permission');

    const { lake: without, arn: other } = await lake.as([
      athena,
      s3(['s3:GetBucketLocation', 's3:GetObject', 's3:ListBucket']),
    ]);
    await lake.grant(other, { Table: { DatabaseName: lake.name, Name: 'granted' } }, 'SELECT');
    await expect(without.rows('SELECT id FROM granted')).rejects.toThrow('s3:PutObject');
    const { lake: nowhere } = await lake.as([athena]);
    await expect(nowhere.rows('SELECT id FROM granted')).rejects.toThrow('output bucket');
  });

  test('uses its own rights in places that are not registered, and Lake Formation’s in those that are', async () => {
    const place = (path: string) => [`arn:aws:s3:::${lake.bucket}`, `arn:aws:s3:::${lake.bucket}/${path}*`];
    const limited = { actions: ['s3:*'], resources: place('results/') };
    const { lake: theirs, arn } = await lake.as([athena, limited]);
    const select = (table: string) => theirs.rows(`SELECT count(*) AS n FROM ${table}`);
    for (const Name of ['granted', 'staged'])
      await lake.grant(arn, { Table: { DatabaseName: lake.name, Name } }, 'SELECT');
    await expect(select('staged')).rejects.toThrow('s3:GetObject');
    await expect(select('granted')).rejects.toThrow('s3:GetObject');
    await lake.lakeFormation.send(
      new RegisterResourceCommand({ ResourceArn: `arn:aws:s3:::${lake.bucket}/data`, RoleArn: arn }),
    );
    expect(await select('granted')).toEqual([['2']]);
    await expect(select('staged')).rejects.toThrow('s3:GetObject');

    const make = `CREATE TABLE %s WITH (external_location = 's3://${lake.bucket}/staging/%s/') AS SELECT id FROM granted`;
    const made = (name: string) => theirs.change(make.replaceAll('%s', name));
    await expect(made('theirs')).rejects.toThrow('CREATE_TABLE');
    await lake.grant(arn, { Database: { Name: lake.name } }, 'CREATE_TABLE');
    await expect(made('theirs')).rejects.toThrow('s3:PutObject');
    const { lake: able, arn: ableArn } = await lake.as([
      athena,
      { actions: ['s3:*'], resources: [...place('results/'), ...place('staging/')] },
    ]);
    await lake.grant(ableArn, { Database: { Name: lake.name } }, 'CREATE_TABLE');
    await lake.grant(ableArn, { Table: { DatabaseName: lake.name, Name: 'granted' } }, 'SELECT', 'INSERT');
    expect(await able.change(make.replaceAll('%s', 'able'))).toBe(2);
    expect(await able.rows('SELECT count(*) AS n FROM able')).toEqual([['2']]);
    expect(await able.change("INSERT INTO granted VALUES (3, 'c', 'u')")).toBe(1);
    await expect(able.run('DELETE FROM granted WHERE id = 3')).rejects.toThrow('DELETE');
    expect((await able.run('DROP TABLE able')).UpdateCount).toBe(0);
  });
});
