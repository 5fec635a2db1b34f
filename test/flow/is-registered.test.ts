import { expect, test } from 'vitest';
import { announceRegistered } from '../../lib/flow/announce.ts';
import { isRegistered } from '../../lib/flow/is-registered.ts';
import type { ProductModel } from '../../lib/model/mesh-model.ts';
import type { MeshEvent } from '../../lib/ports/bus.ts';
import type { RegisteredProduct } from '../../lib/ports/registry.ts';
import { sampleProduct } from '../conformance/samples.ts';

const product = sampleProduct();
const registryOf = (manifest?: ProductModel) => ({
  registry: { find: async () => manifest && ({ manifest } as RegisteredProduct) } as never,
});

test('a product is registered when the registry has what its result follows from', async () => {
  expect(await isRegistered(registryOf(product), product)).toBe(true);
  const granted = { ...product, outputs: product.outputs.map((output) => ({ ...output, grants: [] })) };
  expect(await isRegistered(registryOf(granted), product), 'whoever may read it').toBe(true);
});

test('it is not before its deployment has come so far, while another version is, and once it is retired', async () => {
  expect(await isRegistered(registryOf(), product)).toBe(false);
  expect(await isRegistered(registryOf({ ...product, fingerprint: 'another' }), product)).toBe(false);
  expect(await isRegistered(registryOf({ ...product, status: 'retired' }), product)).toBe(false);
});

test('each registration is an event of its own', async () => {
  const events: MeshEvent[] = [];
  const moments = [1, 2].map((milliseconds) => new Date(milliseconds)).flatMap((moment) => [moment, moment]);
  const ports = {
    bus: { announce: async (event: MeshEvent) => void events.push(event) },
    clock: { now: () => moments.shift()! },
  };
  await announceRegistered(ports, product);
  await announceRegistered(ports, product);
  expect(events.map(({ type, data }) => [type, data.product])).toEqual([
    ['mesh.product.registered', product.id],
    ['mesh.product.registered', product.id],
  ]);
  expect(events[0]!.id).not.toBe(events[1]!.id);
});
