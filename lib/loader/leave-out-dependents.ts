import type { Problem } from '../model/mesh-error.ts';
import type { LoadedProduct } from '../model/resolve/loaded-mesh.ts';
import { providersOf } from '../model/resolve/sort-products.ts';

/** Leaves out products that read, directly or not, one that could not be loaded; each is told whose fault it is. */
export function leaveOutDependents(
  products: readonly LoadedProduct[],
  unloaded: ReadonlySet<string>,
): { readonly products: readonly LoadedProduct[]; readonly problems: readonly Problem[] } {
  const out = new Set(unloaded);
  const problems: Problem[] = [];
  let left = products;
  for (let before = -1; before !== out.size; ) {
    before = out.size;
    left = left.filter((product) => {
      const broken = providersOf(product).find((provider) => out.has(provider));
      if (broken === undefined) return true;
      out.add(product.id);
      problems.push(brokenInput(product.id, product.file, broken));
      return false;
    });
  }
  return { products: left, problems };
}

/** The problem that a product reads one with problems. */
export function brokenInput(product: string | undefined, file: string | undefined, broken: string): Problem {
  const message = `reads ${broken}, which has problems`;
  return { code: 'broken-input', message, where: { product, file }, fix: 'mend those first' };
}
