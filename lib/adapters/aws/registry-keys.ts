import type { ProductId } from '../../model/names.ts';
import type { StoreKey } from './store-item.ts';

/**
 * Who writes what follows from the partition, because IAM tells no finer: `REGISTRY`, `MANIFEST#…`, `DEPLOYMENT#…` and
 * `GRANTS` are the registrar's, what a run may read and do follows from them; `PRODUCT#…` is its runs'.
 */
export const REGISTRY_PARTITION = 'REGISTRY';

/** What a product is registered as, in the partition that lists all products. */
export const registrationKey = (product: ProductId): StoreKey => ({ pk: REGISTRY_PARTITION, sk: product });

/** The partition of large manifests of one product. */
export const manifestPartition = (product: ProductId) => `MANIFEST#${product}`;

/** The partition of what runs of one product publish and remember. */
export const productPartition = (product: ProductId) => `PRODUCT#${product}`;

/** Which publication is the current one. */
export const pointerKey = (product: ProductId): StoreKey => ({ pk: productPartition(product), sk: 'POINTER' });

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

/** Whose name large bodies bear. */
export const manifestOwner = (product: ProductId): StoreKey => ({ pk: manifestPartition(product), sk: 'MANIFEST' });
export const quarantineOwner = (product: ProductId): StoreKey => ({ pk: productPartition(product), sk: 'QUARANTINED' });

export const deploymentKey = (product: ProductId): StoreKey => ({ pk: `DEPLOYMENT#${product}`, sk: 'DEPLOYMENT' });
export const leaseKey = (product: ProductId): StoreKey => ({ pk: productPartition(product), sk: 'LEASE' });

/** Whether an item is of the product's runs, and not of what the registry knows. */
export const isControl = ({ sk }: StoreKey) => sk === 'LEASE';

/** What the reconciler put in force, of all products, so that one query finds it. */
export const GRANTS_PARTITION = 'GRANTS';

/** What is recorded of one product's runs; of one kind. */
export const ledgerPartition = (product: ProductId, kind: string) => `LEDGER#${product}#${kind}`;

/** What invocations of one product used. */
export const usagePartition = (product: ProductId) => `USAGE#${product}`;
