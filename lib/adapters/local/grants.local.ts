import { canonicalJson } from '../../model/content-hash.ts';
import type { Grant } from '../../model/grant.ts';
import type { ProductModel } from '../../model/mesh-model.ts';
import type { ProductId } from '../../model/names.ts';
import type { GrantInForce, Grants } from '../../ports/grants.ts';
import type { Store } from './store.ts';

interface GrantRow {
  readonly product: ProductId;
  readonly port: string;
  readonly declared: string;
}

/** Grants in the embedded store. */
export function createGrants({ store }: { readonly store: Store }): Grants {
  return {
    async reconcile(product) {
      const wanted = new Map(declaredGrants(product).map((row) => [rowKey(row), row]));
      const unchanged = difference(wanted, await store.read<GrantRow>(OF_PRODUCT, product.id));
      if (unchanged.missing.length + unchanged.surplus.length === 0) return { added: 0, revoked: 0 };
      return store.write(({ all, run }) => {
        const { missing, surplus } = difference(wanted, all<GrantRow>(OF_PRODUCT, product.id));
        for (const { port, declared } of surplus) {
          run('DELETE FROM grants WHERE product = ? AND port = ? AND declared = ?', product.id, port, declared);
        }
        for (const { port, declared } of missing) {
          run('INSERT INTO grants (product, port, declared) VALUES (?, ?, ?)', product.id, port, declared);
        }
        return { added: missing.length, revoked: surplus.length };
      });
    },

    async list(product) {
      const rows = await (product === undefined
        ? store.read<GrantRow>('SELECT product, port, declared FROM grants ORDER BY product, port, declared')
        : store.read<GrantRow>(OF_PRODUCT, product));
      return rows.map(
        ({ product, port, declared }): GrantInForce => ({ product, port, ...(JSON.parse(declared) as Grant) }),
      );
    },
  };
}

const OF_PRODUCT = 'SELECT product, port, declared FROM grants WHERE product = ? ORDER BY port, declared';

function declaredGrants(product: ProductModel): GrantRow[] {
  return product.outputs.flatMap(({ name, grants }) =>
    grants.map((grant) => ({ product: product.id, port: name, declared: canonicalJson(grant) })),
  );
}

function difference(wanted: ReadonlyMap<string, GrantRow>, present: readonly GrantRow[]) {
  const there = new Set(present.map(rowKey));
  return {
    missing: [...wanted].filter(([key]) => !there.has(key)).map(([, row]) => row),
    surplus: present.filter((row) => !wanted.has(rowKey(row))),
  };
}

function rowKey({ port, declared }: GrantRow): string {
  return `${port} ${declared}`;
}
