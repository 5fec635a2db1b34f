import type { LoadedProduct } from './loaded-mesh.ts';
import type { ProblemList } from './problem-list.ts';

/** Products in an order to resolve and to run them, and those for which there is none. */
export interface SortedProducts {
  /** Providers before their consumers, otherwise as they came; without those of a cycle. */
  readonly sorted: readonly LoadedProduct[];
  readonly cyclic: ReadonlySet<string>;
}

/** Sorts products by who reads whom. A cycle is a problem that shows it. */
export function sortProducts(products: readonly LoadedProduct[], problems: ProblemList): SortedProducts {
  const byId = new Map(products.map((product) => [product.id as string, product]));
  const sorted: LoadedProduct[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const cyclic = new Set<string>();
  // Explicit stack: lineage may be deeper than the call stack.
  for (const root of products) {
    const path: { product: LoadedProduct; rest: string[] }[] = [];
    const enter = (product: LoadedProduct) => {
      state.set(product.id, 'open');
      path.push({ product, rest: providersOf(product) });
    };
    if (!state.has(root.id)) enter(root);
    while (path.length > 0) {
      const { product, rest } = path.at(-1)!;
      const next = rest.shift();
      if (next === undefined) {
        state.set(product.id, 'done');
        sorted.push(product);
        path.pop();
      } else if (state.get(next) === 'open') {
        const ids = path.map((step) => step.product.id as string);
        const cycle = ids.slice(ids.indexOf(next));
        for (const id of cycle) cyclic.add(id);
        const message = `reads itself through ${[...cycle, next].join(' → ')}`;
        problems.add('cycle', { product: next }, message, 'remove one of these inputs: data flows one way');
      } else if (!state.has(next)) {
        const provider = byId.get(next);
        if (provider) enter(provider);
      }
    }
  }
  return { sorted: sorted.filter(({ id }) => !cyclic.has(id)), cyclic };
}

/** The ids of the products that a product reads, each once. */
export function providersOf({ declaration }: LoadedProduct): string[] {
  const inputs = Object.values(declaration.inputs);
  return [...new Set(inputs.flatMap((input) => (input.kind === 'port' ? [input.product] : [])))];
}
