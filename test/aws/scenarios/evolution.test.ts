import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../until.ts';
import { type Account, openAccount } from './account.ts';
import { columnsOf, inOneLine, stackStatus } from './account-facts.ts';
import { type DeployedMesh, openDeployed } from './deployed-mesh.ts';
import { writeMesh } from './mesh-folder.ts';
import { FIRST_ORDERS, ORDERS, ordersCsv, RANKING } from './shop-files.ts';

const shop = writeMesh('shop');
const ORDERS_V2 = 'sales/orders-v2';
const [PRODUCT, STATEMENT] = ['sales/orders/product.ts', 'sales/orders/orders.sql'];
const EMAIL = "email: field.string('Who').classified('personal'),";

let account: Account;
let deployed: DeployedMesh;
beforeAll(async () => {
  account = await openAccount();
  await account.deploy(shop);
  deployed = await openDeployed('shop');
}, 300_000);
afterAll(() => account?.emulator.stop());

const ordersSeen = () =>
  deployed.query('sales', 'SELECT order_id, city FROM shop_sales_orders.orders ORDER BY order_id');
const revenueSeen = () =>
  deployed.query('analysts', 'SELECT city, orders, revenue FROM shop_marketing_revenue.cities ORDER BY city');
const revenueOf = async (wanted: string) => (await revenueSeen()).find(({ city }) => city === wanted)?.revenue;
const rankingSeen = () =>
  deployed.query('marketing', 'SELECT city, place FROM shop_marketing_ranking.ranking ORDER BY place');
const untilRanked = (...cities: readonly string[]) =>
  until(`${cities.join(', ')} in that order`, async () => {
    const seen = await rankingSeen();
    return JSON.stringify(seen.map(({ city }) => city)) === JSON.stringify(cities);
  });

test('a drop goes through all products', async () => {
  await deployed.land(ORDERS, 'sales/orders/1.csv', FIRST_ORDERS);
  await deployed.published(RANKING);
  expect(await ordersSeen()).toHaveLength(3);
  expect(await revenueSeen()).toEqual([
    { city: 'Bonn', orders: '2', revenue: '20.00' },
    { city: 'Kiel', orders: '1', revenue: '30.00' },
  ]);
  expect((await rankingSeen()).map(({ city }) => city)).toEqual(['Kiel', 'Bonn']);
});

test('a nullable field is added: old rows stay, and consumers go on', async () => {
  shop.change(
    PRODUCT,
    "email: field.string('Who'),",
    "email: field.string('Who'),\n        channel: field.string('How'),",
  );
  shop.change(PRODUCT, EMAIL, `${EMAIL}\n        channel: field.string('How'),`);
  shop.change(STATEMENT, 'amount, email', 'amount, email, channel');
  await account.deploy(shop, { stacks: ['ShopSalesOrders'] });
  expect(await columnsOf('shop_sales_orders', 'orders')).toContain('channel');
  expect(await ordersSeen(), 'before the next drop').toHaveLength(3);
  const drop = 'order_id,placed_at,city,amount,email,channel\no4,2026-01-03T10:00:00Z,Bonn,100.00,d@x.example,web\n';
  await deployed.land(ORDERS, 'sales/orders/2.csv', drop);
  await untilRanked('Bonn', 'Kiel');
  const sql = 'SELECT order_id, city, channel FROM shop_sales_orders.orders ORDER BY order_id';
  expect(await deployed.query('sales', sql)).toEqual([
    { order_id: 'o1', city: 'Bonn', channel: null },
    { order_id: 'o2', city: 'Bonn', channel: null },
    { order_id: 'o3', city: 'Kiel', channel: null },
    { order_id: 'o4', city: 'Bonn', channel: 'web' },
  ]);
});

