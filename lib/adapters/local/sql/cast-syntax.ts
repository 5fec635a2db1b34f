import type { Token } from '../../../model/sql/lexer.ts';
import type { Rewriter } from './rewriter.ts';

/** A type of Athena's SQL, in DuckDB's spelling. */
interface SqlType {
  readonly base: string;
  readonly duckdb: string;
  readonly numbers: readonly number[];
  readonly end: number;
}

const PLAIN: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  integer: 'INTEGER',
  int: 'INTEGER',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  date: 'DATE',
  varchar: 'VARCHAR',
  varbinary: 'BLOB',
};

/** `CAST(x AS t)` and `TRY_CAST`: conversions whose results differ between the engines go through a macro. */
export function rewriteCast(rewriter: Rewriter): void {
  const attempt = rewriter.current()!.value === 'try_cast' ? 'try_' : '';
  const open = rewriter.at + 1;
  const close = rewriter.outline.partner[open]!;
  const as = topLevelWord(rewriter, open + 1, close, 'as');
  if (as === -1) rewriter.refuse('the cast has no type', 'write CAST(value AS type)');
  rewriter.at = as + 1;
  const type = readType(rewriter, as + 1);
  if (type.end !== close) {
    rewriter.at = type.end;
    rewriter.refuse('the type is not understood', 'write a type of Athena');
  }
  const start = rewriter.mark();
  const { before, after } = around(type, attempt);
  rewriter.at = open - 1;
  rewriter.copy(before);
  rewriter.at = open + 1;
  rewriter.sequence(as);
  rewriter.at = close;
  rewriter.copy(after);
  rewriter.spend(/trino_\w+/.exec(before)?.[0] ?? '', start);
}

function around(
  { base, duckdb, numbers }: SqlType,
  attempt: string,
): { readonly before: string; readonly after: string } {
  const cast = attempt ? 'TRY_CAST' : 'CAST';
  switch (base) {
    case 'varchar':
      return numbers.length === 0
        ? { before: `trino_${attempt}cast_varchar(`, after: ')' }
        : { before: `left(trino_${attempt}cast_varchar(`, after: `), ${numbers[0]})` };
    case 'decimal':
      return { before: `${cast}(trino_${attempt}to_decimal(`, after: `, ${numbers[1]}) AS ${duckdb})` };
    case 'timestamp':
      return { before: `trino_${attempt}cast_timestamp(`, after: `, ${numbers[0] ?? 3})` };
    case 'array':
    case 'map':
    case 'row':
      return { before: `${cast}(trino_nested(`, after: `, '${kindsOf(duckdb)}') AS ${duckdb})` };
    default:
      return { before: `trino_${attempt}cast_${duckdb.toLowerCase()}(`, after: ')' };
  }
}

/** The scalar types in a nested one, as a pattern. */
function kindsOf(duckdb: string): string {
  return [
    ...new Set(duckdb.replace(/"(?:[^"]|"")*"/g, '').match(/\b(?:VARCHAR|DOUBLE|BOOLEAN|DATE|TIMESTAMP|BLOB)\b/g)),
  ].join('|');
}

function readType(rewriter: Rewriter, at: number): SqlType {
  const token = rewriter.tokens[at];
  const base = token?.kind === 'word' ? token.value : '';
  rewriter.at = at;
  if (base === 'array' || base === 'map' || base === 'row') return readNested(rewriter, at, base);
  const { numbers, end } = readNumbers(rewriter, at + 1);
  if (base === 'decimal' || base === 'numeric') {
    const [precision = 38, scale = 0] = numbers;
    return { base: 'decimal', duckdb: `DECIMAL(${precision}, ${scale})`, numbers: [precision, scale], end };
  }
  if (base === 'timestamp') {
    if (rewriter.tokens[end]?.value === 'with')
      rewriter.refuse('timestamps with a zone are not supported', 'use TIMESTAMP, in UTC');
    const after = rewriter.tokens[end]?.value === 'without' ? end + 3 : end;
    if ((numbers[0] ?? 3) > 6)
      rewriter.refuse(`TIMESTAMP(${numbers[0]}) is finer than the mesh holds`, 'use TIMESTAMP(6)');
    return { base, duckdb: 'TIMESTAMP', numbers, end: after };
  }
  const duckdb = Object.hasOwn(PLAIN, base) ? PLAIN[base] : undefined;
  if (!duckdb) rewriter.refuse(`the type \`${token?.text ?? ''}\` is not supported`, wayOut(base));
  if (base === 'double' && rewriter.tokens[end]?.value === 'precision') return { base, duckdb, numbers, end: end + 1 };
  return { base, duckdb, numbers, end };
}

function wayOut(type: string): string {
  if (type === 'real' || type === 'float') return 'use DOUBLE';
  if (type === 'char') return 'use VARCHAR';
  if (type === 'json') return 'use json_parse, json_format or json_extract_scalar';
  return `use one of ${Object.keys(PLAIN).join(', ')}, decimal, timestamp, array, map, row`;
}

function readNested(rewriter: Rewriter, at: number, base: string): SqlType {
  const { tokens, outline } = rewriter;
  const close = tokens[at + 1]?.value === '(' ? outline.partner[at + 1]! : -1;
  if (close < 0) rewriter.refuse(`the type \`${base}\` has no brackets`, `write ${base.toUpperCase()}(…)`);
  const parts: string[] = [];
  let next = at + 2;
  while (next < close) {
    const named = base === 'row';
    const name = named ? `"${tokens[next]!.value.replaceAll('"', '""')}" ` : '';
    const part = readType(rewriter, named ? next + 1 : next);
    if (part.base === 'varchar' && part.numbers.length > 0)
      rewriter.refuse('a nested VARCHAR has a length', 'use VARCHAR');
    if (part.base === 'timestamp' && part.numbers[0] !== 6)
      rewriter.refuse('a nested TIMESTAMP is not TIMESTAMP(6)', 'use TIMESTAMP(6)');
    parts.push(name + part.duckdb);
    next = part.end;
    if (next < close && tokens[next]!.value !== ',')
      rewriter.refuse('the type is not understood', 'separate its parts by commas');
    next += 1;
  }
  const duckdb = base === 'array' ? `${parts[0]}[]` : `${base === 'row' ? 'STRUCT' : 'MAP'}(${parts.join(', ')})`;
  return { base, duckdb, numbers: [], end: close + 1 };
}

function readNumbers(
  { tokens, outline }: Rewriter,
  at: number,
): { readonly numbers: readonly number[]; readonly end: number } {
  if (tokens[at]?.value !== '(') return { numbers: [], end: at };
  const close = outline.partner[at]!;
  const inside: readonly Token[] = tokens.slice(at + 1, close);
  return { numbers: inside.filter(({ kind }) => kind === 'number').map(({ value }) => Number(value)), end: close + 1 };
}

/** The place of a word outside of inner brackets and CASEs, or -1. */
export function topLevelWord({ tokens, outline }: Rewriter, start: number, end: number, word: string): number {
  for (let at = start; at < end; at += 1) {
    const token = tokens[at]!;
    if (token.kind === 'symbol' && (token.value === '(' || token.value === '[')) at = outline.partner[at]!;
    else if (token.kind === 'word' && token.value === word) return at;
  }
  return -1;
}
