import { AthenaClient, GetQueryExecutionCommand, ListQueryExecutionsCommand } from '@aws-sdk/client-athena';
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProductId } from '../../../lib/model/names.ts';
import type { RunEntry } from '../../../lib/ports/ledger.ts';
import { until } from '../until.ts';
import { type Account, openAccount } from './account.ts';
import { type DeployedMesh, openDeployed } from './deployed-mesh.ts';
import { executionsAtRest, historyOf, wake } from './executions.ts';
import { writeMesh } from './mesh-folder.ts';
import { letPass } from './scheduled.ts';
import { FIRST_ORDERS, ORDERS, ordersCsv, RANKING, REVENUE } from './shop-files.ts';

const shop = writeMesh('shop');
const MIDNIGHT = 'cron(0 0 * * ? *)';
const DAY = 86_400;

let account: Account;
let deployed: DeployedMesh;
beforeAll(async () => {
  account = await openAccount();
  await account.deploy(shop);
  deployed = await openDeployed('shop');
  // Those that their registration woke.
  for (const product of [ORDERS, REVENUE, RANKING]) await executionsAtRest(deployed, product, 1);
}, 300_000);
afterAll(() => account?.emulator.stop());

const outcomes = async (product: string) =>
  ((await deployed.ledger(product, 'run')) as readonly RunEntry[]).map(({ outcome }) => outcome);
const sequence = async (product: string) => (await deployed.find(product))?.sequence;
const cities = () => deployed.query('analysts', 'SELECT city, orders FROM shop_marketing_revenue.cities ORDER BY city');

/** Something to read that the product does not hear of. */
async function unheard(product: string, happens: () => Promise<void>): Promise<void> {
  const events = new EventBridgeClient();
  const { Rules = [] } = await events.send(new ListRulesCommand({ EventBusName: 'shop' }));
  const rule = Rules.find(({ Description }) => Description === `${product} reads what was published`)!;
  await events.send(new DisableRuleCommand({ EventBusName: 'shop', Name: rule.Name }));
  await happens();
  await events.send(new EnableRuleCommand({ EventBusName: 'shop', Name: rule.Name }));
}

async function runningQuery(product: string): Promise<boolean> {
  const athena = new AthenaClient();
  const { workGroup } = (await deployed.deployments.get(product as ProductId))!;
  const { QueryExecutionIds = [] } = await athena.send(new ListQueryExecutionsCommand({ WorkGroup: workGroup }));
  for (const QueryExecutionId of QueryExecutionIds.slice(0, 3)) {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    if (QueryExecution?.Status?.State === 'RUNNING') return true;
  }
  return false;
}

test('an event that is delivered five times publishes once', async () => {
  await unheard(REVENUE, async () => {
    await deployed.land(ORDERS, 'sales/orders/1.csv', FIRST_ORDERS);
    await deployed.published(ORDERS);
    await executionsAtRest(deployed, ORDERS, 2);
  });
  const { publicationId, recordedAt } = (await deployed.find(ORDERS))!.current!;
  const Detail = JSON.stringify({
    specversion: '1.0',
    id: `${ORDERS}/${publicationId}/${recordedAt}`,
    source: `mesh://shop/${ORDERS}`,
    type: 'mesh.publication.published',
    time: recordedAt,
    datacontenttype: 'application/json',
    data: { product: ORDERS, publicationId, ports: ['orders'] },
  });
  const entry = { EventBusName: 'shop', Source: 'mesh.shop', DetailType: 'mesh.publication.published', Detail };
  await new EventBridgeClient().send(new PutEventsCommand({ Entries: Array.from({ length: 5 }, () => entry) }));
  await deployed.published(RANKING);
  const runs = await executionsAtRest(deployed, REVENUE, 6);
  expect(runs.map(({ status }) => status)).toEqual(runs.map(() => 'SUCCEEDED'));
  expect(runs.filter(({ result }) => result?.kind === 'published')).toHaveLength(1);
  await executionsAtRest(deployed, RANKING, 2);
  for (const product of [ORDERS, REVENUE, RANKING]) {
    expect(await outcomes(product)).toEqual(['published']);
    expect(await sequence(product)).toBe(1);
  }
});

