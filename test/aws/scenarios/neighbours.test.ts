import { GetDataLakeSettingsCommand, LakeFormationClient } from '@aws-sdk/client-lakeformation';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actAs } from '../act-as.ts';
import { queryAs } from '../query-as.ts';
import { type Account, openAccount } from './account.ts';
import { deployShop } from './deploy-shop.ts';
import { type DeployedMesh, openDeployed } from './deployed-mesh.ts';
import { writeMesh } from './mesh-folder.ts';
import { ORDERS, ordersCsv, RANKING } from './shop-files.ts';

// The name of one begins with the other's, as do the names of all that it has.
const shop = writeMesh('shop');
const other = writeMesh('shop-two');

let account: Account;
let mine: DeployedMesh;
let theirs: DeployedMesh;
beforeAll(async () => {
  account = await openAccount();
  mine = await deployShop(account, shop);
}, 300_000);
afterAll(() => account?.emulator.stop());

const admins = async () => {
  const { DataLakeSettings } = await new LakeFormationClient().send(new GetDataLakeSettingsCommand({}));
  return DataLakeSettings!.DataLakeAdmins!.map(({ DataLakePrincipalIdentifier }) => DataLakePrincipalIdentifier!);
};

test('a second mesh is deployed while the first is in use', { timeout: 240_000 }, async () => {
  const [, publication] = await Promise.all([
    account.deploy(other),
    mine
      .land(ORDERS, 'sales/orders/2.csv', ordersCsv('o4,2026-01-03T10:00:00Z,Ulm,99.00,d@x.example'))
      .then(() => mine.published(RANKING, 2)),
  ]);
  expect(publication.outputs.ranking?.rows).toBe(3);
  theirs = await openDeployed('shop-two');
  expect((await theirs.registry.list()).map(({ current }) => current)).toEqual([undefined, undefined, undefined]);
  expect((await mine.registry.list()).map(({ manifest }) => manifest.uri)).toContain(`mesh://shop/${ORDERS}`);
});

test('what lands in one mesh is published in that one only', async () => {
  await theirs.land(ORDERS, 'sales/orders/1.csv', ordersCsv('x1,2026-01-01T10:00:00Z,Rome,1.00,x@x.example'));
  await theirs.published(RANKING);
  const cities = 'SELECT city FROM';
  expect(await theirs.query('marketing', `${cities} shop_two_marketing_ranking.ranking`)).toEqual([{ city: 'Rome' }]);
  expect(await mine.query('marketing', `${cities} shop_marketing_ranking.ranking`)).toHaveLength(3);
  expect((await mine.find(RANKING))?.sequence).toBe(2);
  expect(await mine.ledger(RANKING, 'run')).toHaveLength(2);
});

test('neither mesh sees the data of the other', async () => {
  for (const [mesh, seen, workgroups] of [
    [mine, 'shop_two_sales_orders', 'shop'],
    [theirs, 'shop_sales_orders', 'shop-two'],
  ] as const) {
    const sql = `SELECT order_id FROM ${seen}.orders`;
    await expect(mesh.query('sales', sql)).rejects.toThrow(/permission|authorized/i);
    const { runRoleArn, workGroup } = (await mesh.deployments.list()).find(({ product }) => product === ORDERS)!;
    await expect(queryAs(await actAs(runRoleArn), workGroup, sql), workgroups).rejects.toThrow();
  }
});

test('a mesh that is destroyed leaves the other as it is', { timeout: 240_000 }, async () => {
  const registrars = [await mine.parameter('registrarArn'), await theirs.parameter('registrarArn')];
  expect(registrars[0]).not.toBe(registrars[1]);
  const before = await admins();
  await account.deploy(other, { context: { removal: 'destroy' } });
  // Consumers before what they read.
  for (const stack of ['MarketingRanking', 'MarketingRevenue', 'SalesOrders', 'Mesh'])
    await account.destroy(other, { stacks: [`ShopTwo${stack}`], context: { removal: 'destroy' } });
  const left = await admins();
  expect(left.length).toBeLessThan(before.length);
  expect(before).toEqual(expect.arrayContaining(left));

  await mine.land(ORDERS, 'sales/orders/3.csv', ordersCsv('o5,2026-01-04T10:00:00Z,Jena,999.00,e@x.example'));
  await mine.published(RANKING, 3);
  const seen = await mine.query('marketing', 'SELECT city FROM shop_marketing_ranking.ranking ORDER BY place');
  expect(seen.map(({ city }) => city)).toEqual(['Jena', 'Ulm', 'Kiel', 'Bonn']);
  expect(await account.deploy(shop), 'its stacks are as they were').not.toMatch(/UPDATE_(IN_PROGRESS|COMPLETE)/);
});
