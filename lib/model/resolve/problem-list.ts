import type { Problem, Where } from '../mesh-error.ts';
import { nearest } from '../sql/nearest.ts';

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

/** The candidate nearest to a mistyped name, as a suggestion: ` (did you mean \`x\`?)`, or nothing. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const best = nearest(name, candidates);
  return best === undefined ? '' : ` (did you mean \`${best}\`?)`;
}

/** A contract may have ten thousand fields; nobody reads them in a message. */
const MOST_LISTED = 20;

/** Names in backquotes, or a word for none. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const listed = names.slice(0, MOST_LISTED).map((name) => `\`${name}\``);
  return `${listed.join(', ')}${names.length > MOST_LISTED ? ` and ${names.length - MOST_LISTED} more` : ''}`;
}
