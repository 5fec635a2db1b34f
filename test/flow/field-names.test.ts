import { expect, test } from 'vitest';
import { field, sql } from '../../lib/index.ts';
import { drops, orders, port } from '../model/declarations.ts';
import { smallMesh } from '../small-mesh.ts';

test('a field may be named as the merge would name its own', async () => {
  const fields = { order_id: field.string('i').required(), present: field.boolean('p') };
  const p = orders({
    inputs: { drops: { ...drops, fields } },
    outputs: { orders: port({ fields }) },
    transform: sql({ statements: { orders: 'SELECT order_id, present FROM drops' } }),
  });
  const mesh = await smallMesh([p]);
  mesh.land('orders/1.ndjson', [
    { order_id: 'a', present: true },
    { order_id: 'b', present: null },
  ]);
  await mesh.build();
  mesh.land('orders/2.ndjson', [
    { order_id: 'a', present: null },
    { order_id: 'b', present: true },
    { order_id: 'c', present: null },
  ]);
  await mesh.build();
  expect(await mesh.rows('sales/orders.orders')).toEqual([
    { order_id: 'a', present: null },
    { order_id: 'b', present: true },
    { order_id: 'c', present: null },
  ]);
});

test('a field may be named as the checks would name their own', async () => {
  const fields = {
    broken: field.long('i').required(),
    n: field.long('p').min(0),
    c0: field.long('c').max(5),
    kept: field.long('k'),
  };
  const p = orders({
    inputs: { drops: { ...drops, fields } },
    outputs: { orders: port({ fields, key: ['broken'], slo: { volume: { minRows: 3 } } }) },
    transform: sql({ statements: { orders: 'SELECT broken, n, c0, kept FROM drops' } }),
  });
  const mesh = await smallMesh([p]);
  mesh.land('orders/1.ndjson', [
    { broken: 0, n: 1, c0: 9, kept: 1 },
    { broken: 0, n: -1, c0: 1, kept: 1 },
  ]);
  const r = (await mesh.build())['sales/orders'];
  expect(r?.findings.map((f) => f.rule)).toEqual(['n:min', 'c0:max', 'key', 'slo:volume']);
});
