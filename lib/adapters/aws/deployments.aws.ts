import type { ProductId } from '../../model/names.ts';
import { deploymentKey } from './registry-keys.ts';
import type { Store } from './store.aws.ts';
import type { StoreItem } from './store-item.ts';

/** What the stack of a product made for it. */
export interface Deployment {
  readonly product: ProductId;
  readonly bucket: string;
  readonly workGroup: string;
  readonly runRoleArn: string;
  readonly locationRoleArn: string;
  readonly removal: 'retain' | 'destroy';
  /** Hash of the manifest that was deployed last. */
  readonly manifestFingerprint: string;
  /** The name of the `run` function, for its costs. */
  readonly runFunction?: string;
}

/** What is deployed. */
export interface Deployments {
  put(deployment: Deployment): Promise<void>;
  get(product: ProductId): Promise<Deployment | undefined>;
  /** All of them, by product; those of the last moment may be missing. */
  list(): Promise<readonly Deployment[]>;
  remove(product: ProductId): Promise<void>;
}

const ALL = 'DEPLOYMENT';

export function createDeployments({ store }: { readonly store: Store }): Deployments {
  return {
    async put(deployment) {
      const { product } = deployment;
      await store.write({ put: { ...deploymentKey(product), gsi_pk: ALL, gsi_sk: product, ...deployment } });
    },

    async get(product) {
      const item = await store.get(deploymentKey(product));
      return item && toDeployment(item);
    },

    async list() {
      const listed = await store.query({ pk: ALL, byTime: true });
      // Others may put items of their own partitions into the index.
      return listed.filter(({ pk, product }) => pk === deploymentKey(product as ProductId).pk).map(toDeployment);
    },

    async remove(product) {
      await store.write({ remove: deploymentKey(product) });
    },
  };
}

function toDeployment({ pk, sk, gsi_pk, gsi_sk, ...deployment }: StoreItem): Deployment {
  return deployment as object as Deployment;
}
