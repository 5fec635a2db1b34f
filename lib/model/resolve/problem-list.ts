import type { Problem, Where } from '../mesh-error.ts';

/** Collects every problem of a mesh, so that all are shown at once. */
export class ProblemList {
  readonly #all: Problem[] = [];
  readonly #codes = new Map<string, Set<string>>();

  get all(): readonly Problem[] {
    return this.#all;
  }

  add(code: string, where: Where, message: string, fix: string): void {
    this.addAll([{ code, where, message, fix }]);
  }

  addAll(problems: readonly Problem[]): void {
    for (const problem of problems) {
      this.#all.push(problem);
      const { product } = problem.where;
      if (product === undefined) continue;
      const codes = this.#codes.get(product);
      if (codes) codes.add(problem.code);
      else this.#codes.set(product, new Set([problem.code]));
    }
  }

  /** The kinds of problems that a product has. */
  codesOf(product: string): ReadonlySet<string> {
    return this.#codes.get(product) ?? NONE;
  }
}

const NONE: ReadonlySet<string> = new Set();
