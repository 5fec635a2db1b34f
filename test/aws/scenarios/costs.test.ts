import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CostEntry } from '../../../lib/ports/ledger.ts';
import { until } from '../until.ts';
import { type Account, openAccount } from './account.ts';
import { deployShop } from './deploy-shop.ts';
import type { DeployedMesh } from './deployed-mesh.ts';
import { writeMesh } from './mesh-folder.ts';
import { letPass } from './scheduled.ts';
import { ORDERS, RANKING, REVENUE } from './shop-files.ts';

const shop = writeMesh('shop');
const DAY = 86_400;

let account: Account;
let deployed: DeployedMesh;
let collector: string;
beforeAll(async () => {
  account = await openAccount();
  deployed = await deployShop(account, shop);
  const { Functions = [] } = await new LambdaClient().send(new ListFunctionsCommand({}));
  collector = Functions.find(({ Description }) => Description?.startsWith('Collects what products'))!.FunctionArn!;
}, 300_000);
afterAll(() => account?.emulator.stop());

const costs = async (product: string) => (await deployed.ledger(product, 'cost')) as readonly CostEntry[];
const dayBefore = (date: Date) => new Date(date.getTime() - DAY * 1000).toISOString().slice(0, 10);

async function collect(event: object): Promise<unknown> {
  const { Payload, FunctionError } = await new LambdaClient().send(
    new InvokeCommand({ FunctionName: collector, Payload: JSON.stringify(event) }),
  );
  const answer: unknown = JSON.parse(Buffer.from(Payload!).toString());
  return FunctionError ? { failed: answer } : answer;
}

test('what each product cost the day before is in the ledger every day', async () => {
  const started = new Date();
  await letPass(DAY, collector);
  for (const product of [ORDERS, REVENUE, RANKING]) {
    const [entry] = await until(`the costs of ${product}`, async () => {
      const found = await costs(product);
      return found.length > 0 && found;
    });
    expect([dayBefore(started), dayBefore(new Date())]).toContain(entry!.day);
    // It was made today: of what it has, only its place in storage is counted for the day before.
    expect(entry).toMatchObject({ kind: 'cost', product, athenaBytes: 0, lambdaGbSeconds: 0 });
    expect(entry!.storageBytes).toBeGreaterThan(0);
    expect(entry!.dollars).toBeGreaterThan(0);
    expect(entry!.dollars).toBeLessThan(0.001);
    expect(entry!.prices).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  }
});

test('a day is in the ledger once, however often it is collected', async () => {
  const before = await costs(ORDERS);
  const { day } = before[0]!;
  expect(await collect({ day })).toEqual({ recorded: 3 });
  expect(await collect({ day })).toEqual({ recorded: 3 });
  expect(await costs(ORDERS)).toEqual(before);
});

test('a day that was missed is made up for, and one that is not over is refused', async () => {
  expect(await collect({ day: '2026-01-31' })).toEqual({ recorded: 3 });
  expect((await costs(ORDERS)).map(({ day }) => day)).toContain('2026-01-31');
  const today = new Date().toISOString().slice(0, 10);
  expect(await collect({ day: today })).toMatchObject({
    failed: { errorMessage: expect.stringContaining(`${today} is not over`) },
  });
  expect((await costs(ORDERS)).map(({ day }) => day)).not.toContain(today);
});

test('the collector is refused nothing', async () => {
  expect(await account.emulator.denials()).toEqual([]);
});
