import type { Problem } from '../mesh-error.ts';
import type { SqlText } from './analyze-sql.ts';
import type { Token } from './lexer.ts';
import { endsValue, RESERVED } from './sql-outline.ts';

/** A name where a value stands. */
interface Use {
  readonly name: string;
  readonly token: number;
  readonly select: number;
  readonly ordering: boolean;
}

/** Where a walk over the tokens is: in which SELECT, in which of its clauses. */
interface Place {
  select: number;
  depth: number;
  clause: string;
}

const CLAUSES = /^(where|group|having|order|from|join|on|using|union|except|intersect|with)$/;

/**
 * Names that a SELECT gives its columns and uses in the same SELECT. Other than to order by, DuckDB allows that and Athena
 * does not. In an expression to order by, a name that is also a table's column means the table's to DuckDB and the new
 * one to Athena. Only what is sure is reported.
 */
export function findAliasUses(source: SqlText, readable: ReadonlySet<string>): Problem[] {
  const { tokens, where } = source;
  const { givenBy, changed, uses } = walk(source);
  const listed = namesInLists(source);
  return uses.flatMap(({ name, token, select, ordering }) => {
    const givers = givenBy.get(name);
    if (!givers?.has(select)) return [];
    if (ordering) {
      return readable.has(name) && changed.has(`${select} ${name}`) ? [ordersByBoth(name, where(tokens[token]))] : [];
    }
    return givers.size === 1 && !readable.has(name) && !listed.has(name) ? [usesAlias(name, where(tokens[token]))] : [];
  });
}

function usesAlias(name: string, where: Problem['where']): Problem {
  const message = `\`${name}\` is a name that this SELECT gives; Athena knows it only in ORDER BY`;
  return {
    code: 'alias-use',
    message,
    where,
    fix: 'repeat the expression, or give the name in a WITH step or subquery',
  };
}

function ordersByBoth(name: string, where: Problem['where']): Problem {
  const message = `\`${name}\` is a column of a table and another one of this SELECT; in an expression the engines take different ones`;
  return { code: 'ambiguous-order', message, where, fix: 'give the new column another name' };
}

function walk({ tokens, outline }: SqlText): {
  readonly givenBy: Map<string, Set<number>>;
  readonly changed: Set<string>;
  readonly uses: readonly Use[];
} {
  const givenBy = new Map<string, Set<number>>();
  const changed = new Set<string>();
  const uses: Use[] = [];
  const outer: Place[] = [];
  let place: Place = { select: 0, depth: 0, clause: '' };
  let selects = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    const { kind, value } = tokens[at]!;
    const before = tokens[at - 1];
    if (kind === 'symbol') {
      if (value === '(' || value === '[') outer.push({ ...place });
      else if (value === ')' || value === ']') place = outer.pop() ?? place;
      continue;
    }
    if ((kind !== 'word' && kind !== 'name') || before?.value === '.' || before?.value === 'over') continue;
    if (kind === 'word' && value === 'window' && place.clause !== 'select') place.clause = value;
    else if (kind === 'word' && value === 'select') {
      selects += 1;
      place = { select: selects, depth: outer.length, clause: 'select' };
    } else if (kind === 'word' && RESERVED.has(value)) {
      // ORDER BY inside of brackets is a window's or an aggregate's.
      if (CLAUSES.test(value)) place.clause = value === 'order' && outer.length > place.depth ? 'window' : value;
    } else if (
      before?.value === 'as' ||
      (place.clause === 'select' && before && endsValue(before) && outer.length === place.depth)
    ) {
      const name = value.toLowerCase();
      const giver = place.clause === 'select' ? place.select : -1;
      givenBy.set(name, (givenBy.get(name) ?? new Set()).add(giver));
      const original = before?.value === 'as' ? tokens[at - 2] : before;
      if (original?.value.toLowerCase() !== name) changed.add(`${giver} ${name}`);
    } else if (outline.roles.get(at) === 'columns') {
      givenBy.set(value.toLowerCase(), (givenBy.get(value.toLowerCase()) ?? new Set()).add(-1));
    } else if (tokens[at + 1]?.value !== '.' && tokens[at + 1]?.value !== '(' && tokens[at + 1]?.value !== '->') {
      const ordering = place.clause === 'order';
      if (ordering ? !isBare(tokens, at) : /^(select|where|group|having)$/.test(place.clause)) {
        uses.push({ name: value.toLowerCase(), token: at, select: place.select, ordering });
      }
    }
  }
  return { givenBy, changed, uses };
}

/** Whether an item to order by is the name alone. */
function isBare(tokens: readonly Token[], at: number): boolean {
  const [before, after] = [tokens[at - 1]?.value, tokens[at + 1]];
  const ends =
    !after || after.kind === 'word' || (after.kind === 'symbol' && (after.value === ',' || after.value === ')'));
  return ends && (before === 'by' || before === ',');
}

/** The names in `t(a, b)` and `(a, b) -> …`, and of a lambda's one parameter. */
function namesInLists({ tokens, outline }: SqlText): Set<string> {
  const names = new Set<string>();
  const add = (open: number): void => {
    for (let at = open + 1; at < outline.partner[open]!; at += 1) names.add(tokens[at]!.value.toLowerCase());
  };
  for (const [at, role] of outline.roles) if (role === 'columns') add(at + 1);
  tokens.forEach(({ value }, at) => {
    if (value !== '->') return;
    if (tokens[at - 1]?.value === ')') add(outline.partner[at - 1]!);
    else names.add(tokens[at - 1]?.value.toLowerCase() ?? '');
  });
  return names;
}
