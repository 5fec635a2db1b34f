import type { Token } from '../../../model/sql/lexer.ts';
import type { Kind } from './kinds.ts';
import type { Piece, Rewriter } from './rewriter.ts';

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

/** `CAST(x AS t)` and `TRY_CAST`, where the engines read or round differently. */
export function rewriteCast(rewriter: Rewriter): Kind | undefined {
  const attempt = rewriter.current()!.value === 'try_cast';
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
  const { pieces, kind } = rewriter.capture(open + 1, as);
  rewriter.at = open - 1;
  rewriter.copy('');
  writeConversion(rewriter, pieces, conversion(type, kind, attempt ? 'TRY_CAST' : 'CAST'));
  rewriter.at = close + 1;
  return KINDS[type.base];
}

/** The call `date(x)`: a cast. */
export function rewriteDate(rewriter: Rewriter): void {
  const open = rewriter.at + 1;
  const close = rewriter.outline.partner[open]!;
  const { pieces, kind } = rewriter.capture(open + 1, close);
  rewriter.copy('');
  writeConversion(
    rewriter,
    pieces,
    conversion({ base: 'date', duckdb: 'DATE', numbers: [], end: close }, kind, 'CAST'),
  );
  rewriter.at = close + 1;
}

const KINDS: Readonly<Record<string, Kind | undefined>> = {
  boolean: 'boolean',
  tinyint: 'whole',
  smallint: 'whole',
  integer: 'whole',
  int: 'whole',
  bigint: 'whole',
  double: 'double',
  decimal: 'decimal',
  date: 'date',
  timestamp: 'timestamp',
  varchar: 'text',
};

// Stands for the value in a conversion's text; no text of SQL has it.
const VALUE = '\0';

/** The conversion's text, with `VALUE` for each copy of the value. */
function writeConversion(rewriter: Rewriter, pieces: readonly Piece[], template: string): void {
  const parts = template.split(VALUE);
  rewriter.emit(parts[0]!);
  for (const part of parts.slice(1)) {
    rewriter.paste(pieces, parts.length - 1);
    rewriter.emit(part);
  }
}

function conversion(type: SqlType, kind: Kind | undefined, cast: 'CAST' | 'TRY_CAST'): string {
  const { base, duckdb, numbers } = type;
  const plain = `${cast}(${VALUE} AS ${duckdb})`;
  if (base === 'varchar') {
    const text = ['text', 'whole', 'boolean', 'date', 'decimal'].includes(kind ?? '')
      ? `CAST(${VALUE} AS VARCHAR)`
      : `trino_text(${VALUE})`;
    return numbers.length === 0 ? text : `left(${text}, ${numbers[0]})`;
  }
  if (base === 'varbinary') return `trino_bytes(${VALUE})`;
  if (['array', 'map', 'row'].includes(base))
    return `${cast}(trino_nested(${VALUE}, '${kindsOf(duckdb)}') AS ${duckdb})`;
  const whole = KINDS[base] === 'whole';
  const text = (value: string) => `${cast}(trino_read_${whole ? 'whole' : base}(${value}) AS ${duckdb})`;
  const floating = whole
    ? `${cast}(round(CAST(${VALUE} AS DOUBLE)) AS ${duckdb})`
    : base === 'decimal'
      ? doubleToDecimal(cast, duckdb, numbers[1] ?? 0)
      : plain;
  const converted =
    kind === 'text'
      ? text(VALUE)
      : kind === 'double'
        ? floating
        : kind !== undefined && (kind !== 'number' || floating === plain)
          ? plain
          : `CASE left(typeof([${VALUE}]), 7) WHEN 'VARCHAR' THEN ${text(`CAST(${VALUE} AS VARCHAR)`)}${floating === plain ? '' : ` WHEN 'DOUBLE[' THEN ${floating}`} ELSE ${plain} END`;
  if (base !== 'timestamp' || kind === 'date' || (numbers[0] ?? 3) === 6) return converted;
  return `trino_rounded(${converted}, ${10 ** (6 - (numbers[0] ?? 3))})`;
}

/** Athena rounds the shortest digits half up. They need to be written only where a half is near, or digits are many. */
function doubleToDecimal(cast: string, duckdb: string, scale: number): string {
  const value = `CAST(${VALUE} AS DOUBLE)`;
  return `CASE WHEN trino_near_half(${value}, 1e${scale}) THEN ${cast}(CAST(${value} AS VARCHAR) AS ${duckdb}) ELSE ${cast}(${value} AS ${duckdb}) END`;
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
