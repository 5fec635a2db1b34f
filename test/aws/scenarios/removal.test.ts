import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { LakeFormationClient, PutDataLakeSettingsCommand } from '@aws-sdk/client-lakeformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../until.ts';
import { type Account, openAccount } from './account.ts';
import { bucketsOf, databases, inOneLine, lakeAdmins, permissionsOn, stackStatus } from './account-facts.ts';
import { deployShop } from './deploy-shop.ts';
import type { DeployedMesh } from './deployed-mesh.ts';
import { writeMesh } from './mesh-folder.ts';
import { ORDERS, ordersCsv, RANKING, REVENUE } from './shop-files.ts';

const shop = writeMesh('shop');
let account: Account;
let deployed: DeployedMesh;
let otherAdmin: string;

beforeAll(async () => {
  account = await openAccount();
  otherAdmin = await createRole('other-admin');
  const goneAdmin = await createRole('gone-admin');
  const admins = [otherAdmin, goneAdmin].map((arn) => ({ DataLakePrincipalIdentifier: arn }));
  await new LakeFormationClient().send(
    new PutDataLakeSettingsCommand({ DataLakeSettings: { DataLakeAdmins: admins } }),
  );
  await new IAMClient().send(new DeleteRoleCommand({ RoleName: 'gone-admin' }));
  deployed = await deployShop(account, shop);
}, 300_000);
afterAll(() => account?.emulator.stop());

async function createRole(RoleName: string): Promise<string> {
  const Statement = [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const { Role } = await new IAMClient().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  return Role!.Arn!;
}

const ranking = () =>
  deployed.query('marketing', 'SELECT city, place FROM shop_marketing_ranking.ranking ORDER BY place');

test('a stale admin in the settings does not stop the deployment, and the others stay', async () => {
  const admins = await lakeAdmins();
  expect(admins).toContain(otherAdmin);
  expect(admins.join()).not.toContain('gone-admin');
  expect(admins.filter((arn) => /Registrar|cfn-exec/.test(arn))).toHaveLength(2);
});

test('a product that is destroyed keeps its data, and its owner reads it', async () => {
  const bucket = await deployed.bucketOf(RANKING);
  await account.destroy(shop, { stacks: ['ShopMarketingRanking'] });
  expect(await stackStatus('shop-marketing-ranking')).toBeUndefined();
  expect(await bucketsOf('shop-marketing-ranking')).toEqual([bucket]);
  expect((await deployed.find(RANKING))?.manifest.status).toBe('retired');
  expect(await ranking()).toHaveLength(2);
});

test('deploying it anew says how to take back what was kept, and does so then', async () => {
  const [bucket] = await bucketsOf('shop-marketing-ranking');
  const refused = await account.tryDeploy(shop, { stacks: ['ShopMarketingRanking'] });
  expect(refused.code).not.toBe(0);
  expect(inOneLine(refused.output)).toContain(`-c buckets=${RANKING}=${bucket}`);
  expect(await bucketsOf('shop-marketing-ranking'), 'no other is left').toEqual([bucket]);
  expect((await deployed.find(RANKING))?.manifest.status).toBe('retired');

  const context = { buckets: `${RANKING}=${bucket}` };
  await account.deploy(shop, { stacks: ['ShopMarketingRanking'], context });
  expect((await deployed.find(RANKING))?.manifest.status).toBe('active');
  expect(await ranking()).toHaveLength(2);
  await deployed.land(ORDERS, 'sales/orders/2.csv', ordersCsv('o4,2026-01-03T10:00:00Z,Jena,1.00,d@x.example'));
  await until('it goes on', async () => (await ranking()).length === 3);
});

test('a product with consumers is not destroyed, and goes on as if nothing had been', async () => {
  const refused = await account.tryDestroy(shop, { stacks: ['ShopSalesOrders'] });
  expect(refused.code).not.toBe(0);
  const said = inOneLine(refused.output);
  expect(said).toContain('it is read by marketing/revenue (marketing@shop.example)');
  expect(said).toContain('"action":"retire"');
  await deployed.land(ORDERS, 'sales/orders/3.csv', ordersCsv('o5,2026-01-04T10:00:00Z,Ulm,1.00,e@x.example'));
  await until('consumers go on', async () => (await ranking()).length === 4);
});

test('it is destroyed when somebody says so', async () => {
  const Payload = JSON.stringify({ action: 'retire', product: ORDERS });
  const FunctionName = await deployed.parameter('registrarArn');
  const { FunctionError } = await new LambdaClient().send(new InvokeCommand({ FunctionName, Payload }));
  expect(FunctionError).toBeUndefined();
  await account.destroy(shop, { stacks: ['ShopSalesOrders'] });
  expect(await stackStatus('shop-sales-orders')).toBeUndefined();
  const kept = await deployed.query('sales', 'SELECT order_id FROM shop_sales_orders.orders');
  expect(kept, 'its data is kept').toHaveLength(5);
});

test('what is to be destroyed with its data leaves nothing, and other admins survive all of it', async () => {
  const buckets: { readonly [product: string]: string } = {
    [ORDERS]: (await bucketsOf('shop-sales-orders'))[0]!,
    [RANKING]: (await bucketsOf('shop-marketing-ranking'))[0]!,
  };
  const context = {
    removal: 'destroy',
    buckets: Object.entries(buckets)
      .map((pair) => pair.join('='))
      .join(),
  };
  await account.deploy(shop, { context });
  expect((await deployed.find(ORDERS))?.manifest.status).toBe('active');
  await deployed.land(ORDERS, 'sales/orders/4.csv', ordersCsv('o6,2026-01-05T10:00:00Z,Trier,1.00,f@x.example'));
  await until('it goes on', async () => (await ranking()).length === 5);
  for (const stack of ['ShopMarketingRanking', 'ShopMarketingRevenue', 'ShopSalesOrders']) {
    await account.destroy(shop, { stacks: [stack], context });
  }
  expect(await deployed.registry.list()).toEqual([]);
  expect(await deployed.find(REVENUE)).toBeUndefined();
  expect((await databases()).filter((name) => name.startsWith('shop_'))).toEqual([]);
  expect(await bucketsOf('shop-marketing-revenue')).toEqual([]);
  for (const database of ['shop_sales_orders', 'shop_marketing_revenue', 'shop_marketing_ranking']) {
    expect(await permissionsOn(database)).toEqual([]);
  }
  await account.destroy(shop, { stacks: ['ShopMesh'], context });
  expect(await stackStatus('shop-mesh')).toBeUndefined();
  const admins = await lakeAdmins();
  expect(admins).toContain(otherAdmin);
  expect(admins.filter((arn) => arn.includes('Registrar'))).toEqual([]);
}, 240_000);

test('roles sufficed for all of it', async () => {
  expect((await account.emulator.denials()).filter(({ principal }) => !principal.includes('Team'))).toEqual([]);
});
