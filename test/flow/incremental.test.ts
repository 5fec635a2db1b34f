import { describe, expect, test } from 'vitest';
import { grant, rule, sql } from '../../lib/index.ts';
import { cases, drops, orders, port } from '../model/declarations.ts';
import { expectPublished, kinds, smallMesh } from '../small-mesh.ts';

const order = (order_id: string, amount = '1.00') => ({ order_id, placed_on: '2026-01-01', amount });
const granted = { grants: [grant({ to: 'care', purpose: 'answering' })] };
const events = orders({ outputs: { orders: port({ mode: 'append', key: undefined, ...granted }) } });
/** Appends one row for each run: how many rows it read. */
const counter = cases({
  outputs: { orders: port({ mode: 'append', key: undefined }) },
  transform: sql({
    statements: {
      orders:
        "SELECT CAST(count(*) AS VARCHAR) AS order_id, DATE '2026-01-01' AS placed_on, CAST(1 AS DECIMAL(12, 2)) AS amount FROM bought",
    },
  }),
});
const counted = async (mesh: Awaited<ReturnType<typeof smallMesh>>) =>
  (await mesh.rows('care/cases.orders')).map(({ order_id }) => order_id);

describe('a product that reads the news of a port', () => {
  test('reads each row once', async () => {
    const mesh = await smallMesh([events, counter]);
    for (const [index, ids] of [['a', 'b', 'c'], ['d'], ['e', 'f']].entries()) {
      mesh.clock.advance(1_000);
      mesh.land(
        `orders/${index}.ndjson`,
        ids.map((id) => order(id)),
      );
      await mesh.build();
    }
    expect(await counted(mesh)).toEqual(['1', '2', '3']);
  });

  test('reads each row once though the clock stands still', async () => {
    const mesh = await smallMesh([events, counter]);
    for (const [index, ids] of [['a', 'b'], ['c']].entries()) {
      mesh.land(
        `orders/${index}.ndjson`,
        ids.map((id) => order(id)),
      );
      await mesh.build();
    }
    expect(await counted(mesh)).toEqual(['1', '2']);
  });

  test('catches up with several publications at once', async () => {
    const mesh = await smallMesh([events, counter]);
    for (const [index, id] of ['a', 'b', 'c'].entries()) {
      mesh.clock.advance(1_000);
      mesh.land(`orders/${index}.ndjson`, [order(id)]);
      await mesh.build(index === 0 ? {} : { products: ['sales/orders'] });
    }
    await mesh.build();
    expect(await counted(mesh)).toEqual(['1', '2']);
  });

  test('begins anew when the port is made anew', async () => {
    const mesh = await smallMesh([events, counter]);
    mesh.land('orders/1.ndjson', [order('a'), order('b')]);
    await mesh.build();
    mesh.clock.advance(1_000);
    mesh.land('orders/2.ndjson', [order('c')]);
    await mesh.build();
    expect(await counted(mesh)).toEqual(['1', '2']);
    mesh.clock.advance(1_000);
    await mesh.declare({ ...events, version: '2.0.0' }, counter);
    await mesh.build();
    expect(await counted(mesh)).toEqual(['3']);
  });
});

