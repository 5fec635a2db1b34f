import {
  AthenaClient,
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { createDeployments } from '../../../lib/adapters/aws/deployments.aws.ts';
import { createLedger } from '../../../lib/adapters/aws/ledger.aws.ts';
import { createRegistry } from '../../../lib/adapters/aws/registry.aws.ts';
import { createStore } from '../../../lib/adapters/aws/store.aws.ts';
import { countInvocation, countingInvocations, createUsage } from '../../../lib/adapters/aws/usage.aws.ts';
import { load, orders, resolve } from '../../model/declarations.ts';
import { until } from '../until.ts';

const MB = 2 ** 20;
const NAME = `usage-${process.pid}`;
const PRODUCT = 'sales/orders';
const TODAY = new Date().toISOString().slice(0, 10);

const athena = new AthenaClient();
const s3 = new S3Client();
const dynamodb = new DynamoDBClient();
const store = createStore({ client: dynamodb, table: NAME });
const deployments = createDeployments({ store });
const usage = createUsage({ athena, s3, store, deployments });

beforeAll(async () => {
  await dynamodb.send(
    new CreateTableCommand({
      TableName: NAME,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  await s3.send(new CreateBucketCommand({ Bucket: NAME }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: NAME, VersioningConfiguration: { Status: 'Enabled' } }));
  await athena.send(new CreateWorkGroupCommand({ Name: NAME }));
  for (const product of [PRODUCT, 'sales/returns', 'sales/stock'] as const) {
    await deployments.put({
      product,
      bucket: NAME,
      workGroup: NAME,
      runRoleArn: 'arn:aws:iam::000000000000:role/run',
      locationRoleArn: 'arn:aws:iam::000000000000:role/location',
      removal: 'retain',
      manifestFingerprint: 'fingerprint',
    });
  }
});

async function query(sql: string, workgroup = NAME): Promise<void> {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: workgroup,
      ResultConfiguration: { OutputLocation: `s3://${NAME}-results/` },
    }),
  );
  await until('the query ends', async () => {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    return ['SUCCEEDED', 'FAILED'].includes(QueryExecution?.Status?.State ?? '');
  });
}

describe('usage', () => {
  test('of a product that was not used is nothing', async () => {
    expect(await usage.of(PRODUCT, '2026-01-01')).toEqual({
      athenaBytes: 0,
      athenaQueries: 0,
      lambdaGbSeconds: 0,
      lambdaRequests: 0,
      storageBytes: 0,
    });
  });

  test("counts the day's queries of the product's workgroup as they are billed, and no failed ones", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: `${NAME}-results` }));
    await athena.send(new CreateWorkGroupCommand({ Name: `${NAME}-other` }));
    await query('SELECT 1 AS one');
    await query('SELECT 2 AS two');
    await query('SELECT * FROM nowhere.nothing');
    await query('SELECT 3 AS three', `${NAME}-other`);
    expect(await usage.of(PRODUCT, TODAY)).toMatchObject({ athenaQueries: 2, athenaBytes: 20 * MB });
    expect(await usage.of(PRODUCT, '2026-01-01')).toMatchObject({ athenaQueries: 0, athenaBytes: 0 });
  });

  test('counts more queries than one request may name', { timeout: 120_000 }, async () => {
    const before = await usage.of(PRODUCT, TODAY);
    await Promise.all(Array.from({ length: 51 }, (_, number) => query(`SELECT ${number} AS number`)));
    expect((await usage.of(PRODUCT, TODAY)).athenaQueries).toBe(before.athenaQueries + 51);
  });

  test('counts the bytes of all versions in the bucket, also of deleted objects', async () => {
    for (const Body of ['1234567890', '12345'])
      await s3.send(new PutObjectCommand({ Bucket: NAME, Key: 'data/a', Body }));
    await s3.send(new PutObjectCommand({ Bucket: NAME, Key: 'landing/b', Body: '1' }));
    await s3.send(new DeleteObjectCommand({ Bucket: NAME, Key: 'landing/b' }));
    expect((await usage.of(PRODUCT, '2026-01-01')).storageBytes).toBe(16);
  });

  test('adds up invocations of a product and day, many at once', async () => {
    const invocation = { product: 'sales/returns', memoryMb: 2048, milliseconds: 499.2 } as const;
    await Promise.all(
      Array.from({ length: 20 }, () => countInvocation(store, { ...invocation, at: new Date('2026-01-31T23:59:59Z') })),
    );
    await countInvocation(store, { ...invocation, at: new Date('2026-02-01T00:00:00Z') });
    expect(await usage.of('sales/returns', '2026-01-31')).toMatchObject({ lambdaRequests: 20, lambdaGbSeconds: 20 });
    expect(await usage.of('sales/returns', '2026-02-01')).toMatchObject({ lambdaRequests: 1, lambdaGbSeconds: 1 });
    expect(await usage.of(PRODUCT, '2026-01-31')).toMatchObject({ lambdaRequests: 0, lambdaGbSeconds: 0 });
  });

  test('fails with the way out for a product that is not deployed', async () => {
    await expect(usage.of('sales/nothing', TODAY)).rejects.toMatchObject({ code: 'not-deployed', kind: 'not-found' });
  });
});

