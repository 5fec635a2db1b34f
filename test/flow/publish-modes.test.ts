import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ProductDeclaration, sql } from '../../lib/index.ts';
import type { DataRow } from '../../lib/ports/warehouse.ts';
import { orders, port } from '../model/declarations.ts';
import { expectPublished, smallMesh } from '../small-mesh.ts';

const SELECTED = sql({ statements: { orders: 'SELECT order_id, placed_on, amount FROM drops' } });
const made = (changes: Parameters<typeof port>[0], inputs?: ProductDeclaration['inputs']) =>
  orders({ outputs: { orders: port(changes) }, transform: SELECTED, ...(inputs && { inputs }) });

type OrderRow = { order_id: string; placed_on: string; amount: string | null };
/** One drop: rows with distinct keys. */
const drop = fc.uniqueArray(
  fc.record<OrderRow>({
    order_id: fc.constantFrom('a', 'b', 'c', 'd'),
    placed_on: fc.constantFrom('2026-01-01', '2026-01-02', '2026-01-03'),
    amount: fc.option(fc.constantFrom('0.00', '1.00', '2.50')),
  }),
  { selector: ({ order_id }) => order_id, minLength: 1 },
);
const history = fc.array(drop, { minLength: 1, maxLength: 4 });
const byKey = (rows: readonly OrderRow[]) => new Map(rows.map((row) => [row.order_id, row]));
const inOrder = (rows: Iterable<DataRow>) =>
  [...rows].sort((a, b) => (Object.values(a).map(String).join() < Object.values(b).map(String).join() ? -1 : 1));

/** What each mode makes of a state and a drop. */
const MODES = {
  append: (state: readonly OrderRow[], dropped: readonly OrderRow[]) => [...state, ...dropped],
  upsert: (state: readonly OrderRow[], dropped: readonly OrderRow[]) => [...byKey([...state, ...dropped]).values()],
  upsertInTime: (state: readonly OrderRow[], dropped: readonly OrderRow[]) => {
    const kept = byKey(state);
    for (const row of dropped) {
      const before = kept.get(row.order_id);
      if (!before || row.placed_on >= before.placed_on) kept.set(row.order_id, row);
    }
    return [...kept.values()];
  },
  replace: (_: readonly OrderRow[], dropped: readonly OrderRow[]) => dropped,
};

describe('over several drops', () => {
  test.each<[keyof typeof MODES, ProductDeclaration]>([
    ['append', made({ mode: 'append', key: undefined })],
    ['upsert', made({ mode: 'upsert' })],
    ['upsertInTime', made({ mode: 'upsert', actualTime: 'placed_on' })],
  ])('%s keeps what its mode promises', async (mode, product) => {
    await fc.assert(
      fc.asyncProperty(history, async (drops) => {
        const mesh = await smallMesh([product]);
        let expected: readonly OrderRow[] = [];
        for (const [index, rows] of drops.entries()) {
          mesh.clock.advance(1_000);
          mesh.land(`orders/${index}.ndjson`, rows);
          const { rows: counted } = expectPublished((await mesh.build())['sales/orders']);
          expected = MODES[mode](expected, rows);
          expect(inOrder(await mesh.rows('sales/orders.orders'))).toEqual(inOrder(expected));
          expect(counted).toEqual({ orders: expected.length });
        }
      }),
      { numRuns: 5 },
    );
  });

  test('replace is the full state, without what is gone', async () => {
    const mesh = await smallMesh([made({ mode: 'replace' })]);
    await fc.assert(
      fc.asyncProperty(drop, async (rows) => {
        mesh.clock.advance(1_000);
        mesh.land('orders/all.ndjson', rows);
        await mesh.build();
        expect(inOrder(await mesh.rows('sales/orders.orders'))).toEqual(inOrder(rows));
      }),
      { numRuns: 10 },
    );
  });

  test.each(['upsert', 'replace'] as const)(
    '%s leaves the processing time of rows that did not change',
    async (mode) => {
      const inputs = { drops: { ...orders().inputs.drops!, read: 'all' as const } };
      const mesh = await smallMesh([made({ mode }, inputs)]);
      const row = (order_id: string, amount: string) => ({ order_id, placed_on: '2026-01-01', amount });
      mesh.land('orders/all.ndjson', [row('a', '1.00'), row('b', '1.00')]);
      await mesh.build();
      mesh.clock.advance(60_000);
      mesh.land('orders/all.ndjson', [row('a', '1.00'), row('b', '2.00'), row('c', '3.00')]);
      await mesh.build();
      const text =
        "SELECT date_diff('minute', TIMESTAMP '2026-03-01 00:00:00', \"_recorded_at\") AS minute FROM orders ORDER BY order_id";
      const minutes = (await mesh.query(text)).map(({ minute }) => Number(minute));
      expect(minutes).toEqual([0, 1, 1]);
    },
  );

  test('append refuses a key that was there before, and keeps what was', async () => {
    const mesh = await smallMesh([made({ mode: 'append' })]);
    const row = { order_id: 'a', placed_on: '2026-01-01', amount: null };
    mesh.land('orders/1.ndjson', [row]);
    await mesh.build();
    mesh.land('orders/2.ndjson', [row, { ...row, order_id: 'b' }]);
    const result = (await mesh.build())['sales/orders'];
    expect(result).toMatchObject({
      kind: 'quarantined',
      findings: [{ rule: 'key', count: 1, examples: ['order_id=a'] }],
    });
    expect(await mesh.rows('sales/orders.orders')).toEqual([row]);
  });
});
