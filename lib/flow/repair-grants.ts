import { MeshError, type Problem } from '../model/mesh-error.ts';
import type { ProductModel } from '../model/mesh-model.ts';
import type { ProductId } from '../model/names.ts';
import type { Ports } from '../ports/ports.ts';
import { reconcileRegistered } from './reconcile-registered.ts';

/** What was not as it should be at one product. */
export interface GrantsRepaired {
  readonly product: ProductId;
  readonly granted: number;
  readonly revoked: number;
}

/**
 * Makes the permissions of every product, or of one, those that its grants say: what somebody changed by hand comes
 * back, what ended goes. A product that fails does not keep the others from it.
 *
 * @throws MeshError with the problem of each product that failed, after all others.
 */
export async function repairGrants(
  { registry }: Pick<Ports, 'registry'>,
  repair: (product: ProductModel) => Promise<Omit<GrantsRepaired, 'product'>>,
  only?: ProductId,
): Promise<readonly GrantsRepaired[]> {
  const products = (await registry.list()).map(({ manifest }) => manifest.id).filter((id) => !only || id === only);
  const repaired: GrantsRepaired[] = [];
  const problems: Problem[] = [];
  for (const product of products) {
    try {
      const result = await reconcileRegistered({ registry }, product, repair);
      if (result) repaired.push({ product, ...result });
    } catch (thrown) {
      problems.push(problemOf(thrown, product));
    }
  }
  const [first] = problems;
  if (first) throw new MeshError({ ...first, kind: 'retry', problems });
  return repaired;
}

function problemOf(thrown: unknown, product: ProductId): Problem {
  const known = thrown instanceof MeshError ? thrown.problems[0] : undefined;
  const message = known?.message ?? (thrown instanceof Error ? thrown.message : String(thrown));
  const fix = known?.fix ?? 'see the cause; the next reconciliation tries again';
  return { code: known?.code ?? 'grants-failed', message, fix, where: { ...known?.where, product } };
}
