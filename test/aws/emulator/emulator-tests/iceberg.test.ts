import {
  CreateTableCommand,
  CreateTableOptimizerCommand,
  DeleteTableCommand,
  GetTableOptimizerCommand,
  type IcebergStructField,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import { beforeAll, describe, expect, test } from 'vitest';
import { Lake, ROOT } from './lake.ts';

let lake: Lake;

beforeAll(async () => {
  lake = await Lake.create('iceberg');
});

async function compact(table: string): Promise<void> {
  const body = JSON.stringify({ database: lake.name, table });
  const answer = await fetch(`${process.env.AWS_ENDPOINT_URL}/_meshemu/compact`, { method: 'POST', body });
  expect(answer.status).toBe(200);
}

describe('time travel', () => {
  test('reads older snapshots with their own columns, in CTEs and subqueries, with and without alias', async () => {
    await lake.iceberg('past', 'id bigint, name string');
    await lake.run("INSERT INTO past VALUES (1, 'a')");
    await lake.run("INSERT INTO past VALUES (2, 'b')");
    await lake.run('ALTER TABLE past ADD COLUMNS (amount decimal(10,2))');
    await lake.run("UPDATE past SET name = 'B', amount = DECIMAL '1' WHERE id = 2");
    const [first, second, third] = await lake.snapshots('past');
    const at = (id: string | undefined) => `"${lake.name}"."past" FOR VERSION AS OF ${id}`;
    expect(await lake.rows(`SELECT * FROM ${at(first)}`)).toEqual([['1', 'a']]);
    expect(
      await lake.rows(
        `WITH old AS (SELECT * FROM ${at(second)} WHERE past.id > 1) SELECT n.name, old.name FROM old JOIN past n ON n.id = old.id`,
      ),
    ).toEqual([['B', 'b']]);
    expect(
      await lake.rows(`SELECT (SELECT count(*) FROM ${at(third)} o), count(*) FROM (SELECT id FROM ${at(first)}) AS f`),
    ).toEqual([['2', '1']]);
    expect(await lake.rows(`SELECT * FROM ${at(third)} ORDER BY id LIMIT 1`)).toEqual([['1', 'a', null]]);
    await expect(lake.rows(`SELECT * FROM ${at('17')}`)).rejects.toThrow('Iceberg snapshot ID does not exist');
    const [times] = await lake.rows('SELECT max(committed_at) FROM "past$snapshots" WHERE parent_id IS NULL');
    expect(await lake.rows(`SELECT name FROM past FOR TIMESTAMP AS OF TIMESTAMP '${times![0]} UTC'`)).toEqual([['a']]);
  });

  test('lists snapshots, history and files', async () => {
    expect(
      await lake.rows(
        "SELECT operation, summary['added-records'], summary['total-records'] FROM \"past$snapshots\" ORDER BY committed_at",
      ),
    ).toEqual([
      ['append', '1', '1'],
      ['append', '1', '2'],
      ['overwrite', '2', '2'],
    ]);
    expect(
      await lake.rows(
        `SELECT count(*), count(parent_id), bool_and(is_current_ancestor) FROM "${lake.name}"."past$history"`,
      ),
    ).toEqual([['3', '2', 'true']]);
    expect(await lake.rows('SELECT record_count, file_format FROM "past$files"')).toEqual([['2', 'PARQUET']]);
  });
});

describe('writers', () => {
  test('who append at once all succeed; of those who rewrite, those that began on an older state fail', async () => {
    await lake.iceberg('busy', 'id bigint, name string');
    await Promise.all([1, 2, 3, 4, 5, 6].map((id) => lake.run(`INSERT INTO busy VALUES (${id}, 'a')`)));
    expect(await lake.rows('SELECT count(*) FROM busy')).toEqual([['6']]);
    const updates = await Promise.allSettled([1, 2, 3, 4].map((id) => lake.run(`UPDATE busy SET name = 'u${id}'`)));
    const failed = updates
      .filter(({ status }) => status === 'rejected')
      .map((each) => String((each as PromiseRejectedResult).reason));
    expect(failed.length).toBeLessThan(4);
    for (const reason of failed) expect(reason).toContain('ICEBERG_COMMIT_ERROR');
    expect(await lake.rows('SELECT count(DISTINCT name) FROM busy')).toEqual([['1']]);
  });

  test('that change nothing make no snapshot', async () => {
    const before = await lake.snapshots('busy');
    expect(await lake.change('DELETE FROM busy WHERE id > 100')).toBe(0);
    expect(await lake.change("INSERT INTO busy SELECT id, name FROM busy WHERE name = 'nobody'")).toBe(0);
    expect(
      await lake.change(
        'MERGE INTO busy t USING (VALUES (1)) s(id) ON t.id = s.id WHEN MATCHED AND t.id > 5 THEN DELETE',
      ),
    ).toBe(0);
    expect(await lake.snapshots('busy')).toEqual(before);
  });

  test('are refused who merge two rows into one, or insert other types', async () => {
    const twice = 'MERGE INTO busy t USING (VALUES (1), (1)) s(id) ON t.id = s.id WHEN MATCHED THEN DELETE';
    await expect(lake.run(twice)).rejects.toThrow('One MERGE target table row matched more than one source row');
    await expect(lake.run("INSERT INTO busy VALUES ('1', 'a')")).rejects.toThrow('TYPE_MISMATCH');
    await expect(lake.run('INSERT INTO busy (id) VALUES (7, 8)')).rejects.toThrow('TYPE_MISMATCH');
  });

  test('leave rows as they are when files are compacted, by a snapshot of another kind', async () => {
    const before = await lake.rows('SELECT * FROM busy ORDER BY id');
    await compact('busy');
    expect(await lake.rows('SELECT * FROM busy ORDER BY id')).toEqual(before);
    expect(await lake.rows('SELECT operation FROM "busy$snapshots" ORDER BY committed_at DESC LIMIT 1')).toEqual([
      ['replace'],
    ]);
    expect(await lake.rows('SELECT count(*) FROM "busy$files"')).toEqual([['1']]);
  });

  test('make tables of what they select, where nothing lies yet', async () => {
    const options = `table_type = 'ICEBERG', is_external = false, format = 'PARQUET', location = 's3://${lake.bucket}/data/selected/'`;
    expect(
      await lake.change(
        `CREATE TABLE selected WITH (${options}) AS SELECT id, ARRAY[CAST(ROW(name) AS row(n varchar))] AS names FROM busy WHERE id < 3`,
      ),
    ).toBe(2);
    expect(await lake.columns('selected')).toBe('id bigint, names array<struct<n:string>>');
    expect(await lake.rows('SELECT operation FROM "selected$snapshots"')).toEqual([['append']]);
    await lake.glue.send(new DeleteTableCommand({ DatabaseName: lake.name, Name: 'selected' }));
    await expect(lake.run(`CREATE TABLE selected WITH (${options}) AS SELECT 1 AS a`)).rejects.toThrow(
      'non-empty location',
    );
  });

  test('forget old snapshots with VACUUM as the properties say', async () => {
    await lake.run(
      "ALTER TABLE busy SET TBLPROPERTIES ('vacuum_max_snapshot_age_seconds' = '0', 'vacuum_min_snapshots_to_keep' = '1')",
    );
    await lake.run('VACUUM busy');
    expect(await lake.snapshots('busy')).toHaveLength(1);
    expect(await lake.rows('SELECT count(*) FROM busy')).toEqual([['6']]);
  });
});

const field = (Id: number, Name: string, Type: IcebergStructField['Type']): IcebergStructField => ({
  Id,
  Name,
  Type,
  Required: false,
});

describe('the Glue API', () => {
  const create = (name: string, fields: IcebergStructField[]) =>
    lake.glue.send(
      new CreateTableCommand({
        DatabaseName: lake.name,
        Name: name,
        OpenTableFormatInput: {
          IcebergInput: {
            MetadataOperation: 'CREATE',
            Version: '2',
            CreateIcebergTableInput: {
              Location: `s3://${lake.bucket}/data/${name}`,
              Schema: { SchemaId: 0, Type: 'struct', Fields: fields },
              Properties: { owner: 'me' },
            },
          },
        },
      }),
    );
  const update = (name: string, fields: IcebergStructField[], VersionId?: string) =>
    lake.glue.send(
      new UpdateTableCommand({
        DatabaseName: lake.name,
        Name: name,
        VersionId,
        UpdateOpenTableFormatInput: {
          UpdateIcebergInput: {
            UpdateIcebergTableInput: {
              Updates: [{ Location: `s3://${lake.bucket}/data/${name}`, Schema: { Fields: fields } }],
            },
          },
        },
      }),
    );
  const lines = {
    type: 'list',
    'element-id': 4,
    'element-required': false,
    element: {
      type: 'struct',
      fields: [
        { id: 5, name: 'sku', required: false, type: 'string' },
        { id: 6, name: 'n', required: false, type: 'int' },
      ],
    },
  };
  const tags = { type: 'map', 'key-id': 7, key: 'string', 'value-id': 8, value: 'long', 'value-required': false };
  const row =
    "(1, 2, ARRAY[CAST(ROW('x', 3) AS row(sku varchar, n integer))], MAP(ARRAY['k'], ARRAY[BIGINT '9']), to_utf8('hi'), TIMESTAMP '2026-01-02 03:04:05.678901')";

  test('makes tables with nested columns, and evolves them', async () => {
    await create('deep', [
      field(1, 'id', 'int'),
      field(2, 'gone', 'int'),
      field(3, 'lines', lines),
      field(9, 'tags', tags),
      field(12, 'bytes', 'binary'),
      field(13, 'at', 'timestamp'),
    ]);
    expect(await lake.columns('deep')).toBe(
      'id int, gone int, lines array<struct<sku:string,n:int>>, tags map<string,bigint>, bytes binary, at timestamp',
    );
    await expect(create('deep', [field(1, 'id', 'int')])).rejects.toMatchObject({ name: 'AlreadyExistsException' });
    await lake.grant(ROOT, { Table: { DatabaseName: lake.name, Name: 'deep' } }, 'ALL');
    expect(await lake.change(`INSERT INTO deep VALUES ${row}`)).toBe(1);
    expect(await lake.rows('SELECT * FROM deep')).toEqual([
      ['1', '2', '[{sku=x, n=3}]', '{k=9}', '68 69', '2026-01-02 03:04:05.678901'],
    ]);
    const [first] = await lake.snapshots('deep');

    const wider = structuredClone(lines) as { element: { fields: object[] } } & typeof lines;
    wider.element.fields.push({ id: 10, name: 'note', required: false, type: 'string' });
    const { VersionId } = await lake.table('deep');
    await update('deep', [field(1, 'id', 'long'), field(3, 'lines', wider), field(14, 'gone', 'string')], VersionId);
    await expect(update('deep', [field(1, 'id', 'long')], VersionId)).rejects.toMatchObject({
      name: 'ConcurrentModificationException',
    });
    expect(await lake.columns('deep')).toBe(
      'id bigint, lines array<struct<sku:string,n:int,note:string>>, gone string',
    );
    expect(await lake.rows('SELECT * FROM deep')).toEqual([['1', '[{sku=x, n=3, note=null}]', null]]);
    expect(await lake.rows(`SELECT id, gone FROM deep FOR VERSION AS OF ${first}`)).toEqual([['1', '2']]);
    await expect(update('deep', [field(1, 'id', 'string')])).rejects.toThrow('Cannot change column type');
    await expect(update('deep', [{ ...field(1, 'id', 'long'), Required: true }])).rejects.toThrow(
      'optional -> required',
    );
  });

  test('sets a table back to an older metadata file, and the columns with it', async () => {
    await lake.iceberg('back', 'id bigint');
    await lake.run('INSERT INTO back VALUES (1)');
    const { VersionId, Name, StorageDescriptor, Parameters, TableType } = await lake.table('back');
    await lake.run('INSERT INTO back VALUES (2)');
    await lake.run('ALTER TABLE back ADD COLUMNS (name string)');
    const now = await lake.table('back');
    const set = (version: string | undefined) =>
      lake.glue.send(
        new UpdateTableCommand({
          DatabaseName: lake.name,
          VersionId: version,
          SkipArchive: true,
          TableInput: {
            Name,
            TableType,
            StorageDescriptor,
            Parameters: {
              ...now.Parameters,
              metadata_location: Parameters!.metadata_location!,
              previous_metadata_location: now.Parameters!.metadata_location!,
            },
          },
        }),
      );
    await expect(set(VersionId)).rejects.toMatchObject({ name: 'ConcurrentModificationException' });
    await set(now.VersionId);
    expect(await lake.rows('SELECT * FROM back')).toEqual([['1']]);
    expect(await lake.snapshots('back')).toHaveLength(1);
    expect(await lake.columns('back')).toBe('id bigint');
    await lake.run('INSERT INTO back VALUES (3)');
    expect(await lake.rows('SELECT id FROM back ORDER BY id')).toEqual([['1'], ['3']]);
  });

  test('remembers optimizers', async () => {
    const optimizer = {
      CatalogId: '000000000000',
      DatabaseName: lake.name,
      TableName: 'back',
      Type: 'compaction' as const,
    };
    const TableOptimizerConfiguration = { roleArn: 'arn:aws:iam::000000000000:role/any', enabled: true };
    await lake.glue.send(new CreateTableOptimizerCommand({ ...optimizer, TableOptimizerConfiguration }));
    const { TableOptimizer } = await lake.glue.send(new GetTableOptimizerCommand(optimizer));
    expect(TableOptimizer).toMatchObject({ type: 'compaction', configuration: { enabled: true } });
    await expect(
      lake.glue.send(new GetTableOptimizerCommand({ ...optimizer, Type: 'retention' })),
    ).rejects.toMatchObject({ name: 'EntityNotFoundException' });
  });

  test('ends permissions with their table', async () => {
    await lake.iceberg('short', 'id bigint');
    const { lake: theirs, arn } = await lake.as([{ actions: ['*'], resources: ['*'] }]);
    await lake.grant(arn, { Table: { DatabaseName: lake.name, Name: 'short' } }, 'SELECT');
    expect(await theirs.rows('SELECT * FROM short')).toEqual([]);
    await lake.glue.send(new DeleteTableCommand({ DatabaseName: lake.name, Name: 'short' }));
    await lake.iceberg('short', 'id bigint');
    await expect(theirs.rows('SELECT * FROM short')).rejects.toThrow('Insufficient');
  });
});
