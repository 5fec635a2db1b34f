import type { ProductId } from '../../model/names.ts';
import type { StoreKey } from './store-item.ts';

/** The partition of all products' pointers. */
export const REGISTRY_PARTITION = 'REGISTRY';

/** The partition of what is kept of one product beside its pointer. */
export const productPartition = (product: ProductId) => `PRODUCT#${product}`;

export const pointerKey = (product: ProductId): StoreKey => ({ pk: REGISTRY_PARTITION, sk: product });

/** By processing time, with microseconds, which grows with each publication. */
export const publicationKey = (product: ProductId, recordedAt: string): StoreKey => ({
  pk: productPartition(product),
  sk: `PUBLICATION#${recordedAt}`,
});

export const consumedPrefix = (fingerprint: string, input: string) => `CONSUMED#${fingerprint}#${input}#`;

export const consumedKey = (product: ProductId, fingerprint: string, input: string, recordedAt: string): StoreKey => ({
  pk: productPartition(product),
  sk: `${consumedPrefix(fingerprint, input)}${recordedAt}`,
});

/** Whose name the pointer's large bodies bear: they are not in the partition of all products. */
export const manifestOwner = (product: ProductId): StoreKey => ({ pk: productPartition(product), sk: 'MANIFEST' });
export const quarantineOwner = (product: ProductId): StoreKey => ({ pk: productPartition(product), sk: 'QUARANTINED' });

export const deploymentKey = (product: ProductId): StoreKey => ({ pk: productPartition(product), sk: 'DEPLOYMENT' });
export const leaseKey = (product: ProductId): StoreKey => ({ pk: productPartition(product), sk: 'LEASE' });

/** Whether an item is of the product's deployment and runs, and not of what the registry knows. */
export const isControl = ({ sk }: StoreKey) => sk === 'DEPLOYMENT' || sk === 'LEASE';
