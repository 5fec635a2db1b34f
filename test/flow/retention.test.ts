import { expect, test } from 'vitest';
import { days } from '../../lib/index.ts';
import { orders, port } from '../model/declarations.ts';
import { smallMesh } from '../small-mesh.ts';

const order = (order_id: string, amount = '1.00') => ({ order_id, placed_on: '2026-01-01', amount });

test('facts leave though their files are written together before', async () => {
  const p = orders({ outputs: { orders: port({ mode: 'append', key: undefined, retention: days(100) }) } });
  const mesh = await smallMesh([p]);
  for (let i = 0; i < 135; i += 1) {
    mesh.clock.advance(86_400_000);
    mesh.land(`orders/${i}.ndjson`, [order(`o${String(i).padStart(3, '0')}`)]);
    await mesh.build();
  }
  const ids = (await mesh.rows('sales/orders.orders')).map((r) => r.order_id);
  expect(ids.length).toBeLessThan(110);
}, 120_000);