describe('a handler that counts', () => {
  test('counts each invocation, failed ones too, and the time from its process started once', async () => {
    const handler = countingInvocations({ store, product: 'sales/stock', memoryMb: 1024 }, async (fails: boolean) => {
      if (fails) throw new Error('as the handler failed');
      return 'done';
    });
    expect(await handler(false)).toBe('done');
    const first = await usage.of('sales/stock', TODAY);
    expect(first.lambdaRequests).toBe(1);
    expect(first.lambdaGbSeconds).toBeGreaterThan(0.1);
    await expect(handler(true)).rejects.toThrow('as the handler failed');
    const both = await usage.of('sales/stock', TODAY);
    expect(both.lambdaRequests).toBe(2);
    expect(both.lambdaGbSeconds - first.lambdaGbSeconds).toBeLessThan(0.1);
  });

  test('answers though it cannot count', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const missing = createStore({ client: dynamodb, table: `${NAME}-missing` });
    const handler = countingInvocations({ store: missing, product: PRODUCT, memoryMb: 1024 }, async () => 'done');
    expect(await handler()).toBe('done');
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('sales/orders'));
    warn.mockRestore();
  });
});

describe('the cost collector', () => {
  const registry = createRegistry({ store });
  const collect = async (event: { day?: string }) => {
    vi.stubEnv('MESH_TABLE', NAME);
    const { handler } = await import('../../../lambdas/collect-cost.ts');
    return handler(event);
  };
  const costs = (product: 'sales/orders') => createLedger({ store }).entries({ product, kind: 'cost' });

  test("notes each product's day in the ledger, once, and fails when one could not be asked", async () => {
    const { products } = await resolve(load([orders()]));
    const manifest = products[0]!;
    await registry.register(manifest, '2026-01-01T00:00:00Z');
    await countInvocation(store, { product: PRODUCT, memoryMb: 1024, milliseconds: 5_000, at: new Date('2026-01-15') });
    expect(await collect({ day: '2026-01-15' })).toEqual({ recorded: 1 });
    await collect({ day: '2026-01-15' });
    expect(await costs(PRODUCT)).toMatchObject([{ day: '2026-01-15', lambdaGbSeconds: 5, athenaBytes: 0 }]);
    await registry.register({ ...manifest, id: 'sales/nowhere' }, '2026-01-01T00:00:00Z');
    await expect(collect({})).rejects.toMatchObject({
      code: 'costs-missing',
      message: expect.stringContaining('nowhere'),
    });
    expect(await costs(PRODUCT)).toHaveLength(2);
  });
});
