import { describeType, type FieldType } from '../field-type.ts';
import type { Problem } from '../mesh-error.ts';
import type { SqlTables } from '../sql-checker.ts';
import type { SqlText } from './analyze-sql.ts';
import type { Token } from './lexer.ts';
import { RESERVED } from './sql-outline.ts';

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '!=', '<', '<=', '>', '>=']);
const NUMBERS: ReadonlySet<string> = new Set(['int', 'long', 'double', 'decimal']);

/**
 * Columns compared with a literal of another type, `day >= '2024-01-01'`: DuckDB converts one of them, Athena refuses.
 * Only columns whose name has one type in all tables that are read, and no other meaning in the query.
 */
export function findMixedComparisons(source: SqlText, reads: readonly string[], tables: SqlTables): Problem[] {
  const types = typesByName(source, reads, tables);
  const { tokens, where } = source;
  return tokens.flatMap((token, at) => {
    if (token.kind !== 'symbol') return [];
    if (token.value === '-' || token.value === '+') return dateArithmetic(source, at, types);
    if (!COMPARISONS.has(token.value)) return [];
    const [left, next] = [tokens[at - 1], tokens[at + 1]];
    if (!left || !next) return [];
    // `'x' = t.a`: the column is the last part.
    let end = at + 1;
    while (!isLiteral(next) && tokens[end + 1]?.value === '.' && tokens[end + 2]) end += 2;
    const right = tokens[end]!;
    const [column, literal] = isLiteral(right) ? [left, right] : [right, left];
    // Part of something longer: `a + day = …`, `… = 'x' || y`, `DATE '…' = day`, `f(…) = 'x'`.
    if (continues(tokens[end + 1]) || continuesLeft(tokens[at - 2], left, tokens[at - 4])) return [];
    const type = column.kind === 'word' || column.kind === 'name' ? types.get(column.value.toLowerCase()) : undefined;
    const way = type && isLiteral(literal) ? wayOut(type, literal) : undefined;
    if (!type || !way) return [];
    const message = `\`${column.value}\` is ${describeType(type)} and ${literal.text} is not; Athena compares only the same types`;
    return [{ code: 'mixed-types', message, where: where(left), fix: way }];
  });
}

/** `day - other_day` is a number of days in DuckDB and an interval in Athena; `day + 1` only DuckDB has. */
function dateArithmetic({ tokens, where }: SqlText, at: number, types: ReadonlyMap<string, FieldType>): Problem[] {
  let end = at + 1;
  while (tokens[end + 1]?.value === '.' && tokens[end + 2]) end += 2;
  const [left, right] = [tokens[at - 1], tokens[end]];
  const isDate = (token: Token | undefined) =>
    (token?.kind === 'word' || token?.kind === 'name') && types.get(token.value.toLowerCase())?.kind === 'date';
  const after = tokens[end + 1]?.value ?? '';
  if (!left || !right || !isDate(left) || !(isDate(right) || right.kind === 'number') || /^[*/%(]$/.test(after))
    return [];
  const number = right.kind === 'number';
  const message = number ? `a number is added to the date \`${left.value}\`` : 'a date is taken from a date';
  const fix = number
    ? `write date_add('day', ${tokens[at]!.value === '-' ? '-' : ''}${right.value}, ${left.value})`
    : "write date_diff('day', from, to)";
  return [{ code: 'mixed-types', message, where: where(left), fix }];
}

function isLiteral({ kind }: Token): boolean {
  return kind === 'string' || kind === 'number';
}

function continues(token: Token | undefined): boolean {
  return token?.kind === 'symbol' && /^[-+*/%[(.]$|^\|\|$/.test(token.value);
}

function continuesLeft(before: Token | undefined, left: Token, beforeTable: Token | undefined): boolean {
  if (!before) return false;
  if (before.kind === 'symbol' && before.value === '.') return continues(beforeTable);
  if (before.kind === 'word' && left.kind === 'string') return !RESERVED.has(before.value);
  return before.kind === 'symbol' && /^[-+*/%]$|^\|\|$/.test(before.value);
}

function wayOut({ kind }: FieldType, literal: Token): string | undefined {
  if (literal.kind === 'string' && (kind === 'date' || kind === 'timestamp'))
    return `write ${kind.toUpperCase()} ${literal.text}`;
  if (literal.kind === 'string' && NUMBERS.has(kind)) return 'write the number without quotes';
  return literal.kind === 'number' && kind === 'string' ? `write '${literal.value}'` : undefined;
}

/** The one type of each name, without names that the query gives to something else. */
function typesByName(
  { tokens, outline }: SqlText,
  reads: readonly string[],
  tables: SqlTables,
): Map<string, FieldType> {
  const types = new Map<string, FieldType | undefined>();
  for (const table of reads) {
    for (const [name, type] of Object.entries(tables[table] ?? {})) {
      const known = types.get(name);
      types.set(
        name,
        types.has(name) && (known === undefined || describeType(known) !== describeType(type)) ? undefined : type,
      );
    }
  }
  tokens.forEach(({ value }, at) => {
    const list = outline.roles.get(at) === 'columns';
    if (tokens[at - 1]?.value === 'as' || tokens[at + 1]?.value === '->') types.delete(value.toLowerCase());
    if (list)
      for (let inside = at; inside <= outline.partner[at + 1]!; inside += 1)
        types.delete(tokens[inside]!.value.toLowerCase());
    if (value === '->' && tokens[at - 1]?.value === ')') {
      for (let inside = outline.partner[at - 1]!; inside < at; inside += 1)
        types.delete(tokens[inside]!.value.toLowerCase());
    }
  });
  return new Map([...types].filter((entry): entry is [string, FieldType] => entry[1] !== undefined));
}
