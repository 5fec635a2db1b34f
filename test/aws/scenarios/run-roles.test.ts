import { GetTableCommand, GlueClient, UpdateTableCommand } from '@aws-sdk/client-glue';
import { GrantPermissionsCommand, LakeFormationClient } from '@aws-sdk/client-lakeformation';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProductId } from '../../../lib/model/names.ts';
import { actAs } from '../act-as.ts';
import { type Credentials, queryAs } from '../query-as.ts';
import { type Account, openAccount } from './account.ts';
import { deployShop } from './deploy-shop.ts';
import type { DeployedMesh } from './deployed-mesh.ts';
import { executionsAtRest } from './executions.ts';
import { writeMesh } from './mesh-folder.ts';
import { ORDERS, RANKING, REVENUE } from './shop-files.ts';

const shop = writeMesh('shop');

let account: Account;
let deployed: DeployedMesh;
let revenue: Credentials;
let workGroup: string;
beforeAll(async () => {
  account = await openAccount();
  deployed = await deployShop(account, shop);
  for (const product of [ORDERS, REVENUE, RANKING]) await executionsAtRest(deployed, product, 2);
  const deployment = (await deployed.deployments.get(REVENUE as ProductId))!;
  revenue = await actAs(deployment.runRoleArn);
  workGroup = deployment.workGroup;
}, 300_000);
afterAll(() => account?.emulator.stop());

const asRevenue = (sql: string) => queryAs(revenue, workGroup, sql);
const s3 = () => new S3Client({ credentials: revenue, forcePathStyle: true });

test('runs of the whole chain are refused nothing', async () => {
  expect(await account.emulator.denials()).toEqual([]);
});

test('the run of a product reads of another what it was granted', async () => {
  const seen = await asRevenue('SELECT order_id, city, amount FROM shop_sales_orders.orders ORDER BY order_id');
  expect(seen).toHaveLength(3);
});

test.for([
  ['a column that it was not granted', 'SELECT email FROM shop_sales_orders.orders'],
  ['a product that it does not declare as its input', 'SELECT city FROM shop_marketing_ranking.ranking'],
  ['a product of its own team by all columns', 'SELECT * FROM shop_marketing_ranking.ranking'],
])('the run of a product does not read %s', async ([, sql]) => {
  await expect(asRevenue(sql!)).rejects.toThrow(/permission|authorized|COLUMN_NOT_FOUND/i);
});

test.for([
  ['adds rows to', "INSERT INTO shop_sales_orders.orders (order_id, city) VALUES ('o9', 'Bonn')"],
  ['removes rows of', "DELETE FROM shop_sales_orders.orders WHERE city = 'Bonn'"],
  ['removes', 'DROP TABLE shop_sales_orders.orders'],
])('the run of a product never %s the table of another', async ([, sql]) => {
  await expect(asRevenue(sql!)).rejects.toThrow();
  expect(await deployed.query('sales', 'SELECT order_id FROM shop_sales_orders.orders')).toHaveLength(3);
});

test('the run of a product does not change the catalog of another', async () => {
  const glue = new GlueClient({ credentials: revenue });
  const { Table } = await new GlueClient().send(
    new GetTableCommand({ DatabaseName: 'shop_sales_orders', Name: 'orders' }),
  );
  const TableInput = { Name: 'orders', Parameters: Table!.Parameters, StorageDescriptor: Table!.StorageDescriptor };
  await expect(
    glue.send(new UpdateTableCommand({ DatabaseName: 'shop_sales_orders', TableInput })),
  ).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('the run of a product neither reads nor writes the bucket of another', async () => {
  const Bucket = await deployed.bucketOf(ORDERS);
  for (const command of [
    new GetObjectCommand({ Bucket, Key: 'landing/sales/orders/1.csv' }),
    new PutObjectCommand({ Bucket, Key: 'landing/sales/orders/2.csv', Body: 'order_id' }),
    new PutObjectCommand({ Bucket, Key: 'staging/x', Body: 'x' }),
    new ListObjectsV2Command({ Bucket }),
  ]) {
    await expect(s3().send(command as GetObjectCommand)).rejects.toMatchObject({ name: 'AccessDenied' });
  }
});

test('the run of a product does not reach the files of its own tables but through the lake', async () => {
  const Bucket = await deployed.bucketOf(REVENUE);
  const { Contents = [] } = await new S3Client({ forcePathStyle: true }).send(
    new ListObjectsV2Command({ Bucket, Prefix: 'data/cities/data' }),
  );
  expect(Contents.length).toBeGreaterThan(0);
  await expect(s3().send(new GetObjectCommand({ Bucket, Key: Contents[0]!.Key! }))).rejects.toMatchObject({
    name: 'AccessDenied',
  });
});

test('the run of a product grants nothing', async () => {
  const lake = new LakeFormationClient({ credentials: revenue });
  const DataLakePrincipalIdentifier = await deployed.roleOf('analysts');
  const Resource = { Table: { DatabaseName: 'shop_marketing_revenue', Name: 'cities' } };
  await expect(
    lake.send(
      new GrantPermissionsCommand({ Principal: { DataLakePrincipalIdentifier }, Resource, Permissions: ['SELECT'] }),
    ),
  ).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('a product whose statement names what it does not declare is refused before it is deployed', async () => {
  const broken = shop.clone();
  broken.change('marketing/revenue/cities.sql', 'FROM orders', 'FROM shop_marketing_ranking.ranking');
  const { code, output } = await account.tryDeploy(broken, { stacks: ['ShopMarketingRevenue'] });
  expect(code).not.toBe(0);
  expect(output).toContain('marketing/revenue');
  expect(output).toContain('ranking');
});
