import type { Problem } from '../model/mesh-error.ts';

/**
 * Products whose files import each other in a circle. They can't even be evaluated, so they are found by their imports
 * rather than by their inputs.
 */
export function findImportCycles(
  imports: ReadonlyMap<string, readonly string[]>,
  products: readonly string[],
): { readonly files: ReadonlySet<string>; readonly problems: readonly Problem[] } {
  const isProduct = new Set(products);
  const state = new Map<string, 'open' | 'done'>();
  const files = new Set<string>();
  const problems: Problem[] = [];
  // Explicit stack: imports may be deeper than the call stack.
  for (const root of products) {
    if (state.has(root)) continue;
    state.set(root, 'open');
    const path = [{ file: root, rest: [...(imports.get(root) ?? [])] }];
    while (path.length > 0) {
      const { file, rest } = path.at(-1)!;
      const next = rest.shift();
      if (next === undefined) {
        state.set(file, 'done');
        path.pop();
      } else if (state.get(next) === 'open') {
        const open = path.map((step) => step.file);
        const cycle = open.slice(open.indexOf(next)).filter((each) => isProduct.has(each));
        for (const each of cycle) files.add(each);
        if (cycle.length > 0) problems.push(describeCycle(cycle));
      } else if (!state.has(next)) {
        state.set(next, 'open');
        path.push({ file: next, rest: [...(imports.get(next) ?? [])] });
      }
    }
  }
  return { files, problems };
}

function describeCycle(cycle: readonly string[]): Problem {
  const ids = cycle.map((file) => file.split('/').slice(0, 2).join('/'));
  return {
    code: 'cycle',
    message: `reads itself through ${[...ids, ids[0]].join(' → ')}`,
    where: { product: ids[0], file: cycle[0] },
    fix: 'remove one of these inputs: data flows one way',
  };
}
