import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sql } from '../../lib/index.ts';
import { cases, orders, port } from '../model/declarations.ts';
import { expectPublished, kinds, smallMesh } from '../small-mesh.ts';

const order = (order_id: string, placed_on: string, amount: string | null) => ({ order_id, placed_on, amount });
const DROPS = {
  'orders/1.ndjson': [order('a', '2026-01-01', '1.00'), order('b', '2026-01-01', '2.00')],
  'orders/2.ndjson': [order('a', '2026-01-02', '3.00')],
  'orders/3.ndjson': [order('c', '2026-01-03', null), order('b', '2026-01-02', '4.00')],
};
type Drop = keyof typeof DROPS;
/** Of each order the latest, as an upsert wants it: one row for each key. */
const latest = (amount: string) =>
  sql({
    statements: {
      orders: `SELECT order_id, max(placed_on) AS placed_on, ${amount} AS amount FROM drops GROUP BY order_id`,
    },
  });
const timed = orders({
  outputs: { orders: port({ actualTime: 'placed_on' }) },
  transform: latest('max_by(amount, placed_on)'),
});

/** What a mesh that met the drops in these batches comes to. */
async function outcome(batches: readonly (readonly Drop[])[]) {
  const mesh = await smallMesh([timed]);
  for (const batch of batches) {
    for (const drop of batch) mesh.land(drop, DROPS[drop]);
    mesh.clock.advance(60_000);
    await mesh.build();
  }
  return { id: (await mesh.published('sales/orders'))?.publicationId, rows: await mesh.rows('sales/orders.orders') };
}

describe('a publication', () => {
  test('is named by what went into it, in whatever order and batches it came', async () => {
    const all = Object.keys(DROPS) as Drop[];
    const expected = await outcome([all]);
    expect(expected.rows).toEqual([
      order('a', '2026-01-02', '3.00'),
      order('b', '2026-01-02', '4.00'),
      order('c', '2026-01-03', null),
    ]);
    const batched = fc
      .tuple(fc.shuffledSubarray(all, { minLength: 3 }), fc.subarray([1, 2]))
      .map(([drops, cuts]) => [0, ...cuts].map((cut, index) => drops.slice(cut, cuts[index] ?? drops.length)));
    await fc.assert(
      fc.asyncProperty(batched, async (batches) => {
        expect(await outcome(batches)).toEqual(expected);
      }),
      { numRuns: 6 },
    );
  });

  test('is left alone when nothing changed, and rebuilds nothing that reads it', async () => {
    const mesh = await smallMesh([orders(), cases()]);
    mesh.land('orders/1.ndjson', DROPS['orders/1.ndjson']);
    expect(kinds(await mesh.build())).toEqual({ 'sales/orders': 'published', 'care/cases': 'published' });
    const before = await mesh.published('care/cases');
    mesh.clock.advance(3_600_000);
    expect(kinds(await mesh.build())).toEqual({ 'sales/orders': 'unchanged', 'care/cases': 'unchanged' });
    expect(await mesh.published('care/cases')).toEqual(before);
    expect(await mesh.ports.registry.publications('sales/orders')).toHaveLength(1);
  });

  test('is another for a drop of the same name and other content, and the same for one of another time', async () => {
    const ids = new Set<string | undefined>();
    for (const drop of [DROPS['orders/1.ndjson'], DROPS['orders/2.ndjson'], DROPS['orders/1.ndjson']]) {
      const mesh = await smallMesh([orders()]);
      mesh.clock.advance(ids.size * 1_000);
      mesh.land('orders/1.ndjson', drop);
      await mesh.build();
      ids.add((await mesh.published('sales/orders'))?.publicationId);
    }
    expect(ids.size).toBe(2);
  });

  test('is followed by those of its consumers, and pins what they read', async () => {
    const mesh = await smallMesh([orders(), cases()]);
    mesh.land('orders/1.ndjson', DROPS['orders/1.ndjson']);
    await mesh.build();
    const first = await mesh.published('care/cases');
    mesh.land('orders/2.ndjson', DROPS['orders/2.ndjson']);
    await mesh.build();
    const provider = await mesh.published('sales/orders');
    const second = await mesh.published('care/cases');
    expect(second?.publicationId).not.toBe(first?.publicationId);
    expect(second?.inputs.bought).toEqual({
      kind: 'port',
      product: 'sales/orders',
      port: 'orders',
      publicationId: provider?.publicationId,
      recordedAt: provider?.recordedAt,
    });
  });

  test('is the same again when a source that is read whole goes back, without being made again', async () => {
    const whole = orders({ outputs: { orders: port({ mode: 'replace' }) } });
    const mesh = await smallMesh([whole]);
    mesh.land('orders/1.ndjson', DROPS['orders/1.ndjson']);
    const first = expectPublished((await mesh.build())['sales/orders']);
    const rows = await mesh.rows('sales/orders.orders');
    mesh.clock.advance(1_000);
    mesh.land('orders/1.ndjson', DROPS['orders/2.ndjson']);
    const second = expectPublished((await mesh.build())['sales/orders']);
    expect(second.publicationId).not.toBe(first.publicationId);
    expect(await mesh.rows('sales/orders.orders')).toEqual(DROPS['orders/2.ndjson']);
    mesh.clock.advance(1_000);
    mesh.land('orders/1.ndjson', DROPS['orders/1.ndjson']);
    const steps: string[] = [];
    const results = await mesh.build({
      onProgress: (progress) => progress.kind === 'step' && steps.push(progress.step),
    });
    expect(expectPublished(results['sales/orders']).publicationId).toBe(first.publicationId);
    expect(steps).not.toContain('transform');
    expect(await mesh.rows('sales/orders.orders')).toEqual(rows);
    expect((await mesh.published('sales/orders'))?.recordedAt).toBe('2026-03-01T00:00:02.000000Z');
  });

  test('is made anew from all drops when the version, the SQL or the contract changes', async () => {
    const mesh = await smallMesh([timed]);
    for (const drop of Object.keys(DROPS) as Drop[]) {
      mesh.land(drop, DROPS[drop]);
      await mesh.build();
    }
    const rows = await mesh.rows('sales/orders.orders');
    const ids = new Set([(await mesh.published('sales/orders'))?.publicationId]);
    const transform = latest('CAST(max_by(amount, placed_on) * 2 AS DECIMAL(12, 2))');
    for (const changed of [{ version: '1.1.0' }, { version: '1.1.0', transform }]) {
      await mesh.declare({ ...timed, ...changed });
      ids.add(expectPublished((await mesh.build())['sales/orders']).publicationId);
      const twice = (amount: unknown) => (amount === null ? null : (Number(amount) * 2).toFixed(2));
      const expected = 'transform' in changed ? rows.map((row) => ({ ...row, amount: twice(row.amount) })) : rows;
      expect(await mesh.rows('sales/orders.orders')).toEqual(expected);
    }
    expect(ids.size).toBe(3);
    await mesh.declare({ ...timed, version: '1.1.0', transform, purpose: 'Other words', tags: ['x'] });
    expect(kinds(await mesh.build())).toEqual({ 'sales/orders': 'unchanged' });
  });
});
