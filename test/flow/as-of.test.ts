import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { days, type PublishMode, sql } from '../../lib/index.ts';
import type { DataRow } from '../../lib/ports/warehouse.ts';
import { cases, orders, port } from '../model/declarations.ts';
import { smallMesh } from '../small-mesh.ts';

const transform = sql({ statements: { orders: 'SELECT order_id, placed_on, amount FROM drops' } });
const order = (order_id: string, amount: string) => ({ order_id, placed_on: '2026-01-01', amount });
const made = (mode: PublishMode, retention?: ReturnType<typeof days>) =>
  orders({
    outputs: { orders: port({ mode, retention, key: mode === 'append' ? undefined : ['order_id'] }) },
    transform,
  });

describe('reading as of a time', () => {
  test.each(['append', 'upsert', 'replace'] as const)('gives exactly what was current then (%s)', async (mode) => {
    const change = fc.record({
      seconds: fc.integer({ min: 0, max: 5 }),
      ids: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
      amount: fc.constantFrom('1.00', '2.00'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 2, maxLength: 5 }), async (changes) => {
        const mesh = await smallMesh([made(mode)]);
        const seen: { at: string; rows: DataRow[] }[] = [];
        for (const [index, { seconds, ids, amount }] of changes.entries()) {
          mesh.clock.advance(seconds * 1_000);
          const name = mode === 'replace' ? 'all' : index;
          mesh.land(
            `orders/${name}.ndjson`,
            ids.map((id) => order(id, amount)),
          );
          await mesh.build();
          const at = (await mesh.published('sales/orders'))!.recordedAt;
          seen.push({ at, rows: await mesh.rows('sales/orders.orders') });
        }
        for (const [index, { at, rows }] of seen.entries()) {
          const next = seen[index + 1]?.at;
          const isLast = next === at || seen.slice(index + 1).some((later) => later.at === at);
          if (isLast) continue;
          expect(await mesh.rows('sales/orders.orders', { asOf: at })).toEqual(rows);
          const justBefore = next && earlier(next);
          if (justBefore && justBefore >= at) {
            expect(await mesh.rows('sales/orders.orders', { asOf: justBefore })).toEqual(rows);
          }
        }
        expect(await mesh.rows('sales/orders.orders', { asOf: '2999-01-01T00:00:00Z' })).toEqual(seen.at(-1)?.rows);
      }),
      { numRuns: 5 },
    );
  });

  test('refuses a time before the first publication, saying so', async () => {
    const mesh = await smallMesh([made('upsert')]);
    mesh.land('orders/1.ndjson', [order('a', '1.00')]);
    await mesh.build();
    await expect(mesh.rows('sales/orders.orders', { asOf: '2026-02-28T00:00:00Z' })).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('had no publication at 2026-02-28'),
    });
  });

  test('gives both what was believed then and when it was true, of rows that came late', async () => {
    const mesh = await smallMesh([orders({ outputs: { orders: port({ actualTime: 'placed_on' }) }, transform })]);
    mesh.land('orders/1.ndjson', [{ ...order('a', '1.00'), placed_on: '2026-01-05' }]);
    await mesh.build();
    const before = (await mesh.published('sales/orders'))!.recordedAt;
    mesh.clock.advance(1_000);
    mesh.land('orders/2.ndjson', [order('b', '2.00'), { ...order('a', '9.00'), placed_on: '2026-01-04' }]);
    await mesh.build();
    expect((await mesh.rows('sales/orders.orders', { asOf: before })).map(({ order_id }) => order_id)).toEqual(['a']);
    expect((await mesh.rows('sales/orders.orders')).map(({ amount }) => amount)).toEqual(['1.00', '2.00']);
  });

  test('goes on until retention ends, and never loses what is current', async () => {
    const mesh = await smallMesh([made('upsert', days(2))]);
    const times: string[] = [];
    for (let day = 0; day < 5; day += 1) {
      mesh.land(`orders/${day}.ndjson`, [order('a', `${day}.00`)]);
      await mesh.build();
      times.push((await mesh.published('sales/orders'))!.recordedAt);
      mesh.clock.advance(86_400_000);
    }
    const readable = async (at: string) =>
      mesh.rows('sales/orders.orders', { asOf: at }).then(
        ([row]) => row?.amount,
        ({ kind }) => kind,
      );
    // A state leaves two days after it ceased to be current: those of days 0 and 1 ceased on days 1 and 2 of 4.
    expect(await Promise.all(times.map(readable))).toEqual(['denied', '1.00', '2.00', '3.00', '4.00']);
    expect(await mesh.rows('sales/orders.orders')).toMatchObject([{ amount: '4.00' }]);
  });

  test('drops facts that an append has kept for long enough', async () => {
    const mesh = await smallMesh([made('append', days(2))]);
    for (let day = 0; day < 4; day += 1) {
      mesh.land(`orders/${day}.ndjson`, [order(`of-day-${day}`, '1.00')]);
      await mesh.build();
      mesh.clock.advance(86_400_000);
    }
    const kept = (await mesh.rows('sales/orders.orders')).map(({ order_id }) => order_id);
    expect(kept).toEqual(['of-day-1', 'of-day-2', 'of-day-3']);
  });

  test('of a consumer gives what it made of what its provider was', async () => {
    const mesh = await smallMesh([orders(), cases()]);
    mesh.land('orders/1.ndjson', [order('a', '1.00')]);
    await mesh.build();
    const at = (await mesh.published('care/cases'))!.recordedAt;
    mesh.clock.advance(1_000);
    mesh.land('orders/2.ndjson', [order('b', '2.00')]);
    await mesh.build();
    expect(await mesh.rows('care/cases.orders', { asOf: at })).toEqual([order('a', '1.00')]);
    expect(await mesh.rows('care/cases.orders')).toHaveLength(2);
  });
});

/** A microsecond before. */
function earlier(at: string): string {
  const [seconds, fraction] = at.slice(0, -1).split('.') as [string, string];
  if (Number(fraction) > 0) return `${seconds}.${String(Number(fraction) - 1).padStart(6, '0')}Z`;
  return `${new Date(Date.parse(`${seconds}Z`) - 1_000).toISOString().slice(0, 19)}.999999Z`;
}
