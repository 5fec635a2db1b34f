import { readSql } from '../../../../lib/model/sql/sql-outline.ts';

/**
 * The expression with its literals as columns of a subquery, so that nothing is known of them from the text; nothing when
 * it has none. Parts of types stay.
 */
export function literalsToColumns(expression: string): string | undefined {
  const { lexed, outline } = readSql(expression);
  const { tokens } = lexed;
  const typed = new Set<number>();
  for (const [at, role] of outline.roles) {
    if (role === 'type') for (let inside = at; inside <= outline.partner[at + 1]!; inside += 1) typed.add(inside);
  }
  const columns: string[] = [];
  let text = '';
  let copied = 0;
  tokens.forEach((token, at) => {
    if ((token.kind !== 'number' && token.kind !== 'string') || typed.has(at)) return;
    const before = tokens[at - 1];
    const prefix =
      before?.kind === 'word' && /^(date|timestamp|decimal|double|bigint)$/.test(before.value) ? before : undefined;
    if (token.kind === 'string' && before?.value === 'interval') return;
    const start = prefix && token.kind === 'string' ? prefix.start : token.start;
    columns.push(`${expression.slice(start, token.end)} AS c${columns.length}`);
    text += `${expression.slice(copied, start)}c${columns.length - 1}`;
    copied = token.end;
  });
  if (columns.length === 0) return undefined;
  return `SELECT ${text}${expression.slice(copied)} AS value FROM (SELECT ${columns.join(', ')}, n FROM (VALUES (1), (2)) AS t(n)) AS s WHERE n > 1`;
}
