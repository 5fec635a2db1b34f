import { expect, test } from 'vitest';
import { run } from '../../lib/flow/run.ts';
import { orders } from '../model/declarations.ts';
import { smallMesh } from '../small-mesh.ts';

const order = (order_id: string) => ({ order_id, placed_on: '2026-01-01', amount: '1.00' });

test('a run that was published and told is no failure when its staging can’t be removed', async () => {
  const mesh = await smallMesh([orders()]);
  mesh.land('orders/1.ndjson', [order('a')]);
  await mesh.build();
  mesh.land('orders/2.ndjson', [order('b')]);
  let asked = 0;
  const discard = () => {
    asked += 1;
    return Promise.reject(new Error('the store is busy'));
  };
  const warehouse = { ...mesh.ports.warehouse, discard };
  const [product] = mesh.model.products;
  expect(await run({ ...mesh.ports, warehouse }, product!)).toMatchObject({ kind: 'published' });
  expect(asked).toBe(1);
  const entries = await mesh.ports.ledger.entries({ kind: 'run' });
  expect(entries).toMatchObject([{ outcome: 'published' }, { outcome: 'published' }]);
});
