import type { Problem } from '../mesh-error.ts';
import type { SqlText } from './analyze-sql.ts';
import { RESERVED } from './sql-outline.ts';

interface Use {
  readonly name: string;
  readonly token: number;
  readonly select: number;
}

/**
 * Names that a SELECT gives its columns and uses in the same SELECT, other than to order by: DuckDB allows that, Athena
 * does not. Only names that mean nothing else anywhere in the query.
 */
export function findAliasUses({ tokens, outline, where }: SqlText, readable: ReadonlySet<string>): Problem[] {
  const givenBy = new Map<string, Set<number>>();
  const uses: Use[] = [];
  const outer: { select: number; clause: string }[] = [];
  let select = 0;
  let clause = '';
  let selects = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    const { kind, value } = tokens[at]!;
    if (kind === 'symbol') {
      if (value === '(' || value === '[') outer.push({ select, clause });
      else if (value === ')' || value === ']') ({ select, clause } = outer.pop() ?? { select, clause });
      continue;
    }
    if (kind !== 'word' && kind !== 'name') continue;
    const before = tokens[at - 1]?.value;
    if (kind === 'word' && value === 'select' && before !== '.') {
      selects += 1;
      [select, clause] = [selects, 'select'];
    } else if (kind === 'word' && RESERVED.has(value) && before !== '.') {
      if (/^(where|group|having|order|from|join|on|using|union|except|intersect|with)$/.test(value)) clause = value;
    } else if (before === 'as' || outline.roles.get(at) === 'columns' || tokens[at + 1]?.value === '->') {
      // Names of tables' columns, CTEs and lambdas count for no SELECT, so they keep a name from being reported.
      const giver = before === 'as' && clause === 'select' ? select : -1;
      givenBy.set(value.toLowerCase(), (givenBy.get(value.toLowerCase()) ?? new Set()).add(giver));
    } else if (before !== '.' && tokens[at + 1]?.value !== '.' && tokens[at + 1]?.value !== '(') {
      if (/^(select|where|group|having)$/.test(clause)) uses.push({ name: value.toLowerCase(), token: at, select });
    }
  }
  const listed = namesInLists(tokens, outline);
  return uses
    .filter(({ name, select: inside }) => {
      const givers = givenBy.get(name);
      return givers?.size === 1 && givers.has(inside) && !readable.has(name) && !listed.has(name);
    })
    .map(({ name, token }) => ({
      code: 'alias-use',
      message: `\`${name}\` is a name that this SELECT gives; Athena knows it only in ORDER BY`,
      where: where(tokens[token]),
      fix: 'repeat the expression, or give the name in a WITH step or subquery',
    }));
}

/** The names in `t(a, b)` and `(a, b) -> …`. */
function namesInLists(tokens: SqlText['tokens'], outline: SqlText['outline']): Set<string> {
  const names = new Set<string>();
  const add = (open: number): void => {
    for (let at = open + 1; at < outline.partner[open]!; at += 1) names.add(tokens[at]!.value.toLowerCase());
  };
  for (const [at, role] of outline.roles) if (role === 'columns') add(at + 1);
  tokens.forEach(({ value }, at) => {
    if (value === '->' && tokens[at - 1]?.value === ')') add(outline.partner[at - 1]!);
  });
  return names;
}
