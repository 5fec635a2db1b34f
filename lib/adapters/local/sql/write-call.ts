import type { Rewriter } from './rewriter.ts';

/** Writes the call at hand under another name, its first argument inside a macro if one is given. */
export function callAs(rewriter: Rewriter, name: string, argument?: string): void {
  const start = rewriter.mark();
  rewriter.copy(name);
  const { close, starts } = callArguments(rewriter);
  rewriter.copy();
  writeArguments(rewriter, starts, close, argument);
  if (ignoresNulls(rewriter, close)) rewriter.emit('IGNORE NULLS', ' ');
  rewriter.copy();
  rewriter.spend(name, start);
  skipNulls(rewriter);
  writeModifiers(rewriter);
}

/** `FILTER (…)` and `OVER (…)` belong to the call: an operator after them takes it all. */
export function writeModifiers(rewriter: Rewriter): void {
  const modified = rewriter.isWord('filter', 'over') && rewriter.tokens[rewriter.at + 1]?.value === '(';
  if (!modified && !(rewriter.isWord('over') && rewriter.tokens[rewriter.at + 1]?.kind === 'word')) return;
  rewriter.copy();
  const close = modified ? rewriter.outline.partner[rewriter.at]! : rewriter.at;
  if (modified) rewriter.copy();
  rewriter.sequence(close);
  rewriter.copy();
  skipNulls(rewriter);
  writeModifiers(rewriter);
}

/** The bracket that ends the call at hand (at its opening bracket) and where its arguments start. */
export function callArguments(rewriter: Rewriter): { readonly close: number; readonly starts: number[] } {
  const { tokens, outline, at: open } = rewriter;
  const close = outline.partner[open] ?? -1;
  if (close < 0 || tokens[open]?.value !== '(')
    rewriter.refuse('a function is named without its brackets', 'write name(…)');
  const starts: number[] = close > open + 1 ? [open + 1] : [];
  for (let at = open + 1; at < close; at += 1) {
    const { kind, value } = tokens[at]!;
    if (kind !== 'symbol') continue;
    if (value === '(' || value === '[') at = outline.partner[at]!;
    else if (value === ',') starts.push(at + 1);
  }
  return { close, starts };
}

/** The arguments with their commas; lambdas in DuckDB's spelling. */
function writeArguments(rewriter: Rewriter, starts: readonly number[], close: number, firstInside?: string): void {
  for (const [index, start] of starts.entries()) {
    const end = (starts[index + 1] ?? close + 1) - 1;
    rewriter.at = start;
    const from = rewriter.mark();
    if (index === 0 && firstInside) {
      if (rewriter.isWord('distinct')) rewriter.copy();
      const inner = rewriter.mark();
      const kind = rewriter.valueUpTo(end);
      if (kind !== 'double' && kind !== 'whole') rewriter.wrap(inner, `${firstInside}(`);
    } else writeArgument(rewriter, end);
    if (index < starts.length - 1) rewriter.copy();
    else rewriter.at = close;
    if (rewriter.mark() === from) rewriter.refuse('an argument is missing', 'write a value between the commas');
  }
}

/** One argument, up to a token. `x -> …` becomes `lambda x: …`. */
export function writeArgument(rewriter: Rewriter, end: number): void {
  const { tokens, outline } = rewriter;
  const open = rewriter.is('(') ? outline.partner[rewriter.at]! : -1;
  const arrow = open > 0 ? open + 1 : rewriter.at + 1;
  if (tokens[arrow]?.value !== '->' || arrow >= end) {
    rewriter.sequence(end);
    return;
  }
  rewriter.emit('lambda ', ' ');
  if (open > 0) {
    rewriter.skip();
    while (rewriter.at < open) rewriter.copy();
    rewriter.skip();
  } else rewriter.copy();
  rewriter.copy(':');
  rewriter.sequence(end);
}

/** `lag(x) IGNORE NULLS OVER …` is `lag(x IGNORE NULLS) OVER …` in DuckDB. */
function ignoresNulls({ tokens }: Rewriter, close: number): boolean {
  return tokens[close + 1]?.value === 'ignore' && tokens[close + 2]?.value === 'nulls';
}

function skipNulls(rewriter: Rewriter): void {
  if (rewriter.isWord('ignore', 'respect') && rewriter.tokens[rewriter.at + 1]?.value === 'nulls') {
    rewriter.skip();
    rewriter.skip();
  }
}
