import { canonicalJson } from '../../model/content-hash.ts';
import type { Grant } from '../../model/grant.ts';
import type { ProductModel } from '../../model/mesh-model.ts';
import type { ProductId } from '../../model/names.ts';
import type { GrantInForce } from '../../ports/grants.ts';
import { GRANTS_PARTITION as PARTITION } from './registry-keys.ts';
import type { Store } from './store.aws.ts';

interface Declared {
  readonly port: string;
  readonly grant: Grant;
}

/** What the reconciler put in force, as it was declared: what runs ask before they read. */
export interface GrantsRecord {
  /** Replaces what is recorded of a product; says how much came and went. */
  replace(product: ProductModel): Promise<{ readonly added: number; readonly revoked: number }>;
  list(product?: ProductId): Promise<readonly GrantInForce[]>;
}

export function createGrantsRecord({ store }: { readonly store: Store }): GrantsRecord {
  const read = async (product: ProductId): Promise<readonly Declared[]> => {
    const item = await store.get({ pk: PARTITION, sk: product });
    return item ? (JSON.parse(String(item.grants)) as Declared[]) : [];
  };
  const inForce = (product: ProductId, declared: readonly Declared[]) =>
    declared.map(({ port, grant }): GrantInForce => ({ product, port, ...grant }));

  return {
    async replace(product) {
      const wanted = product.outputs.flatMap(({ name, grants }) => grants.map((grant) => ({ port: name, grant })));
      const present = await read(product.id);
      const [keep, had] = [keysOf(wanted), keysOf(present)];
      const change = {
        added: [...keep].filter((key) => !had.has(key)).length,
        revoked: [...had].filter((key) => !keep.has(key)).length,
      };
      if (change.added + change.revoked === 0) return change;
      const key = { pk: PARTITION, sk: product.id };
      if (wanted.length === 0) await store.write({ remove: key });
      else await store.write({ put: { ...key, grants: canonicalJson(wanted) } });
      return change;
    },

    async list(product) {
      if (product !== undefined) return inForce(product, await read(product));
      const items = await store.query({ pk: PARTITION });
      return items.flatMap(({ sk, grants }) => inForce(sk as ProductId, JSON.parse(String(grants)) as Declared[]));
    },
  };
}

function keysOf(declared: readonly Declared[]): ReadonlySet<string> {
  return new Set(declared.map(canonicalJson));
}
