import { expect, test } from 'vitest';
import { field, sql } from '../../lib/index.ts';
import { drops, orders, port } from '../model/declarations.ts';
import { expectPublished, smallMesh } from '../small-mesh.ts';

const fields = { order_id: field.string('Id').required(), mail: field.string('Mail').unique() };
const product = orders({
  inputs: { drops: { ...drops, fields } },
  outputs: { orders: port({ fields }) },
  transform: sql({ statements: { orders: 'SELECT order_id, mail FROM drops' } }),
});

test('fails when an upsert brings a value that another row has already', async () => {
  const mesh = await smallMesh([product]);
  mesh.land('orders/1.ndjson', [{ order_id: 'a', mail: 'm' }]);
  expectPublished((await mesh.build())['sales/orders']);
  mesh.land('orders/2.ndjson', [{ order_id: 'b', mail: 'm' }]);
  expect((await mesh.build())['sales/orders']).toMatchObject({
    kind: 'quarantined',
    findings: [{ rule: 'mail:unique', count: 1 }],
  });
});

test('a value may go from one row to another, and stay where it is', async () => {
  const mesh = await smallMesh([product]);
  mesh.land('orders/1.ndjson', [
    { order_id: 'a', mail: 'm' },
    { order_id: 'c', mail: 'x' },
  ]);
  expectPublished((await mesh.build())['sales/orders']);
  mesh.land('orders/2.ndjson', [
    { order_id: 'a', mail: 'n' },
    { order_id: 'b', mail: 'm' },
    { order_id: 'c', mail: 'x' },
  ]);
  expect(expectPublished((await mesh.build())['sales/orders'])).toMatchObject({ rows: { orders: 3 } });
});
