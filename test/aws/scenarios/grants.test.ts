import {
  GrantPermissionsCommand,
  LakeFormationClient,
  type Permission,
  paginateListPermissions,
  type Resource,
  RevokePermissionsCommand,
} from '@aws-sdk/client-lakeformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../until.ts';
import { type Account, openAccount } from './account.ts';
import { deployShop } from './deploy-shop.ts';
import type { DeployedMesh } from './deployed-mesh.ts';
import { writeMesh } from './mesh-folder.ts';
import { letPass } from './scheduled.ts';
import { ORDERS } from './shop-files.ts';

const TEAMS = Array.from({ length: 30 }, (_, index) => `team-${String(index + 1).padStart(2, '0')}`);
const PRODUCT = 'sales/orders/product.ts';
const HOUR = 3600;

const shop = writeMesh('shop');
shop.change(
  'mesh.ts',
  'teams: [',
  `teams: [${TEAMS.map((name) => `{ name: '${name}', description: 'Asks.' }, `).join('')}`,
);

let account: Account;
let deployed: DeployedMesh;
let lake: LakeFormationClient;
beforeAll(async () => {
  account = await openAccount();
  deployed = await deployShop(account, shop);
  lake = new LakeFormationClient();
}, 300_000);
afterAll(() => account?.emulator.stop());

/** Every permission on the data of the mesh, one a line; a run that ends has its staging tables a moment longer. */
async function permissions(): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { PrincipalResourcePermissions = [] } of paginateListPermissions({ client: lake }, {})) {
    for (const {
      Principal,
      Resource,
      Permissions = [],
      PermissionsWithGrantOption = [],
    } of PrincipalResourcePermissions)
      for (const permission of Permissions) {
        const grantable = PermissionsWithGrantOption.includes(permission) ? ' grantable' : '';
        found.push(`${Principal!.DataLakePrincipalIdentifier} ${permission} ${JSON.stringify(Resource)}${grantable}`);
      }
  }
  return found.filter((each) => !each.includes('"staging_')).sort();
}

const heldBy = async (principal: string) => {
  const held: { readonly resource: Resource; readonly permissions: Permission[] }[] = [];
  for await (const { PrincipalResourcePermissions = [] } of paginateListPermissions({ client: lake }, {})) {
    for (const { Principal, Resource, Permissions } of PrincipalResourcePermissions)
      if (Principal?.DataLakePrincipalIdentifier === principal)
        held.push({ resource: Resource!, permissions: Permissions! });
  }
  return held;
};

const bonnOrders = () =>
  deployed.query('analysts', 'SELECT order_id, city FROM shop_sales_orders.orders ORDER BY order_id');

/** An hour later, as far as the registrar's schedule is concerned. */
const anHourLater = async () => letPass(HOUR, await deployed.parameter('registrarArn'));

async function reconcile(): Promise<unknown> {
  const { Payload, FunctionError } = await new LambdaClient().send(
    new InvokeCommand({ FunctionName: await deployed.parameter('registrarArn'), Payload: '{"action":"reconcile"}' }),
  );
  const answer: unknown = JSON.parse(Buffer.from(Payload!).toString());
  if (FunctionError) throw new Error(JSON.stringify(answer));
  return answer;
}

/** How many of the faults that were injected did not happen yet. */
async function faultsLeft(): Promise<{ readonly [action: string]: number }> {
  const answer = await fetch(`${account.emulator.endpoint}/_meshemu/faults`, { method: 'POST', body: '{}' });
  return (await answer.json()) as { [action: string]: number };
}

test('grants that somebody revoked by hand are back within the hour', async () => {
  const before = await permissions();
  const role = await deployed.roleOf('analysts');
  expect(await bonnOrders()).toHaveLength(2);
  for (const { resource, permissions } of await heldBy(role)) {
    await lake.send(
      new RevokePermissionsCommand({
        Principal: { DataLakePrincipalIdentifier: role },
        Resource: resource,
        Permissions: permissions,
      }),
    );
  }
  await expect(bonnOrders()).rejects.toThrow();

  await anHourLater();
  await until('the analysts see what they were granted', async () => (await bonnOrders()).length === 2);
  await until('all is as it was', async () => JSON.stringify(await permissions()) === JSON.stringify(before));
});

