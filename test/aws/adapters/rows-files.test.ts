import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AthenaClient, type GetQueryExecutionOutput } from '@aws-sdk/client-athena';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, test } from 'vitest';
import { createAthena } from '../../../lib/adapters/aws/athena/athena.ts';
import { withPace } from '../../../lib/adapters/aws/pace.ts';
import { createRows } from '../../../lib/adapters/aws/rows/create-rows.ts';
import { inNumberedOrder } from '../../../lib/adapters/aws/rows/numbered-rows.ts';
import { objectBuffer } from '../../../lib/adapters/aws/rows/object-bytes.ts';
import { readWire } from '../../../lib/adapters/aws/rows/parquet-reader.ts';
import { createParquetFiles } from '../../../lib/adapters/aws/rows/parquet-writer.ts';
import { sortRows } from '../../../lib/adapters/aws/rows/sort-rows.ts';
import { createSources } from '../../../lib/adapters/aws/sources.aws.ts';
import { plainValue } from '../../../lib/adapters/local/read-rows.ts';
import type { FieldType } from '../../../lib/model/field-type.ts';
import type { FieldModel } from '../../../lib/model/mesh-model.ts';
import type { DataRow } from '../../../lib/ports/warehouse.ts';
import { show } from '../../adapters/aws/drop-parity.ts';
import { sampleProduct, sampleSource, timeOf } from '../../conformance/samples.ts';
import { bindingOf, collect, publishRows, scan, sourceBinding, streamOf } from '../../conformance/warehouse-samples.ts';
import { createWarehousePlace } from '../conformance/warehouse-place.ts';

const s3 = new S3Client({ forcePathStyle: true });
const bucket = `rows-${process.pid}-${Date.now().toString(36)}`;
beforeAll(async () => {
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
});

const TIMES: FieldType = { kind: 'list', of: { kind: 'timestamp' } };
const FIELDS = [
  ['id', { kind: 'int' }],
  ['a_long', { kind: 'long' }],
  ['a_double', { kind: 'double' }],
  ['a_boolean', { kind: 'boolean' }],
  ['a_text', { kind: 'string' }],
  ['a_binary', { kind: 'binary' }],
  ['a_decimal', { kind: 'decimal', precision: 38, scale: 10 }],
  ['a_date', { kind: 'date' }],
  ['a_time', { kind: 'timestamp' }],
  ['flags', { kind: 'list', of: { kind: 'boolean' } }],
  ['lists', { kind: 'list', of: { kind: 'list', of: { kind: 'long' } } }],
  ['times', { kind: 'map', key: { kind: 'string' }, value: TIMES }],
  [
    'nested',
    {
      kind: 'struct',
      fields: {
        price: { kind: 'decimal', precision: 6, scale: 2 },
        inner: { kind: 'struct', fields: { at: { kind: 'timestamp' }, days: { kind: 'list', of: { kind: 'date' } } } },
      },
    },
  ],
  ['structs', { kind: 'list', of: { kind: 'struct', fields: { a: { kind: 'string' }, b: { kind: 'int' } } } }],
] as const satisfies readonly (readonly [string, FieldType])[];
const fields = FIELDS.map(([name, type]) => ({ name, type }));

const rows: DataRow[] = [
  {
    id: 0,
    a_long: 9_223_372_036_854_775_807n,
    a_double: -0.1,
    a_boolean: true,
    a_text: 'ünï "\u{1F600}\n',
    a_binary: new Uint8Array([0, 255]),
    a_decimal: '1234567890123456789012345678.0123456789',
    a_date: '0001-01-01',
    a_time: '9999-12-31 23:59:59.999999',
    flags: [true, null, false],
    lists: [[1n, null], [], null, [2n]],
    times: new Map([
      ['a', ['2026-01-31 10:00:00.5', null]],
      ['b', null],
      ['c', []],
    ]),
    nested: { price: '1.50', inner: { at: '2026-01-31 10:00:00', days: ['2026-01-31', null] } },
    structs: [{ a: 'x', b: 1 }, null, { a: null, b: null }],
  },
  Object.fromEntries(FIELDS.map(([name]) => [name, name === 'id' ? 1 : null])),
  {
    id: 2,
    a_long: -1n,
    a_double: Number.NaN,
    a_boolean: false,
    a_text: '',
    a_binary: new Uint8Array(),
    a_decimal: '-0.0000000001',
    a_date: '1969-07-20',
    a_time: '1969-07-20 20:17:40',
    flags: [],
    lists: [],
    times: new Map(),
    nested: { price: null, inner: null },
    structs: [],
  },
];

