import { expect, test } from 'vitest';
import { field, grant, sql } from '../../lib/index.ts';
import { cases, orders, port } from '../model/declarations.ts';
import { kinds, smallMesh } from '../small-mesh.ts';

const order = (order_id: string, amount = '1.00') => ({ order_id, placed_on: '2026-01-01', amount });
const granted = { grants: [grant({ to: 'care', purpose: 'answering' })] };
const source = orders({ outputs: { orders: port(granted) } });

test('a consumer runs again when the rows in which it may read a column change', async () => {
  const g = (x: string[], y: string[]) => ({
    grants: [
      grant({ to: 'care', purpose: 'answering', rows: "order_id = 'a'", columns: x }),
      grant({ to: 'care', purpose: 'answering', rows: "order_id = 'b'", columns: y }),
    ],
  });
  const p = (x: string[], y: string[]) => orders({ outputs: { orders: port(g(x, y)) } });
  const full = ['order_id', 'placed_on', 'amount'];
  const less = ['order_id', 'placed_on'];
  const c = cases();
  const mesh = await smallMesh([p(full, less), c]);
  mesh.land('orders/1.ndjson', [order('a'), order('b')]);
  await mesh.build();
  await mesh.declare(p(less, full), c);
  await mesh.build();
  expect((await mesh.rows('care/cases.orders')).map((r) => r.amount)).toEqual([null, '1.00']);
});

test('a consumer goes on while its provider fails with a field that is new', async () => {
  const p1 = source;
  const p2 = orders({
    outputs: { orders: port({ ...granted, fields: { ...port().fields, extra: field.long('x').required() } }) },
    transform: sql({
      statements: { orders: `SELECT order_id, placed_on, amount, CAST(NULL AS BIGINT) AS extra FROM drops` },
    }),
  });
  const mesh = await smallMesh([p1, cases()]);
  mesh.land('orders/1.ndjson', [order('a'), order('b')]);
  await mesh.build();
  await mesh.declare(p2, cases());
  const r = await mesh.build();
  expect(kinds(r)['care/cases']).not.toBe('failed');
});
