import { expect, test } from 'vitest';
import { reads } from '../../lib/flow/reconcile-registered.ts';
import { type Repair, repairGrants } from '../../lib/flow/repair-grants.ts';
import type { ProductModel } from '../../lib/model/mesh-model.ts';
import { cases, orders, reading } from '../model/declarations.ts';
import { smallMesh } from '../small-mesh.ts';

const NONE = { granted: 0, revoked: 0 };

/** Readers of each product, as its last repair knew them. */
function remembering(meanwhile: () => Promise<void> = async () => undefined) {
  const readers = new Map<string, readonly string[]>();
  const repair: Repair = async (product, seen) => {
    const registered = await seen.list();
    await meanwhile();
    const reading = registered.filter(({ manifest }) => reads(manifest, product.id));
    readers.set(
      product.id,
      reading.map(({ manifest }) => manifest.id),
    );
    return NONE;
  };
  return { readers, repair };
}

test('reads the registry as often for many products as for one', async () => {
  const { ports, model } = await smallMesh([orders(), cases(), reading('sales/revenue', 'sales/orders')]);
  for (const product of model.products) await ports.registry.register(product, '2026-03-01T00:00:00.000Z');
  let looks = 0;
  const registry = {
    ...ports.registry,
    list: async () => {
      looks += 1;
      return ports.registry.list();
    },
  };
  const { readers, repair } = remembering();
  const repaired = await repairGrants({ registry }, repair);
  expect(repaired.map(({ product }) => product)).toEqual(['care/cases', 'sales/orders', 'sales/revenue']);
  expect(readers.get('sales/orders')).toEqual(['care/cases', 'sales/revenue']);
  expect(looks).toBe(2);
});

test('a reader that is registered meanwhile is among them', async () => {
  const { ports, model } = await smallMesh([orders(), reading('sales/revenue', 'sales/orders')]);
  const [provider, consumer] = model.products as [ProductModel, ProductModel];
  await ports.registry.register(provider, '2026-03-01T00:00:00.000Z');
  const { readers, repair } = remembering(() => ports.registry.register(consumer, '2026-03-01T00:00:01.000Z'));
  await repairGrants(ports, repair);
  expect(readers.get(provider.id)).toEqual([consumer.id]);
});

test('what fails by an old look and succeeds by a new one is no problem', async () => {
  const { ports, model } = await smallMesh([orders(), reading('sales/revenue', 'sales/orders')]);
  const [provider, consumer] = model.products as [ProductModel, ProductModel];
  await ports.registry.register(provider, '2026-03-01T00:00:00.000Z');
  let times = 0;
  const repair: Repair = async () => {
    times += 1;
    if (times > 1) return NONE;
    await ports.registry.register(consumer, '2026-03-01T00:00:01.000Z');
    throw new Error('the reader has no role yet');
  };
  expect(await repairGrants(ports, repair)).toEqual([{ product: provider.id, ...NONE }]);
});