async function objects(prefix: string) {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  return Contents.map(({ Key, Size }) => ({ bucket, key: Key!, bytes: Size! }));
}

async function writeAll(rows: readonly DataRow[], options: { readonly prefix: string; readonly rowsPerFile?: number }) {
  const files = createParquetFiles(s3, { bucket, fields, ...options });
  for (const row of rows) if (files.add(row)) await files.flush();
  return files.end();
}

describe('rows in Parquet files', () => {
  test('are what DuckDB reads, nested ones too', async () => {
    const { keys } = await writeAll(rows, { prefix: 'duck/' });
    const folder = await mkdtemp(join(tmpdir(), 'mesh-rows-'));
    try {
      const file = join(folder, 'rows.parquet');
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: keys[0]! }));
      await writeFile(file, await Body!.transformToByteArray());
      const connection = await (await DuckDBInstance.create(':memory:')).connect();
      const names = fields.map(({ name }) => name);
      const read = await connection.runAndReadAll(`SELECT ${names.join(', ')} FROM '${file}' ORDER BY id`);
      const made = read
        .getRows()
        .map((row) => Object.fromEntries(names.map((name, at) => [name, plainValue(row[at]!)])));
      expect(made.map(show)).toEqual(rows.map(show));
      connection.closeSync();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('come back as they were, from several files, with any number of rows', async () => {
    const many = Array.from({ length: 25_000 }, (_, id) => ({ ...rows[id % 3]!, id }));
    const written = await writeAll(many, { prefix: 'many/', rowsPerFile: 10_000 });
    expect(written.keys).toEqual(['many/00000.parquet', 'many/00001.parquet', 'many/00002.parquet']);
    const read: DataRow[] = [];
    for (const file of await objects('many/'))
      read.push(...(await collect(readWire(objectBuffer(s3, file), fields))).flat());
    expect(read.length).toBe(25_000);
    expect(read.map(show)).toEqual(many.map(show));
    const none = await writeAll([], { prefix: 'none/' });
    expect(none).toEqual({ rows: 0, keys: ['none/00000.parquet'] });
    expect(await collect(readWire(objectBuffer(s3, (await objects('none/'))[0]!), fields))).toEqual([]);
  });

  test('are put in order by their numbers, wherever they are', async () => {
    const file = (numbers: readonly number[]) =>
      streamOf([numbers.map((number) => ({ id: number, _row_number: BigInt(number) }))]);
    const read = await collect(inNumberedOrder([file([1, 4, 5]), file([]), file([6, 2, 3]), file([7])]));
    expect(read.flat()).toEqual([1, 2, 3, 4, 5, 6, 7].map((id) => ({ id })));
    await expect(collect(inNumberedOrder([file([1, 3])]))).rejects.toThrow('behind a gap');
  });

  test('are sorted though they do not fit into memory', async () => {
    const declared = [
      { name: 'a', type: { kind: 'decimal', precision: 6, scale: 2 } },
      { name: 'b', type: { kind: 'string' } },
    ] as unknown as FieldModel[];
    const all = Array.from({ length: 1_000 }, (_, at) => ({
      a: at % 7 === 0 ? null : `${((at * 37) % 11) - 5}.00`,
      b: String.fromCodePoint(0xfffd + ((at * 13) % 9)),
    }));
    const place = {
      s3,
      bucket,
      prefix: 'sorted/',
      open: async (folder: string) => (await objects(folder)).map((file) => readWire(objectBuffer(s3, file), declared)),
    };
    const read = (await collect(sortRows(place, declared, ['a', 'b'], streamOf([all]), 64))).flat();
    const byCode = (text: string) => text.codePointAt(0)!;
    const number = (text: string | null) => (text === null ? Number.POSITIVE_INFINITY : Number(text));
    expect(read).toEqual(all.toSorted((x, y) => number(x.a) - number(y.a) || byCode(x.b) - byCode(y.b)) as DataRow[]);
    const parts = (await collect(sortRows(place, declared, ['a'], streamOf(all.map((row) => [row])), 100))).flat();
    expect(parts.map(({ a }) => a)).toEqual(read.map(({ a }) => a));
  });
});

