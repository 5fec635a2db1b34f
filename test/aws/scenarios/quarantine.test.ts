import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, openAccount } from './account.ts';
import { deployShop } from './deploy-shop.ts';
import type { DeployedMesh, Notifications } from './deployed-mesh.ts';
import { writeMesh } from './mesh-folder.ts';
import { ORDERS, ordersCsv, REVENUE } from './shop-files.ts';

let account: Account;
let deployed: DeployedMesh;
let notifications: Notifications;
beforeAll(async () => {
  account = await openAccount();
  deployed = await deployShop(account, writeMesh('shop'));
  notifications = await deployed.notifications();
}, 300_000);
afterAll(() => account?.emulator.stop());

const amounts = async () =>
  (await deployed.query('sales', 'SELECT amount FROM shop_sales_orders.orders ORDER BY order_id')).map(
    ({ amount }) => amount,
  );

test('a drop that breaks the contract is kept aside, and its owner is told', async () => {
  const before = await deployed.published(ORDERS);
  await deployed.land(ORDERS, 'sales/orders/2.csv', ordersCsv('o4,2026-01-03T10:00:00Z,Kiel,-5.00,d@x.example'));
  const { publicationId, findings } = await deployed.quarantined(ORDERS);
  expect(findings).toMatchObject([{ product: ORDERS, port: 'orders', field: 'amount', severity: 'error', count: 1 }]);

  const [entry] = await deployed.ledger(ORDERS, 'run');
  expect(entry).toMatchObject({ outcome: 'quarantined', publicationId, findings });
  expect(await notifications.next('mesh.publication.quarantined')).toEqual({
    product: ORDERS,
    publicationId,
    owner: { team: 'sales', contact: 'sales@shop.example' },
  });

  expect(await deployed.published(ORDERS), 'what consumers see').toEqual(before);
  expect(await amounts()).toEqual(['12.50', '7.50', '30.00']);
});

test('the next good drop publishes, and ends the quarantine', async () => {
  // Under the same name: the drop was mended.
  await deployed.land(ORDERS, 'sales/orders/2.csv', ordersCsv('o4,2026-01-03T10:00:00Z,Kiel,5.00,d@x.example'));
  await deployed.published(ORDERS, 2);
  expect(await amounts()).toEqual(['12.50', '7.50', '30.00', '5.00']);
  expect((await deployed.find(ORDERS))?.quarantined).toBeUndefined();
  await deployed.published(REVENUE, 2);
});

test('a drop that cannot be read fails the run, and its owner is told', async () => {
  await deployed.land(ORDERS, 'sales/orders/3.csv', 'order_id,placed_at,city,amount,email\no5,yesterday,Bonn,1.00,x\n');
  expect(await notifications.next('mesh.run.failed')).toEqual({
    product: ORDERS,
    owner: { team: 'sales', contact: 'sales@shop.example' },
  });
  const [entry] = await deployed.ledger(ORDERS, 'run');
  expect(entry).toMatchObject({ outcome: 'failed', error: expect.stringContaining('sales/orders/3.csv') });
  expect(await amounts()).toHaveLength(4);

  await deployed.land(ORDERS, 'sales/orders/3.csv', ordersCsv('o5,2026-01-04T10:00:00Z,Bonn,1.00,x@x.example'));
  await deployed.published(ORDERS, 3);
  expect(await amounts()).toHaveLength(5);
});

test('roles sufficed for all of it', async () => {
  expect(await account.emulator.denials()).toEqual([]);
});
