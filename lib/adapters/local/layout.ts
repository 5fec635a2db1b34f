import { join } from 'node:path';
import type { ProductModel } from '../../model/mesh-model.ts';

/** Where things are below the mesh's home. */
export const layout = {
  store: (home: string) => join(home, 'store.db'),
  landing: (home: string) => join(home, 'landing'),
  journals: (home: string) => join(home, 'journal'),
  cache: (home: string) => join(home, 'cache'),
  temporary: (home: string) => join(home, 'tmp'),
  /** What runs make before it is published. */
  staging: (home: string, product: ProductModel) => join(home, 'staging', product.database),
  stagingOf: (home: string, product: ProductModel, runId: string) => join(home, 'staging', product.database, runId),
  /** A product's states, one folder a port. */
  data: (home: string, product: ProductModel) => join(home, 'data', product.database),
  quarantine: (home: string, product: ProductModel) => join(home, 'quarantine', product.database),
};
