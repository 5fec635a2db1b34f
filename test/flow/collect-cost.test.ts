import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { describeStatus } from '../../lib/api/product-status.ts';
import { collectCost } from '../../lib/flow/collect-cost.ts';
import { PRICE_LIST } from '../../lib/governance/price-list.ts';
import type { ProductUsage, Usage } from '../../lib/ports/usage.ts';
import { cases, orders } from '../model/declarations.ts';
import { type SmallMesh, smallMesh } from '../small-mesh.ts';

const USED: ProductUsage = {
  athenaBytes: 2 ** 40,
  athenaQueries: 3,
  lambdaGbSeconds: 1_000,
  lambdaRequests: 0,
  storageBytes: 31 * 2 ** 30,
};

/** A mesh of two products, of which all or some can be asked what they used. */
async function collecting(usage: (product: string, day: string) => ProductUsage = () => USED) {
  const mesh: SmallMesh = await smallMesh([orders(), cases()]);
  await mesh.build();
  mesh.clock.advance(25 * 3_600_000);
  const asked: string[] = [];
  const port: Usage = {
    async of(product, day) {
      asked.push(`${product} ${day}`);
      return usage(product, day);
    },
  };
  const { clock, ledger, registry } = mesh.ports;
  return { mesh, asked, ports: { clock, ledger, registry, usage: port } };
}

describe('collectCost', () => {
  test('notes of each product what yesterday cost', async () => {
    const { ports, asked } = await collecting();
    const { entries, failed } = await collectCost(ports);
    expect(failed).toEqual([]);
    expect(asked.sort()).toEqual(['care/cases 2026-03-01', 'sales/orders 2026-03-01']);
    expect(await ports.ledger.entries({ kind: 'cost', product: 'sales/orders' })).toEqual([
      {
        kind: 'cost',
        id: 'cost/sales/orders/2026-03-01',
        at: '2026-03-02T01:00:00.000Z',
        product: 'sales/orders',
        day: '2026-03-01',
        athenaBytes: USED.athenaBytes,
        lambdaGbSeconds: 1_000,
        storageBytes: USED.storageBytes,
        dollars: expect.closeTo(5 + 0.0133334 + 0.023, 10),
        prices: PRICE_LIST.date,
      },
    ]);
    expect(entries).toHaveLength(2);
  });

  test('asks some products at once, and tells of them in their order', async () => {
    const { ports } = await collecting();
    let [under, most] = [0, 0];
    const of = async (product: string) => {
      under += 1;
      most = Math.max(most, under);
      await pause(product === 'care/cases' ? 20 : 1);
      under -= 1;
      return USED;
    };
    const { entries } = await collectCost({ ...ports, usage: { of } });
    expect(entries.map(({ product }) => product)).toEqual(['care/cases', 'sales/orders']);
    expect(most).toBe(2);
  });

  test('notes a day once, whatever is measured later', async () => {
    const { ports } = await collecting();
    await collectCost(ports);
    await collectCost({ ...ports, usage: { of: async () => ({ ...USED, athenaBytes: 0 }) } });
    const entries = await ports.ledger.entries({ kind: 'cost' });
    expect(entries.map((entry) => entry.kind === 'cost' && entry.athenaBytes)).toEqual([2 ** 40, 2 ** 40]);
  });

  test('goes on with the others when one product cannot be asked, and makes up for it later', async () => {
    const { ports } = await collecting((product) => {
      if (product === 'care/cases') throw new Error('throttled');
      return USED;
    });
    const { entries, failed } = await collectCost(ports);
    expect(entries.map(({ product }) => product)).toEqual(['sales/orders']);
    expect(failed).toEqual([{ product: 'care/cases', error: new Error('throttled') }]);
    await collectCost({ ...ports, usage: { of: async () => USED } });
    expect(await ports.ledger.entries({ kind: 'cost' })).toHaveLength(2);
  });

  test('collects an earlier day when asked', async () => {
    const { ports, asked } = await collecting();
    await collectCost(ports, { day: '2026-02-27' });
    expect(asked).toContain('sales/orders 2026-02-27');
  });

  test.each([
    ['2026-03-02', 'unfinished-day'],
    ['2026-04-01', 'unfinished-day'],
    ['2026-02-30', 'not-a-day'],
    ['yesterday', 'not-a-day'],
  ])('refuses %s', async (day, code) => {
    const { ports, asked } = await collecting();
    await expect(collectCost(ports, { day })).rejects.toMatchObject({ code });
    expect(asked).toEqual([]);
  });

  test('leaves runs and the state of products as they were', async () => {
    const { mesh, ports } = await collecting();
    mesh.land('orders/1.ndjson', 'not JSON');
    await mesh.build();
    await collectCost(ports);
    mesh.land('orders/1.ndjson', [{ order_id: 'a', placed_on: '2026-01-01', amount: '1.00' }]);
    const results = await mesh.build();
    expect(results['sales/orders']?.kind).toBe('published');
    await collectCost(ports, { day: '2026-02-28' });
    const [status] = await describeStatus(mesh.ports, mesh.model);
    expect(status).toMatchObject({ product: 'sales/orders', state: 'published', rows: 1, findings: [] });
  });
});