test('two runs at once publish once', async () => {
  await unheard(REVENUE, async () => {
    await deployed.land(ORDERS, 'sales/orders/2.csv', ordersCsv('o4,2026-01-03T10:00:00Z,Kiel,1.00,d@x.example'));
    await deployed.published(ORDERS, 2);
  });
  const before = (await executionsAtRest(deployed, REVENUE, 6)).length;
  await account.emulator.inject({ slowQueries: 1, slowSeconds: 3 });
  await Promise.all([wake(deployed, REVENUE), wake(deployed, REVENUE), wake(deployed, REVENUE)]);
  const runs = (await executionsAtRest(deployed, REVENUE, before + 3)).slice(before);
  // The third has nothing to wait for: the second will see all that it would.
  expect(runs.map(({ result }) => result?.kind).sort()).toEqual(['published', 'unchanged', 'waiting']);
  expect(await sequence(REVENUE)).toBe(2);
  expect(await cities()).toEqual([
    { city: 'Bonn', orders: '2' },
    { city: 'Kiel', orders: '2' },
  ]);
});

test('a run sleeps while its query takes long, and goes on', async () => {
  const before = (await executionsAtRest(deployed, ORDERS, 3)).length;
  await account.emulator.inject({ slowQueries: 1, slowSeconds: 6 });
  await deployed.land(ORDERS, 'sales/orders/3.csv', ordersCsv('o5,2026-01-04T10:00:00Z,Ulm,1.00,e@x.example'));
  await deployed.published(ORDERS, 3);
  const [run] = (await executionsAtRest(deployed, ORDERS, before + 1)).slice(before);
  const history = await historyOf(run!);
  const waits = history.filter(({ EventType, Name }) => EventType === 'WaitStarted' && Name?.startsWith('wait '));
  expect(waits.length).toBeGreaterThan(0);
  expect(await outcomes(ORDERS)).toEqual(['published', 'published', 'published']);
});

test('a drop that changes while it is read is read again, whole', async () => {
  await deployed.published(RANKING, 3);
  await account.emulator.inject({ slowQueries: 1, slowSeconds: 4 });
  await deployed.land(ORDERS, 'sales/orders/4.csv', ordersCsv('o6,2026-01-05T10:00:00Z,Wrong,1.00,f@x.example'));
  await until('the drop is being read', () => runningQuery(ORDERS));
  await deployed.land(
    ORDERS,
    'sales/orders/4.csv',
    ordersCsv('o6,2026-01-05T10:00:00Z,Right,1.00,f@x.example', 'o7,2026-01-05T11:00:00Z,Right,2.00,g@x.example'),
  );
  await deployed.published(ORDERS, 4);
  await until('all of it is there', async () =>
    (await cities()).some(({ city, orders }) => city === 'Right' && orders === '2'),
  );
  const seen = await deployed.query(
    'sales',
    "SELECT city FROM shop_sales_orders.orders WHERE city IN ('Right', 'Wrong')",
  );
  expect(seen).toEqual([{ city: 'Right' }, { city: 'Right' }]);
  expect(await outcomes(ORDERS)).toEqual(['published', 'published', 'published', 'published']);
  expect(await sequence(ORDERS)).toBe(4);
});

test('a product runs when its schedule says so', async () => {
  shop.change(
    'marketing/revenue/product.ts',
    '  transform: sql(),',
    `  refresh: { on: 'any', schedule: '${MIDNIGHT}' },\n  transform: sql(),`,
  );
  await account.deploy(shop, { stacks: ['ShopMarketingRevenue'] });
  await deployed.published(REVENUE, 4);
  await executionsAtRest(deployed, REVENUE, 1);
  const before = (await sequence(REVENUE))!;
  await unheard(REVENUE, async () => {
    await deployed.land(ORDERS, 'sales/orders/5.csv', ordersCsv('o8,2026-01-06T10:00:00Z,Jena,1.00,h@x.example'));
    await deployed.published(ORDERS, 5);
  });
  const { runFunction } = (await deployed.deployments.get(REVENUE))!;
  await letPass(DAY, `arn:aws:lambda:us-east-1:000000000000:function:${runFunction}:live`);
  await deployed.published(REVENUE, before + 1);
  expect((await cities()).map(({ city }) => city)).toContain('Jena');
});