describe('a product that reads each drop once', () => {
  test('refuses a drop that changed after it was read, by name, and goes on when it is as it was', async () => {
    const mesh = await smallMesh([orders(), cases()]);
    mesh.land('orders/1.ndjson', [order('a')]);
    await mesh.build();
    mesh.land('orders/1.ndjson', [order('a', '2.00')]);
    mesh.land('orders/2.ndjson', [order('b')]);
    const results = await mesh.build();
    expect(results['sales/orders']).toMatchObject({
      kind: 'failed',
      error: {
        code: 'changed-drop',
        kind: 'conflict',
        where: { product: 'sales/orders', port: 'drops', file: 'orders/1.ndjson' },
      },
    });
    expect(results['care/cases']).toMatchObject({ kind: 'unchanged' });
    expect(await mesh.rows('sales/orders.orders')).toEqual([order('a')]);
    mesh.land('orders/1.ndjson', [order('a')]);
    expectPublished((await mesh.build())['sales/orders']);
    expect(await mesh.rows('sales/orders.orders')).toEqual([order('a'), order('b')]);
  });

  test('does not mind that a drop it has read is taken away', async () => {
    const mesh = await smallMesh([orders()]);
    mesh.land('orders/1.ndjson', [order('a')]);
    await mesh.build();
    const { rmSync } = await import('node:fs');
    rmSync(`${mesh.ports.landing}/orders/1.ndjson`);
    expect(kinds(await mesh.build())).toEqual({ 'sales/orders': 'unchanged' });
    mesh.land('orders/2.ndjson', [order('b')]);
    await mesh.build();
    expect(await mesh.rows('sales/orders.orders')).toEqual([order('a'), order('b')]);
  });

  test('says which drop does not fit, and leaves all as it was', async () => {
    const mesh = await smallMesh([orders()]);
    mesh.land('orders/1.ndjson', [order('a')]);
    await mesh.build();
    mesh.land('orders/2.ndjson', '{ "order_id": "b", "placed_on": "yesterday" }\n');
    const result = (await mesh.build())['sales/orders'];
    expect(result).toMatchObject({ kind: 'failed', error: { where: { product: 'sales/orders' } } });
    expect(JSON.stringify(result?.kind === 'failed' && { ...result.error.where, m: result.error.message })).toContain(
      '2.ndjson',
    );
    expect(await mesh.rows('sales/orders.orders')).toEqual([order('a')]);
    mesh.land('orders/2.ndjson', [order('b')]);
    expectPublished((await mesh.build())['sales/orders']);
  });
});

describe('a reference between two ports of one product', () => {
  const lines = orders({
    inputs: { drops, lines: { ...drops, path: 'lines' } },
    outputs: {
      orders: port(),
      order_lines: port({ quality: [rule.references('order_exists', ['order_id'], 'orders', ['order_id'])] }),
    },
    transform: sql({
      statements: {
        orders: 'SELECT order_id, placed_on, amount FROM drops',
        order_lines: 'SELECT order_id, placed_on, amount FROM lines',
      },
    }),
  });

  test('finds what the same run made, and what an earlier one did', async () => {
    const mesh = await smallMesh([lines]);
    mesh.land('orders/1.ndjson', [order('a'), order('b')]);
    mesh.land('lines/1.ndjson', [order('a')]);
    expectPublished((await mesh.build())['sales/orders']);
    mesh.land('lines/2.ndjson', [order('b')]);
    expectPublished((await mesh.build())['sales/orders']);
    mesh.land('lines/3.ndjson', [order('c')]);
    expect((await mesh.build())['sales/orders']).toMatchObject({
      kind: 'quarantined',
      findings: [{ rule: 'order_exists', count: 1, examples: ['order_id=c'] }],
    });
  });
});

describe('a grant that shows other rows', () => {
  test('makes its reader another publication', async () => {
    const showing = (rows: string) =>
      orders({ outputs: { orders: port({ grants: [grant({ to: 'care', purpose: 'answering', rows })] }) } });
    const reader = cases({ outputs: { orders: port({ mode: 'replace' }) } });
    const mesh = await smallMesh([showing('amount > 1'), reader]);
    mesh.land('orders/1.ndjson', [order('a', '1.00'), order('b', '2.00'), order('c', '3.00')]);
    await mesh.build();
    expect((await mesh.rows('care/cases.orders')).map(({ order_id }) => order_id)).toEqual(['b', 'c']);
    await mesh.declare(showing('amount > 2'), reader);
    await mesh.build();
    expect((await mesh.rows('care/cases.orders')).map(({ order_id }) => order_id)).toEqual(['c']);
  });
});
