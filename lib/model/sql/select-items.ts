import type { SqlText } from './analyze-sql.ts';
import type { Token } from './lexer.ts';

/** One item of the outermost SELECT list. */
export interface SelectItem {
  readonly token: Token;
  /** Whether it has a name of its own: a column, or an expression with an alias. */
  readonly named: boolean;
  /** The name of a bare column or field: `a`, `t.a`, `t.a.b`. */
  readonly path?: string;
}

const ENDS: ReadonlySet<string> = new Set(
  'from where group having order limit offset fetch union except intersect window'.split(' '),
);

/**
 * The items of the outermost SELECT (a union's first), by output position. A `*` stands for an unknown number of
 * columns: what follows it is counted from the end, and the columns it gives have no item.
 */
export function selectItems({ tokens, outline }: SqlText, count: number): (SelectItem | undefined)[] {
  const start = outermostSelect(tokens);
  if (start === -1) return [];
  const items = split(tokens, outline.partner, start);
  const star = items.indexOf(undefined);
  if (star === -1) return items.length === count ? items : [];
  const lastStar = items.lastIndexOf(undefined);
  const tail = items.slice(lastStar + 1);
  const between = count - star - tail.length;
  return between < 0 ? [] : [...items.slice(0, star), ...new Array<undefined>(between).fill(undefined), ...tail];
}

function outermostSelect(tokens: readonly Token[]): number {
  let depth = 0;
  let wrapped = 0;
  while (tokens[wrapped]?.value === '(') wrapped += 1;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at]!;
    if (token.kind === 'symbol') {
      if (token.value === '(') depth += 1;
      else if (token.value === ')') depth -= 1;
    } else if (token.kind === 'word' && token.value === 'select' && depth <= wrapped) return at + 1;
  }
  return -1;
}

function split(tokens: readonly Token[], partner: Int32Array, start: number): (SelectItem | undefined)[] {
  const items: (SelectItem | undefined)[] = [];
  let from = ['distinct', 'all'].includes(tokens[start]?.value ?? '') ? start + 1 : start;
  let at = from;
  for (; at < tokens.length; at += 1) {
    const token = tokens[at]!;
    if (token.kind === 'symbol' && (token.value === '(' || token.value === '[')) at = Math.max(at, partner[at]!);
    else if (token.kind === 'symbol' && token.value === ',') {
      items.push(itemOf(tokens, from, at));
      from = at + 1;
    } else if (token.value === ')' || (token.kind === 'word' && ENDS.has(token.value) && !inExpression(tokens, at)))
      break;
  }
  items.push(itemOf(tokens, from, at));
  return items;
}

function inExpression(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  return (
    (before?.kind === 'symbol' && before.value === '.') ||
    (tokens[at]!.value === 'from' && before?.value === 'distinct')
  );
}

function itemOf(tokens: readonly Token[], from: number, end: number): SelectItem | undefined {
  const token = tokens[from];
  const last = tokens[end - 1];
  if (!token || !last || from >= end) return undefined;
  if (last.kind === 'symbol' && last.value === '*') return undefined;
  if (last.kind === 'symbol' || last.kind === 'number' || last.kind === 'string') return { token, named: false };
  if (last.kind === 'word' && ['end', 'null', 'true', 'false'].includes(last.value)) return { token, named: false };
  const before = tokens[end - 2];
  if (end - from === 1) return { token, named: last.kind === 'name' || !last.value.startsWith('current_') };
  if (isPath(tokens, from, end)) return { token, named: true, path: last.value.toLowerCase() };
  // `a.b`, `x AS b`, `x b` are named; `a + b` and `NOT b` are not.
  if (before!.kind === 'symbol') return { token, named: before!.value === ')' || before!.value === ']' };
  const operator = before!.kind === 'word' && [
    'not',
    'and',
    'or',
    'like',
    'escape',
    'is',
    'in',
    'between',
    'from',
    'distinct',
  ];
  return { token, named: operator === false || !operator.includes(before!.value) };
}

function isPath(tokens: readonly Token[], from: number, end: number): boolean {
  if ((end - from) % 2 === 0) return false;
  for (let at = from; at < end; at += 1) {
    const token = tokens[at]!;
    if ((at - from) % 2 === 1 ? token.value !== '.' : token.kind !== 'word' && token.kind !== 'name') return false;
  }
  return true;
}
