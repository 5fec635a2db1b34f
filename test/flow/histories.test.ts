import { expect, test } from 'vitest';
import { grant, input, sql } from '../../lib/index.ts';
import { cases, drops, orders, port } from '../model/declarations.ts';
import { smallMesh } from '../small-mesh.ts';

const order = (order_id: string, amount = '1.00') => ({ order_id, placed_on: '2026-01-01', amount });
const granted = { grants: [grant({ to: 'care', purpose: 'answering' })] };
const S = 'SELECT order_id, placed_on, amount FROM';
const source = orders({ outputs: { orders: port(granted) } });
const other = orders({ version: '2.0.0', outputs: { orders: port(granted) } });

test('a declaration that comes back reads every drop, those of its first life too', async () => {
  const mesh = await smallMesh([source]);
  mesh.land('orders/1.ndjson', [order('a')]);
  await mesh.build();
  mesh.clock.advance(1000);
  await mesh.declare(other);
  mesh.land('orders/2.ndjson', [order('b')]);
  await mesh.build();
  mesh.clock.advance(1000);
  await mesh.declare(source);
  mesh.land('orders/3.ndjson', [order('c')]);
  await mesh.build();
  expect((await mesh.rows('sales/orders.orders')).map((r) => r.order_id)).toEqual(['a', 'b', 'c']);
});

test('a provider that began anew unseen gives no row twice', async () => {
  const ev = (version: string) =>
    orders({ version, outputs: { orders: port({ mode: 'append', key: undefined, ...granted }) } });
  const c = cases({
    inputs: { bought: input(ev('1.0.0'), 'orders', { purpose: 'answering' }) },
    outputs: { orders: port({ mode: 'append', key: undefined }) },
    transform: sql({ statements: { orders: `${S} bought` } }),
  });
  const mesh = await smallMesh([ev('1.0.0'), c]);
  mesh.land('orders/1.ndjson', [order('a')]);
  await mesh.build();
  mesh.clock.advance(1000);
  await mesh.declare(ev('2.0.0'), c);
  await mesh.build({ products: ['sales/orders'] });
  mesh.clock.advance(1000);
  await mesh.declare(ev('1.0.0'), c);
  mesh.land('orders/2.ndjson', [order('b')]);
  await mesh.build({ products: ['sales/orders'] });
  await mesh.build();
  expect((await mesh.rows('care/cases.orders')).map((r) => r.order_id)).toEqual(['a', 'b']);
});

test('news are read anew when the provider goes back to an earlier state', async () => {
  const all = orders({
    inputs: { drops: { ...drops, read: 'all' } },
    outputs: { orders: port({ mode: 'replace', ...granted }) },
  });
  const c = cases({
    inputs: { bought: input(all, 'orders', { purpose: 'answering', read: 'new' }), extra: { ...drops, path: 'extra' } },
    transform: sql({ statements: { orders: `${S} bought UNION ALL ${S} extra` } }),
  });
  const mesh = await smallMesh([all, c]);
  mesh.land('orders/1.ndjson', [order('a', '1.00')]);
  await mesh.build();
  mesh.clock.advance(1000);
  mesh.land('orders/1.ndjson', [order('a', '2.00')]);
  mesh.land('extra/1.ndjson', [order('x')]);
  await mesh.build();
  mesh.clock.advance(1000);
  mesh.land('orders/1.ndjson', [order('a', '1.00')]);
  await mesh.build();
  expect(await mesh.rows('sales/orders.orders')).toEqual([order('a', '1.00')]);
  expect(await mesh.rows('care/cases.orders')).toEqual([order('a', '1.00'), order('x')]);
});