describe('drops in a bucket', () => {
  const land = (path: string, Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: `landing/${path}`, Body }));

  test('are found among thousands of objects of others', async () => {
    const names = Array.from(
      { length: 2_100 },
      (_, at) => `big/${String(at).padStart(4, '0')}.${at % 2 ? 'csv' : 'txt'}`,
    );
    for (let from = 0; from < names.length; from += 100)
      await Promise.all(names.slice(from, from + 100).map((name) => land(name, 'id\n')));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'big/elsewhere.csv', Body: 'id\n' }));
    await land('big/folder.csv/', '');
    const files = await createSources({ s3, bucket }).list(sampleSource({ path: 'big' }));
    expect(files.map(({ path }) => path)).toEqual(names.filter((name) => name.endsWith('.csv')));
  });

  test('are refused when they are one file of another format', async () => {
    await land('one/scans.txt', 'id\n');
    await expect(createSources({ s3, bucket }).list(sampleSource({ path: 'one/scans.txt' }))).rejects.toMatchObject({
      code: 'other-format',
    });
  });

  test('are refused when they changed, or went, after they were pinned', async () => {
    const place = await createWarehousePlace();
    const rows = createRows({ athena: place.athena, glue: place.glue, s3: place.s3, bucket: place.bucket });
    const input = sampleSource();
    await place.land('logistics/scans/a.csv', 'id,amount,at\na,1,\n');
    const files = await createSources({ s3: place.s3, bucket: place.bucket }).list(input);
    await place.land('logistics/scans/a.csv', 'id,amount,at\nb,1,\n');
    const refusal = { code: 'changed-drop', kind: 'retry', where: { file: 'logistics/scans/a.csv' } };
    await expect(collect(rows.readRows(sourceBinding(input, files)))).rejects.toMatchObject(refusal);
    const gone = [{ ...files[0]!, path: 'logistics/scans/gone.csv' }];
    await expect(collect(rows.readRows(sourceBinding(input, gone)))).rejects.toMatchObject({ code: 'changed-drop' });
  });

  test('are brought to Athena once a run, and leave nothing behind that a reading made', async () => {
    const place = await createWarehousePlace();
    const { athena, glue, bucket: own } = place;
    const rows = createRows({ athena, glue, s3: place.s3, bucket: own });
    const product = sampleProduct();
    await place.open(rows).provision(product);
    const input = sampleSource();
    await place.land('logistics/scans/a.csv', 'id,amount,at\na,1,2026-01-01 10:00:00.5\n');
    const binding = sourceBinding(input, await createSources({ s3: place.s3, bucket: own }).list(input));
    const steps: string[] = [];
    const pace = {
      step: <Result>(name: string, work: () => Promise<Result>) => {
        steps.push(name);
        return work();
      },
      wait: async () => undefined,
    };
    const landed = () => withPace(pace, () => rows.landedSelect(product, 'run-1', binding));
    const select = await landed();
    expect(await landed()).toBe(select);
    expect(steps).toEqual(['find scans', 'land scans 0', 'table scans', 'find scans']);
    const read = await athena.all({ name: 'look', sql: select, database: product.database, token: 'look' });
    expect(read).toEqual([{ id: 'a', amount: 1n, at: '2026-01-01 10:00:00.5', _file: 'logistics/scans/a.csv' }]);
    await collect(rows.readRows(binding, ['id']));
    const left = await place.s3.send(new ListObjectsV2Command({ Bucket: own, Prefix: 'staging/read/' }));
    expect(left.KeyCount).toBe(0);
    const staged = await rows.stageRows({ runId: 'run-2', product, bindings: [], recordedAt: timeOf(2) }, streamOf([]));
    expect(staged).toMatchObject([{ port: 'scans', rows: 0 }]);
  });

  test('of a port are read again when Athena failed after it had written some', async () => {
    const place = await createWarehousePlace();
    const product = sampleProduct({ mode: 'append' });
    const states = await publishRows(place.open(), product, 1, [scan('a'), scan('b')]);
    const client = new AthenaClient({ credentials: { accessKeyId: place.account, secretAccessKey: 'test' } });
    let failures = 1;
    client.middlewareStack.add(
      (next) => async (args) => {
        const answered = await next(args);
        const { Query = '', Status } = (answered.output as Partial<GetQueryExecutionOutput>).QueryExecution ?? {};
        if (failures === 0 || !Query.startsWith('UNLOAD') || Status?.State !== 'SUCCEEDED') return answered;
        failures -= 1;
        Object.assign(Status, { State: 'FAILED', StateChangeReason: 'INTERNAL_ERROR: try again' });
        return answered;
      },
      { step: 'initialize' },
    );
    const { glue, s3, bucket: own } = place;
    const rows = createRows({ athena: createAthena({ client, workGroup: 'conformance' }), glue, s3, bucket: own });
    const read = await collect(rows.readRows(bindingOf(product, states), ['id']));
    expect(read.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(failures).toBe(0);
    const left = await s3.send(new ListObjectsV2Command({ Bucket: own, Prefix: 'staging/read/' }));
    expect(left.KeyCount).toBe(0);
  });
});
