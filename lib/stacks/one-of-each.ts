import type { ProductModel } from '../model/mesh-model.ts';

/**
 * Parts products in two where that is of use: one of each kind of stack, and all others. An app that synthesises the few
 * first has their templates validated while it is small, and hears at once of what is wrong with all of them.
 */
export function oneOfEach(products: readonly ProductModel[]): (readonly ProductModel[])[] {
  const kinds = new Map<string, ProductModel>();
  for (const product of products) {
    const kind = kindOf(product);
    if (!kinds.has(kind)) kinds.set(kind, product);
  }
  const few = new Set(kinds.values());
  if (few.size === products.length) return [products];
  return [[...few], products.filter((product) => !few.has(product))];
}

/** What decides which resources a product's stack has. */
function kindOf({ transform, inputs, refresh }: ProductModel): string {
  const reads = new Set(inputs.map(({ kind }) => kind));
  return JSON.stringify([transform.kind, reads.has('port'), reads.has('source'), refresh.schedule !== undefined]);
}
