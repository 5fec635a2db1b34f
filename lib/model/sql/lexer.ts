import type { Problem } from '../mesh-error.ts';

/** `word` is an unquoted name or keyword, `name` a name in double quotes, `symbol` an operator or bracket. */
export type TokenKind = 'word' | 'name' | 'string' | 'number' | 'symbol';

/** One token of a SQL text. */
export interface Token {
  readonly kind: TokenKind;
  /** As written, quotes included. */
  readonly text: string;
  /** Words in lower case; names and strings without their quotes; everything else as written. */
  readonly value: string;
  /** Offsets into the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

export interface LexedSql {
  readonly tokens: readonly Token[];
  /** The first place that no token of Athena's SQL fits, if any. */
  readonly problem?: Omit<Problem, 'where'> & { readonly offset: number };
}

// Sticky. Blanks and comments are skipped; whatever is not ASCII is taken for a letter.
const SKIP = /(?:\s+|--[^\r\n]*|\/\*[\s\S]*?\*\/)+/y;
const TOKEN =
  /([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)|"((?:[^"]|"")*)"|'((?:[^']|'')*)'|((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![\w\u0080-\uffff])|(<>|!=|<=|>=|\|\||->|[-+*/%=<>().,;[\]])/y;

/** Splits Athena's SQL into tokens. Pure and quick: a regular expression, no parser. */
export function lexSql(text: string): LexedSql {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    const code = text.charCodeAt(at);
    // Only what may start a blank or a comment is tried for one.
    if (code <= 32 || code === 45 || code === 47 || code >= 128) {
      SKIP.lastIndex = at;
      if (SKIP.test(text)) at = SKIP.lastIndex;
    }
    if (at >= text.length) return { tokens };
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) return { tokens, problem: unreadable(text, at) };
    const end = TOKEN.lastIndex;
    tokens.push(tokenOf(match, at, end));
    at = end;
  }
}

function tokenOf([text, word, name, string, number]: RegExpExecArray, start: number, end: number): Token {
  const all = text!;
  if (word !== undefined) return { kind: 'word', value: word.toLowerCase(), text: all, start, end };
  if (name !== undefined) return { kind: 'name', value: name.replaceAll('""', '"'), text: all, start, end };
  if (string !== undefined) return { kind: 'string', value: string.replaceAll("''", "'"), text: all, start, end };
  return { kind: number === undefined ? 'symbol' : 'number', value: all, text: all, start, end };
}

function unreadable(text: string, offset: number): NonNullable<LexedSql['problem']> {
  const rest = text.slice(offset);
  const open =
    rest[0] === "'" ? 'a text' : rest[0] === '"' ? 'a quoted name' : rest.startsWith('/*') ? 'a comment' : '';
  if (open) {
    return { code: 'sql-syntax', message: `${open} is opened and never closed`, fix: 'close it', offset };
  }
  const sign = rest.startsWith('::')
    ? '::'
    : (/^\d[\d\p{L}_.]*/u.exec(rest)?.[0] ?? String.fromCodePoint(rest.codePointAt(0)!));
  const fix =
    sign === '::'
      ? 'write CAST(… AS …)'
      : sign === '`'
        ? 'quote names with "…"'
        : 'remove it, or write what Athena has for it';
  return { code: 'sql-syntax', message: `\`${sign}\` is not part of Athena's SQL`, fix, offset };
}

/** 1-based line and column of an offset. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let next = text.indexOf('\n'); next !== -1 && next < offset; next = text.indexOf('\n', start)) {
    line += 1;
    start = next + 1;
  }
  return { line, column: offset - start + 1 };
}
