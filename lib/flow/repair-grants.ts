import { MeshError, type Problem } from '../model/mesh-error.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import type { ProductId } from '../model/names.ts';
import type { Ports } from '../ports/ports.ts';
import type { Registry } from '../ports/registry.ts';
import { knownOf, reconcileRegistered } from './reconcile-registered.ts';
import { sideBySide } from './side-by-side.ts';

/** What was not as it should be at one product. */
export interface GrantsRepaired {
  readonly product: ProductId;
  readonly granted: number;
  readonly revoked: number;
}

/** Makes a product's permissions what they should be, by what is registered as far as `seen` knows. */
export type Repair = (product: ProductModel, seen: Pick<Registry, 'list'>) => Promise<Repaired>;

/** Products that are repaired by one look at the registry: a look for each would read all of it as often as it has products. */
const TOGETHER = 250;
const AT_ONCE = 4;

/**
 * Makes the permissions of every product, or of one, those that its grants say: what somebody changed by hand comes
 * back, what ended goes. A product that fails does not keep the others from it.
 *
 * @throws MeshError with the problem of each product that failed, after all others.
 */
export async function repairGrants(
  { registry }: Pick<Ports, 'registry'>,
  repair: Repair,
  only?: ProductId,
): Promise<readonly GrantsRepaired[]> {
  let known = await registry.list();
  const products = known.map(({ manifest }) => manifest.id).filter((id) => !only || id === only);
  const repaired = new Map<ProductId, Repaired | undefined>();
  const problems = new Map<ProductId, Problem>();
  const attempt = async (product: ProductId, work: () => Promise<Repaired | undefined>) => {
    problems.delete(product);
    try {
      repaired.set(product, await work());
    } catch (thrown) {
      problems.set(product, problemOf(thrown, product));
    }
  };
  for (let start = 0; start < products.length; start += TOGETHER) {
    const group = products.slice(start, start + TOGETHER);
    const before = known;
    const seen = { list: async () => before };
    await sideBySide(group, AT_ONCE, async (id) => {
      const { product } = knownOf(before, id);
      await attempt(id, async () => product && repair(product, seen));
    });
    known = await registry.list();
    // Who was registered meanwhile made permissions by more than was seen here, and they may be gone.
    const changed = group.filter((id) => knownOf(known, id).hash !== knownOf(before, id).hash);
    for (const id of changed)
      await attempt(id, () => reconcileRegistered({ registry }, id, (product) => repair(product, registry)));
  }
  const [first] = problems.values();
  if (first) throw new MeshError({ ...first, kind: 'retry', problems: [...problems.values()] });
  return products.flatMap((product) => {
    const result = repaired.get(product);
    return result ? [{ product, ...result }] : [];
  });
}

type Repaired = Omit<GrantsRepaired, 'product'>;

function problemOf(thrown: unknown, product: ProductId): Problem {
  const known = thrown instanceof MeshError ? thrown.problems[0] : undefined;
  const message = known?.message ?? (thrown instanceof Error ? thrown.message : String(thrown));
  const fix = known?.fix ?? 'see the cause; the next reconciliation tries again';
  return { code: known?.code ?? 'grants-failed', message, fix, where: { ...known?.where, product } };
}