test('a field removed without a major version: the deployment fails, naming who reads it, and everything stays', async () => {
  const before = await deployed.find(ORDERS);
  const columnsBefore = await columnsOf('shop_sales_orders', 'orders');
  const broken = shop.clone();
  broken.change(PRODUCT, "        amount: field.decimal(10, 2, 'What was paid').required().min(0),\n", '');
  broken.change(PRODUCT, "'city', 'amount']", "'city']");
  broken.change(STATEMENT, 'amount, ', '');

  const checked = await account.tryDeploy(broken);
  expect(checked.code).not.toBe(0);
  expect(checked.output).toContain('marketing/revenue');

  // A domain that deploys by itself does not have those who read it: the mesh's registry knows them.
  broken.remove('marketing');
  const { code, output } = await account.tryDeploy(broken, {
    stacks: ['ShopSalesOrders'],
    context: { products: ORDERS },
  });
  expect(code).not.toBe(0);
  const said = inOneLine(output);
  expect(said).toContain('breaking: field `amount` is removed');
  expect(said).toContain('marketing/revenue reads `orders.amount`');
  expect(said).toContain('`orders-v2` (version 2.0.0)');
  expect(await deployed.find(ORDERS)).toEqual(before);
  expect(await columnsOf('shop_sales_orders', 'orders')).toEqual(columnsBefore);
  expect(await stackStatus('shop-sales-orders')).toBe('UPDATE_ROLLBACK_COMPLETE');

  await deployed.land(ORDERS, 'sales/orders/3.csv', ordersCsv('o5,2026-01-04T10:00:00Z,Kiel,500.00,e@x.example'));
  await untilRanked('Kiel', 'Bonn');

  expect(await account.deploy(shop)).toContain('ShopSalesOrders (shop-sales-orders) (no changes)');
});

test('a major version runs beside the old one until that is retired', async () => {
  shop.copy('sales/orders', 'sales/orders-v2');
  const [next, nextStatement] = ['sales/orders-v2/product.ts', 'sales/orders-v2/orders.sql'];
  shop.change(next, "name: 'orders'", "name: 'orders-v2'");
  shop.change(next, "version: '1.0.0'", "version: '2.0.0'");
  shop.change(
    next,
    "amount: field.decimal(10, 2, 'What was paid').required()",
    "paid: field.decimal(10, 2, 'What was paid').required()",
  );
  shop.change(next, "'city', 'amount']", "'city', 'paid']");
  shop.change(nextStatement, 'amount', 'amount AS paid');
  shop.change(
    PRODUCT,
    "purpose: 'What was bought.',",
    "purpose: 'What was bought.',\n  status: 'deprecated',\n  endOfSupport: '2099-12-31',",
  );
  await account.deploy(shop, { stacks: ['ShopSalesOrders', 'ShopSalesOrdersV2'] });
  const drop = ordersCsv('o6,2026-01-05T10:00:00Z,Kiel,1000.00,f@x.example');
  for (const product of [ORDERS, ORDERS_V2]) await deployed.land(product, 'sales/orders/4.csv', drop);
  await deployed.published(ORDERS_V2);
  await until('the consumer of the old one goes on', async () => (await revenueOf('Kiel')) === '1530.00');

  const REVENUE_PRODUCT = 'marketing/revenue/product.ts';
  shop.change(REVENUE_PRODUCT, '../../sales/orders/product.ts', '../../sales/orders-v2/product.ts');
  shop.change('marketing/revenue/cities.sql', 'sum(amount)', 'sum(paid)');
  await account.deploy(shop, { stacks: ['ShopMarketingRevenue'] });
  // Nothing else landed: that it is deployed is what wakes it, and the new one has one order only.
  await until('the consumer reads the new one', async () => (await revenueOf('Kiel')) === '1000.00');

  shop.change(PRODUCT, "status: 'deprecated',\n  endOfSupport: '2099-12-31',", "status: 'retired',");
  await account.deploy(shop, { stacks: ['ShopSalesOrders'] });
  expect((await deployed.find(ORDERS))?.manifest.status).toBe('retired');
  const analysts = deployed.query('analysts', 'SELECT order_id FROM shop_sales_orders.orders');
  await expect(analysts).rejects.toThrow(/shop_sales_orders/);
  await account.destroy(shop, { stacks: ['ShopSalesOrders'] });
  expect(await ordersSeen(), 'what its owner still reads').toHaveLength(6);

  const more = ordersCsv('o7,2026-01-06T10:00:00Z,Kiel,1.00,g@x.example');
  await deployed.land(ORDERS_V2, 'sales/orders/5.csv', more);
  await until('the new one goes on', async () => (await revenueOf('Kiel')) === '1001.00');
}, 240_000);
