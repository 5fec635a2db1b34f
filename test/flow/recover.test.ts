import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { orders } from '../model/declarations.ts';
import { smallMesh } from '../small-mesh.ts';

const order = (order_id: string, amount = '1.00') => ({ order_id, placed_on: '2026-01-01', amount });
const outcomes = async ({ ports }: Awaited<ReturnType<typeof smallMesh>>) =>
  (await ports.ledger.entries({ kind: 'run' })).map((entry) => (entry.kind === 'run' ? entry.outcome : entry.kind));

describe('a product whose bad drop was taken away', () => {
  test.each([
    ['failed', 'not JSON'],
    ['quarantined', [order('b', '-5.00')]],
  ] as const)('is no longer %s, once', async (outcome, drop) => {
    const mesh = await smallMesh([orders()]);
    mesh.land('orders/1.ndjson', [order('a')]);
    await mesh.build();
    mesh.land('orders/2.ndjson', drop);
    await mesh.build();
    expect(await outcomes(mesh)).toEqual([outcome, 'published']);
    rmSync(join(mesh.ports.landing, 'orders/2.ndjson'));
    await mesh.build();
    await mesh.build();
    expect(await outcomes(mesh)).toEqual(['recovered', outcome, 'published']);
    expect((await mesh.ports.registry.find('sales/orders'))?.quarantined).toBeUndefined();
  });
});
