import { nearest } from '../did-you-mean.ts';
import type { Problem } from '../mesh-error.ts';
import type { SqlTables } from '../sql-checker.ts';
import type { SqlText } from './analyze-sql.ts';
import type { Token } from './lexer.ts';
import { endsValue } from './sql-outline.ts';
import type { SqlParser } from './sql-parser.ts';

type QueryAnalysis = NonNullable<ReturnType<SqlParser['analyzeQuery']>['analysis']>;

/**
 * Columns that the parser could not resolve and that no table, alias, CTE or lambda of the query could mean, and
 * columns that several tables have. Only what is sure: the engine's binder finds the rest.
 */
export function findUnknownColumns(source: SqlText, analysis: QueryAnalysis, tables: SqlTables): Problem[] {
  const doubtful = [
    ...analysis.projections.flatMap(({ upstream }) => upstream),
    ...(analysis.columnUses ?? []).flatMap(({ references }) => references),
  ];
  const unknown = new Set<string>();
  const ambiguous = new Set<string>();
  for (const { confidence, column } of doubtful) {
    if (confidence === 'unknown' && column) unknown.add(column.toLowerCase());
    else if (confidence === 'ambiguous' && column) ambiguous.add(column.toLowerCase());
  }
  if (unknown.size === 0 && ambiguous.size === 0) return [];
  const readable = analysis.baseTables.flatMap(({ name }) => Object.keys(tables[name.toLowerCase()] ?? {}));
  const declared = declaredNames(source.tokens, readable);
  return [
    ...[...unknown].filter((name) => !declared.has(name)).map((name) => unknownColumn(source, name, readable)),
    ...[...ambiguous].flatMap((name) => ambiguousColumn(source, name, analysis, tables)),
  ];
}

function unknownColumn(source: SqlText, name: string, readable: readonly string[]): Problem {
  const meant = nearest(name, readable);
  const has = [...new Set(readable)].slice(0, 20).map((column) => `\`${column}\``);
  return {
    code: 'unknown-column',
    message: `there is no column \`${name}\``,
    where: source.where(source.tokens.find((token) => isName(token) && token.value.toLowerCase() === name)),
    fix: meant ? `did you mean \`${meant}\`?` : `the tables have ${has.join(', ')}`,
  };
}

function ambiguousColumn(source: SqlText, name: string, analysis: QueryAnalysis, tables: SqlTables): Problem[] {
  const holders = [...new Set(analysis.baseTables.map((table) => table.name))].filter((table) =>
    Object.hasOwn(tables[table.toLowerCase()] ?? {}, name),
  );
  const at = source.tokens.findIndex(
    (token, index) => isName(token) && token.value.toLowerCase() === name && source.tokens[index - 1]?.value !== '.',
  );
  if (at === -1 || holders.length < 2 || source.tokens.some((token) => token.value === 'using')) return [];
  const message = `\`${name}\` may be a column of ${holders.map((table) => `\`${table}\``).join(' or ')}`;
  return [
    {
      code: 'ambiguous-column',
      message,
      where: source.where(source.tokens[at]),
      fix: 'write the table before it: `table.column`',
    },
  ];
}

/** Every name that could be a column without being one of a table: aliases, column lists, lambdas' parameters. */
function declaredNames(tokens: readonly Token[], readable: readonly string[]): Set<string> {
  const names = new Set(readable);
  tokens.forEach((token, at) => {
    if (!isName(token)) return;
    const before = tokens[at - 1];
    const after = tokens[at + 1];
    const inList = (before?.value === '(' || before?.value === ',') && (after?.value === ',' || after?.value === ')');
    if (
      (inList && listsNames(tokens, at)) ||
      after?.value === '->' ||
      (before && (before.value === 'as' || endsValue(before)))
    )
      names.add(token.value.toLowerCase());
  });
  return names;
}

/** Whether the bracket around a name is that of `t(a, b)` after AS or a table, or of a lambda `(a, b) -> …`. */
function listsNames(tokens: readonly Token[], at: number): boolean {
  let start = at;
  while (start > 0 && tokens[start]!.value !== '(') start -= 1;
  let end = at;
  while (end < tokens.length && tokens[end]!.value !== ')') end += 1;
  const opener = tokens[start - 2];
  return (
    tokens[end + 1]?.value === '->' ||
    tokens[end + 1]?.value === 'as' ||
    opener?.value === 'as' ||
    opener?.value === ')'
  );
}

function isName(token: Token): boolean {
  return token.kind === 'word' || token.kind === 'name';
}
