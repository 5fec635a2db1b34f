import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCdk, tryCdk } from '../run-cdk.ts';
import { type Account, openAccount } from './account.ts';
import { deployShop } from './deploy-shop.ts';
import type { DeployedMesh } from './deployed-mesh.ts';
import { executionsAtRest } from './executions.ts';
import { writeMesh } from './mesh-folder.ts';
import { ORDERS, ordersCsv } from './shop-files.ts';

const ROOT = join(import.meta.dirname, '../../..');
const LEDGER = 'finance/ledger';

/** The app of a domain team, in a repository of its own. */
const APP = `import { App } from 'aws-cdk-lib';
import { DataMesh, DataProduct, readMesh } from 'cdk-data-mesh/cdk';

const app = new App();
const { products, transforms } = await readMesh('mesh.ts', { products: ['${LEDGER}'] });
const mesh = DataMesh.fromName(app, app.node.tryGetContext('mesh') ?? 'shop', { transforms });
for (const product of products) new DataProduct(mesh, product, { settleSeconds: 0 });
`;

const PRODUCT = `import { defineProduct, field, input, output, sql } from 'cdk-data-mesh';
import orders from '../../sales/orders/product.ts';

export default defineProduct({
  domain: 'finance',
  name: 'ledger',
  version: '1.0.0',
  archetype: 'aggregate',
  purpose: 'What came in, by day.',
  owner: { team: 'finance', contact: 'finance@shop.example' },
  inputs: { orders: input(orders, 'orders', { purpose: 'accounting' }) },
  outputs: {
    days: output({
      description: 'One row for each day.',
      fields: { day: field.date('The day').required(), revenue: field.decimal(20, 2, 'What came in').required() },
      key: ['day'],
      mode: 'replace',
    }),
  },
  transform: sql(),
});
`;
const DAYS = `SELECT CAST(placed_at AS date) AS day, CAST(sum(amount) AS DECIMAL(20, 2)) AS revenue
FROM orders
GROUP BY CAST(placed_at AS date)
`;

const shop = writeMesh('shop');
shop.change('mesh.ts', "domain('marketing')]", "domain('marketing'), domain('finance')]");
shop.change(
  'sales/orders/product.ts',
  'grants: [',
  "grants: [\n        grant({ to: 'finance', purpose: 'accounting', columns: ['order_id', 'placed_at', 'amount'] }),",
);

/** Another repository: the package as it is published, the contract it reads, and its own product. */
function writeRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), 'finance-'));
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  for (const name of ['package.json', 'dist']) {
    cpSync(join(ROOT, name), join(modules, 'cdk-data-mesh', name), { recursive: true });
  }
  const files = {
    'package.json': '{ "name": "finance", "type": "module" }\n',
    'cdk.json': '{ "app": "node app.mjs" }\n',
    'app.mjs': APP,
    'mesh.ts': shop.read('mesh.ts'),
    'sales/orders/product.ts': shop.read('sales/orders/product.ts'),
    'sales/orders/orders.sql': shop.read('sales/orders/orders.sql'),
    'finance/ledger/product.ts': PRODUCT,
    'finance/ledger/days.sql': DAYS,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

let account: Account;
let deployed: DeployedMesh;
let repository: string;
beforeAll(async () => {
  account = await openAccount();
  deployed = await deployShop(account, shop);
  repository = writeRepository();
}, 300_000);
afterAll(() => account?.emulator.stop());

const cdk = (...args: string[]) => [args, { ...account.emulator.env, CDK_VALIDATION: 'false' }, repository] as const;
const days = () => deployed.query('finance', 'SELECT day, revenue FROM shop_finance_ledger.days ORDER BY day');

test('a domain team deploys its product from an app of its own, and it runs at once', async () => {
  const output = await runCdk(...cdk('deploy', '--all', '--require-approval', 'never'));
  expect(output).toContain('shop-finance-ledger');
  await deployed.published(LEDGER);
  expect(await days()).toEqual([
    { day: '2026-01-01', revenue: '12.50' },
    { day: '2026-01-02', revenue: '37.50' },
  ]);
  expect((await deployed.registry.list()).map(({ manifest }) => manifest.id)).toContain(LEDGER);
});

test('it follows what the mesh publishes', async () => {
  await deployed.land(ORDERS, 'sales/orders/2.csv', ordersCsv('o4,2026-01-03T10:00:00Z,Ulm,5.00,d@x.example'));
  await deployed.published(LEDGER, 2);
  expect(await days()).toHaveLength(3);
});

test('a deployment of the mesh leaves it alone, and so does its own of the mesh', async () => {
  expect(await account.deploy(shop)).not.toMatch(/UPDATE_(IN_PROGRESS|COMPLETE)/);
  expect(await runCdk(...cdk('diff', '--fail'))).toContain('Number of stacks with differences: 0');
  expect(await days()).toHaveLength(3);
});

test('what its own copy of the contract grants is not what it gets', async () => {
  const path = join(repository, 'sales/orders/product.ts');
  writeFileSync(
    path,
    shop.read('sales/orders/product.ts').replace("'placed_at', 'amount']", "'placed_at', 'amount', 'email']"),
  );
  writeFileSync(
    join(repository, 'finance/ledger/days.sql'),
    DAYS.replace('sum(amount)', "sum(CASE WHEN email <> '' THEN amount END)"),
  );
  const before = (await deployed.find(LEDGER))!;
  const { code } = await tryCdk(...cdk('deploy', '--all', '--require-approval', 'never'));
  if (code === 0) {
    const runs = await executionsAtRest(deployed, LEDGER, 1);
    expect(runs.map(({ result }) => result?.kind)).toEqual(['failed']);
  }
  expect((await deployed.find(LEDGER))?.current).toEqual(before.current);
  expect(await days()).toHaveLength(3);
});

test('a mesh that is not there is named', async () => {
  const { code, output } = await tryCdk(...cdk('deploy', '--all', '--require-approval', 'never', '-c', 'mesh=shoop'));
  expect(code).not.toBe(0);
  expect(output).toContain('shoop');
});
