/** Trino's date patterns are MySQL's; DuckDB's are C's. What is missing here Trino refuses too, or prints otherwise. */
const LETTERS: Readonly<Record<string, string>> = {
  '%a': '%a',
  '%b': '%b',
  '%c': '%-m',
  '%d': '%d',
  '%e': '%-d',
  '%H': '%H',
  '%h': '%I',
  '%I': '%I',
  '%i': '%M',
  '%j': '%j',
  '%k': '%-H',
  '%l': '%-I',
  '%M': '%B',
  '%m': '%m',
  '%p': '%p',
  '%r': '%I:%M:%S %p',
  '%S': '%S',
  '%s': '%S',
  '%T': '%H:%M:%S',
  '%W': '%A',
  '%Y': '%Y',
  '%y': '%y',
  '%%': '%%',
};

/** Week numbers are printed; neither engine parses a date out of them alone. A fraction is parsed and not printed. */
const PRINTED: Readonly<Record<string, string>> = { '%v': '%V', '%x': '%G' };
const PARSED: Readonly<Record<string, string>> = { '%f': '%f' };

/** A pattern in DuckDB's letters, or the first of its letters that is not supported. */
export function strftimePattern(
  pattern: string,
  parsing: boolean,
): { readonly pattern: string; readonly refused?: string } {
  const letters = { ...LETTERS, ...(parsing ? PARSED : PRINTED) };
  let refused: string | undefined;
  const converted = pattern.replace(/%.?/gsu, (letter) => {
    const known = Object.hasOwn(letters, letter) ? letters[letter] : undefined;
    if (known === undefined) refused ??= letter;
    return known ?? '';
  });
  return refused === undefined ? { pattern: converted } : { pattern: converted, refused };
}