test('grants that no product declares are gone within the hour', async () => {
  const before = await permissions();
  const principal = { DataLakePrincipalIdentifier: await deployed.roleOf('analysts') };
  const table = { DatabaseName: 'shop_sales_orders', Name: 'orders' };
  const foreign: readonly { resource: Resource; permissions: Permission[]; grantable?: Permission[] }[] = [
    { resource: { Table: table }, permissions: ['SELECT', 'DESCRIBE'], grantable: ['SELECT'] },
    { resource: { Database: { Name: 'shop_sales_orders' } }, permissions: ['CREATE_TABLE', 'ALTER'] },
    {
      resource: { TableWithColumns: { DatabaseName: 'shop_marketing_ranking', Name: 'ranking', ColumnWildcard: {} } },
      permissions: ['SELECT'],
    },
  ];
  for (const { resource, permissions, grantable } of foreign) {
    await lake.send(
      new GrantPermissionsCommand({
        Principal: principal,
        Resource: resource,
        Permissions: permissions,
        PermissionsWithGrantOption: grantable,
      }),
    );
  }
  const emails = () => deployed.query('analysts', 'SELECT email FROM shop_sales_orders.orders');
  const ranking = () => deployed.query('analysts', 'SELECT city FROM shop_marketing_ranking.ranking');
  expect(await emails()).toHaveLength(3);
  expect(await ranking()).toHaveLength(2);

  await anHourLater();
  await until('all is as it was', async () => JSON.stringify(await permissions()) === JSON.stringify(before));
  await expect(emails()).rejects.toThrow();
  await expect(ranking()).rejects.toThrow();
  expect(await bonnOrders(), 'what was granted stays').toHaveLength(2);
});

test('thirty grants at once succeed though Lake Formation fails some of them', async () => {
  const grants = TEAMS.map(
    (team, index) =>
      `grant({ to: '${team}', purpose: 'exploration', columns: ['order_id', 'city'], rows: "order_id <> 'o${index % 4}'" })`,
  );
  shop.change(PRODUCT, 'grants: [', `grants: [\n        ${grants.join(',\n        ')},`);
  await account.emulator.inject({ BatchGrantPermissions: 25 });
  await account.deploy(shop, { stacks: ['ShopSalesOrders'] });
  expect((await faultsLeft()).BatchGrantPermissions).toBe(0);
  const sql = "SELECT order_id || ' ' || city AS seen FROM shop_sales_orders.orders ORDER BY order_id";
  const seen = await Promise.all(TEAMS.map(async (team) => (await deployed.query(team, sql)).map((row) => row.seen)));
  const all = ['o1 Bonn', 'o2 Bonn', 'o3 Kiel'];
  expect(seen).toEqual(TEAMS.map((_, index) => all.filter((row) => !row.startsWith(`o${index % 4} `))));
});

test('reconciliations at once, with failing calls, leave what is declared', async () => {
  const before = await permissions();
  for (const team of TEAMS.slice(0, 10)) {
    const role = await deployed.roleOf(team);
    for (const { resource, permissions } of await heldBy(role)) {
      const Principal = { DataLakePrincipalIdentifier: role };
      await lake.send(new RevokePermissionsCommand({ Principal, Resource: resource, Permissions: permissions }));
    }
  }
  await account.emulator.inject({ BatchGrantPermissions: 8 });
  await Promise.all([reconcile(), reconcile(), reconcile()]);
  expect(await permissions()).toEqual(before);
  expect(await reconcile(), 'nothing is left to do').toEqual(
    expect.arrayContaining([{ product: ORDERS, granted: 0, revoked: 0 }]),
  );
});

test('thirty grants that are withdrawn at once are gone, though Lake Formation fails some revocations', async () => {
  shop.write(PRODUCT, shop.read(PRODUCT).replaceAll(/ *grant\(\{ to: 'team-\d\d'.*\n/g, ''));
  await account.emulator.inject({ BatchRevokePermissions: 25 });
  await account.deploy(shop, { stacks: ['ShopSalesOrders'] });
  expect((await faultsLeft()).BatchRevokePermissions).toBe(0);
  const left = (await permissions()).filter((line) => line.includes('shop_sales_orders') && /Team\d\d/i.test(line));
  expect(left).toEqual([]);
  expect(await bonnOrders()).toHaveLength(2);
});
