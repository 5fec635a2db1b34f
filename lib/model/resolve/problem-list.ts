import type { Problem, Where } from '../mesh-error.ts';

/** Collects every problem of a mesh, so that all are shown at once. */
export class ProblemList {
  readonly all: Problem[] = [];

  add(code: string, where: Where, message: string, fix: string): void {
    this.all.push({ code, where, message, fix });
  }

  /** The products that have a problem. */
  products(): Set<string> {
    return new Set(this.all.flatMap(({ where }) => (where.product === undefined ? [] : [where.product])));
  }
}

/** The candidate nearest to a mistyped name, as a suggestion: ` (did you mean \`x\`?)`, or nothing. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const best = nearest(name, candidates);
  return best === undefined ? '' : ` (did you mean \`${best}\`?)`;
}

/** Names in backquotes, or a word for none. */
export function listNames(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((name) => `\`${name}\``).join(', ');
}

function nearest(name: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(name.length / 3));
  let best: string | undefined;
  let least = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substituted = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(previous[j]! + 1, current[j - 1]! + 1, substituted));
    }
    previous = current;
  }
  return previous[b.length]!;
}
