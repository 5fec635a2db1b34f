import { contentHash } from '../model/content-hash.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import type { ProductId } from '../model/names.ts';
import type { Ports } from '../ports/ports.ts';
import type { RegisteredProduct } from '../ports/registry.ts';

/**
 * Makes the permissions of a registered product those that follow from what is registered. Products are registered at
 * the same time, and each makes permissions from what it knew when it began: whoever finds afterwards that there is more
 * to know does it again, so that the last word is one that knows all.
 *
 * @returns what the last reconciliation gave; undefined when there is no such product.
 */
export async function reconcileRegistered<Result>(
  { registry }: Pick<Ports, 'registry'>,
  id: ProductId,
  reconcile: (product: ProductModel) => Promise<Result>,
): Promise<Result | undefined> {
  let known = await whatIsKnown(registry, id);
  for (;;) {
    if (!known.product) return undefined;
    const result = await reconcile(known.product);
    const now = await whatIsKnown(registry, id);
    if (now.hash === known.hash) return result;
    known = now;
  }
}

async function whatIsKnown(registry: Pick<Ports['registry'], 'list'>, id: ProductId) {
  return knownOf(await registry.list(), id);
}

/** All that a product's permissions follow from: its own contract, and who reads it. */
export function knownOf(registered: readonly Pick<RegisteredProduct, 'manifest'>[], id: ProductId) {
  const manifests = registered.map(({ manifest }) => manifest);
  const product = manifests.find((manifest) => manifest.id === id);
  const readers = manifests.filter((manifest) => reads(manifest, id));
  return { product, hash: contentHash([product ?? null, ...readers]) };
}

/** Whether a product has a port of another as an input. */
export function reads(product: ProductModel, provider: ProductId): boolean {
  return product.inputs.some((input) => input.kind === 'port' && input.product === provider);
}
