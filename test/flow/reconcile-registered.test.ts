import { setImmediate as aMoment } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { reads, reconcileRegistered } from '../../lib/flow/reconcile-registered.ts';
import { registerChecked } from '../../lib/flow/register.ts';
import type { ProductModel } from '../../lib/model/mesh-model.ts';
import type { Registry } from '../../lib/ports/registry.ts';
import { orders, reading } from '../model/declarations.ts';
import { smallMesh } from '../small-mesh.ts';

const pair = async () => {
  const { ports, model } = await smallMesh([orders(), reading('sales/revenue', 'sales/orders')]);
  const [provider, consumer] = model.products as [ProductModel, ProductModel];
  return { ports, provider, consumer };
};

/** Grants of a service that takes its time: readers of a product are whoever was known when it was asked to write them. */
function slowGrants(registry: Registry, pause: () => Promise<void>) {
  const readers = new Map<string, readonly string[]>();
  return {
    readers,
    async reconcile(product: ProductModel) {
      const known = (await registry.list()).map(({ manifest }) => manifest);
      await pause();
      const reading = known.filter((each) => reads(each, product.id)).map(({ id }) => id);
      readers.set(product.id, reading);
      return { added: 0, revoked: 0 };
    },
    list: async () => [],
  };
}

test('a reader that is registered while permissions are made is among them', async () => {
  const { ports, provider, consumer } = await pair();
  let times = 0;
  const grants = slowGrants(ports.registry, async () => {
    times += 1;
    if (times === 1) await ports.registry.register(consumer, '2026-03-01T00:00:00.000Z');
  });
  await registerChecked({ ...ports, grants }, provider);
  expect(grants.readers.get(provider.id)).toEqual([consumer.id]);
  expect(times).toBe(2);
});

test('products that are registered at once know each other, whichever of them writes last', async () => {
  const moments = [0, 1, 2, 3, 5, 8];
  for (const [first, second] of moments.flatMap((a) => moments.map((b) => [a, b] as const))) {
    const { ports, provider, consumer } = await pair();
    const pauses = [first, second, first, second];
    const grants = slowGrants(ports.registry, async () => {
      for (let left = pauses.shift() ?? 0; left > 0; left -= 1) await aMoment();
    });
    const all = { ...ports, grants };
    await Promise.all([registerChecked(all, provider), registerChecked(all, consumer)]);
    expect(grants.readers.get(provider.id), `pauses of ${first} and ${second}`).toEqual([consumer.id]);
  }
});

test('a product that is not registered has no permissions to make', async () => {
  const { ports } = await smallMesh([orders()]);
  expect(await reconcileRegistered(ports, 'sales/nothing', async () => 'made')).toBeUndefined();
});
