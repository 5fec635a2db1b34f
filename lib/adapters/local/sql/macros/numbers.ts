import { fail, type Macros } from './macro-text.ts';

const LETTERS = ['a', 'b', 'c', 'd', 'f', 'g', 'h', 'i', 'j', 'k'];

/** `greatest` and `least` are NULL when a value is; DuckDB skips it. */
function unlessNull(name: string): Readonly<Record<string, string>> {
  const bodies = LETTERS.map((_, index) => LETTERS.slice(0, index + 1)).map((parameters) => {
    const missing = parameters.map((parameter) => `${parameter} IS NULL`).join(' OR ');
    const list = parameters.join(', ');
    return [`(${list})`, `CASE WHEN ${missing} THEN NULL ELSE ${name}(${list}) END`] as const;
  });
  return Object.fromEntries(bodies);
}

/** Numbers and conditions. */
export const NUMBERS: Macros = {
  trino_greatest: unlessNull('greatest'),
  trino_least: unlessNull('least'),
  trino_if: { '(c, a)': 'CASE WHEN c THEN a END', '(c, a, b)': 'CASE WHEN c THEN a ELSE b END' },
  // The cube root of 27 is 3, not 3.0000000000000004.
  trino_cbrt: { '(x)': 'CASE WHEN round(cbrt(x)) ** 3 = x THEN round(cbrt(x)) ELSE cbrt(x) END' },
  trino_e: { '()': 'CAST(2.718281828459045 AS DOUBLE)' },
  trino_infinity: { '()': `CAST('Infinity' AS DOUBLE)` },
  trino_nan: { '()': `CAST('NaN' AS DOUBLE)` },
  trino_ln: { '(x)': logarithm('ln(x)') },
  trino_log: { '(b, x)': `(${logarithm('ln(x)')}) / ln(b)` },
  trino_log2: { '(x)': `(${logarithm('ln(x)')}) / ln(2)` },
  trino_log10: { '(x)': logarithm('log10(x)') },
  trino_sign: { '(x)': 'cast_to_type(sign(x), x)' },
  trino_sqrt: { '(x)': `CASE WHEN x < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt(x) END` },
  trino_to_base: {
    '(n, r)': `CASE WHEN n < 0 THEN ${fail('to_base takes no negative number here', 'VARCHAR')} ELSE lower(to_base(n, r)) END`,
  },
  trino_bitwise_and: { '(a, b)': 'CAST(a AS BIGINT) & CAST(b AS BIGINT)' },
  trino_bitwise_or: { '(a, b)': 'CAST(a AS BIGINT) | CAST(b AS BIGINT)' },
  trino_bitwise_xor: { '(a, b)': 'xor(CAST(a AS BIGINT), CAST(b AS BIGINT))' },
  trino_bitwise_not: { '(a)': '~CAST(a AS BIGINT)' },
};

/** Of zero it is -Infinity, of less NaN; DuckDB fails. */
function logarithm(of: string): string {
  return `CASE WHEN x > 0 THEN ${of} WHEN x = 0 THEN CAST('-Infinity' AS DOUBLE) WHEN x < 0 THEN CAST('NaN' AS DOUBLE) END`;
}
