import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetTablesCommand, GlueClient } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProductId } from '../../../lib/model/names.ts';
import type { RunEntry } from '../../../lib/ports/ledger.ts';
import { until } from '../until.ts';
import { type Account, openAccount } from './account.ts';
import { type DeployedMesh, openDeployed } from './deployed-mesh.ts';
import { executionsAtRest } from './executions.ts';
import { writeMesh } from './mesh-folder.ts';
import { FIRST_ORDERS, ORDERS, RANKING, REVENUE } from './shop-files.ts';

/** Facts are added and never compared, so a merge that is done twice would show. */
const VISITS = 'sales/visits';
const visits = `import { defineProduct, field, output, source, sql } from 'cdk-data-mesh';

export default defineProduct({
  domain: 'sales',
  name: 'visits',
  version: '1.0.0',
  archetype: 'source-aligned',
  purpose: 'Who came.',
  owner: { team: 'sales', contact: 'sales@shop.example' },
  inputs: {
    drops: source({
      description: 'The counter at the door',
      path: 'sales/visits',
      format: 'csv',
      fields: { visitor: field.string('Who'), at: field.timestamp('When') },
    }),
  },
  outputs: {
    visits: output({
      description: 'One row for each visit.',
      fields: { visitor: field.string('Who').required(), at: field.timestamp('When').required() },
      mode: 'append',
    }),
  },
  transform: sql(),
});
`;

/** Dies once in the middle of its rows. */
const dyingTransform = (marker: string) => `import { existsSync, writeFileSync } from 'node:fs';
import { defineTransform } from 'cdk-data-mesh';
import type product from './product.ts';

export default defineTransform<typeof product>(async function* ({ inputs }) {
  let place = 0;
  const cities: { city: string; revenue: number }[] = [];
  for await (const { city, revenue } of inputs.cities) cities.push({ city, revenue: Number(revenue) });
  for (const { city } of cities.sort((a, b) => b.revenue - a.revenue)) {
    place += 1;
    yield { port: 'ranking', row: { city, place } };
    if (existsSync('${marker}')) continue;
    writeFileSync('${marker}', '');
    process.kill(process.pid, 'SIGKILL');
  }
});
`;

const shop = writeMesh('shop');
shop.write('sales/visits/product.ts', visits);
shop.write('sales/visits/visits.sql', 'SELECT visitor, at FROM drops\n');

let account: Account;
let deployed: DeployedMesh;
beforeAll(async () => {
  account = await openAccount();
  await account.deploy(shop);
  deployed = await openDeployed('shop');
  // Those that their registration woke.
  for (const product of [ORDERS, VISITS, REVENUE, RANKING]) await executionsAtRest(deployed, product, 1);
}, 300_000);
afterAll(() => account?.emulator.stop());

const deaths = () => account.emulator.log().split('KILLED the process').length - 1;
/** So many times in a row, the process of a product's runs dies when it has told Lambda so often how far it is. */
const killOften = async (product: string, times: number, killAfterCheckpoints = 1) => {
  const { runFunction } = (await deployed.deployments.get(product as ProductId))!;
  for (let left = times; left > 0; left -= 1)
    await account.emulator.inject({ killAfterCheckpoints, function: runFunction });
};
const outcomes = async (product: string) =>
  ((await deployed.ledger(product, 'run')) as readonly RunEntry[]).map(({ outcome, publicationId, rows }) => ({
    outcome,
    publicationId,
    rows,
  }));
const stagingTables = async (database: string) => {
  const { TableList } = await new GlueClient().send(new GetTablesCommand({ DatabaseName: database }));
  return TableList!.map(({ Name }) => Name!).filter((name) => name.startsWith('staging_'));
};
const visitsSeen = async () => {
  const rows = await deployed.query('sales', 'SELECT visitor FROM shop_sales_visits.visits ORDER BY visitor');
  return rows.map(({ visitor }) => visitor);
};

const rankingSeen = async () => {
  const rows = await deployed.query('marketing', 'SELECT city FROM shop_marketing_ranking.ranking ORDER BY place');
  return rows.map(({ city }) => city);
};

test('runs whose process dies after each of their steps go on, and publish once', { timeout: 240_000 }, async () => {
  // More than the run has steps.
  await killOften(VISITS, 50);
  await killOften(RANKING, 10, 3);
  await Promise.all([
    deployed.land(ORDERS, 'sales/orders/1.csv', FIRST_ORDERS),
    deployed.land(VISITS, 'sales/visits/1.csv', 'visitor,at\na,2026-01-01T10:00:00Z\nb,2026-01-02T10:00:00Z\n'),
  ]);
  for (const [product, port, table] of [
    [VISITS, 'visits', 'shop_sales_visits'],
    [RANKING, 'ranking', 'shop_marketing_ranking'],
  ] as const) {
    const { publicationId } = await until(
      `${product} publishes`,
      async () => (await deployed.find(product))?.current,
      200,
    );
    const executions = await executionsAtRest(deployed, product, 2);
    expect(executions.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(await outcomes(product)).toEqual([{ outcome: 'published', publicationId, rows: { [port]: 2 } }]);
    expect((await deployed.find(product))?.sequence).toBe(1);
    expect(await stagingTables(table)).toEqual([]);
  }
  expect(deaths()).toBeGreaterThan(35);
  expect(await visitsSeen()).toEqual(['a', 'b']);
  expect(await rankingSeen()).toEqual(['Kiel', 'Bonn']);
});

test('a second run that dies continues the state of the first', { timeout: 240_000 }, async () => {
  const before = deaths();
  await killOften(VISITS, 5);
  await deployed.land(VISITS, 'sales/visits/2.csv', 'visitor,at\nc,2026-01-03T10:00:00Z\n');
  await deployed.published(VISITS, 2);
  await executionsAtRest(deployed, VISITS, 3);
  expect(deaths() - before).toBeGreaterThanOrEqual(5);
  expect(await visitsSeen()).toEqual(['a', 'b', 'c']);
  expect((await outcomes(VISITS)).map(({ rows }) => rows)).toEqual([{ visits: 3 }, { visits: 2 }]);
});

test('code that dies in the middle of its rows goes on', async () => {
  await executionsAtRest(deployed, RANKING, 2);
  const marker = join(mkdtempSync(join(tmpdir(), 'died-')), 'once');
  shop.write('marketing/ranking/transform.ts', dyingTransform(marker));
  await account.deploy(shop, { stacks: ['ShopMarketingRanking'] });
  // Made by other code, so all of it is made again.
  await deployed.published(RANKING, 2);
  expect(existsSync(marker), 'it died').toBe(true);
  expect(await rankingSeen()).toEqual(['Kiel', 'Bonn']);
  expect((await outcomes(RANKING)).map(({ outcome }) => outcome)).toEqual(['published', 'published']);
});
