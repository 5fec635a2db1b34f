import { fail, type Macros } from './macro-text.ts';

// What Java calls white space, which is what Athena trims; DuckDB trims only spaces.
const BLANK = [
  9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2008, 0x2009,
  0x200a, 0x2028, 0x2029, 0x205f, 0x3000,
]
  .map((code) => String.fromCodePoint(code))
  .join('');

// Most texts hold nothing else, and DuckDB's own trimming of spaces is much quicker.
const printable = "regexp_full_match(s, '[ -~]*')";

const ascii = (s: string) => `strlen(${s}) = length(${s})`;

/** Texts and regular expressions. */
export const TEXTS: Macros = {
  trino_chr: { '(n)': 'chr(CAST(n AS INTEGER))' },
  trino_codepoint: {
    '(s)': `CASE WHEN length(s) <> 1 THEN ${fail('codepoint takes one character', 'INTEGER')} ELSE unicode(s) END`,
  },
  trino_hamming_distance: {
    '(a, b)': `CASE WHEN ${ascii('a')} AND ${ascii('b')} THEN hamming(a, b) WHEN a || b IS NULL THEN NULL ELSE ${fail('hamming_distance takes ASCII here', 'BIGINT')} END`,
  },
  // DuckDB counts bytes, Athena characters: they agree on ASCII.
  trino_levenshtein_distance: {
    '(a, b)': `CASE WHEN ${ascii('a')} AND ${ascii('b')} THEN levenshtein(a, b) WHEN a || b IS NULL THEN NULL ELSE ${fail('levenshtein_distance takes ASCII here', 'BIGINT')} END`,
  },
  trino_lpad: {
    '(s, n, p)': `CASE WHEN n < 0 OR p = '' THEN ${fail('lpad takes a size and a padding', 'VARCHAR')} ELSE lpad(s, CAST(n AS INTEGER), p) END`,
  },
  trino_rpad: {
    '(s, n, p)': `CASE WHEN n < 0 OR p = '' THEN ${fail('rpad takes a size and a padding', 'VARCHAR')} ELSE rpad(s, CAST(n AS INTEGER), p) END`,
  },
  trino_trim: { '(s)': `CASE WHEN ${printable} THEN trim(s) ELSE trim(s, '${BLANK}') END`, '(s, c)': 'trim(s, c)' },
  trino_ltrim: { '(s)': `CASE WHEN ${printable} THEN ltrim(s) ELSE ltrim(s, '${BLANK}') END`, '(s, c)': 'ltrim(s, c)' },
  trino_rtrim: { '(s)': `CASE WHEN ${printable} THEN rtrim(s) ELSE rtrim(s, '${BLANK}') END`, '(s, c)': 'rtrim(s, c)' },
  trino_replace: {
    '(s, f)': `replace(s, f, '')`,
    '(s, f, r)': `CASE WHEN f = '' THEN ${fail('replace takes a text to look for', 'VARCHAR')} ELSE replace(s, f, r) END`,
  },
  // DuckDB keeps what forms one sign together, Athena reverses code points.
  trino_reverse: {
    '(s)': `CASE WHEN ${ascii('s')} THEN reverse(s) ELSE array_to_string(list_reverse(regexp_extract_all(s, '(?s).')), '') END`,
  },
  trino_split: {
    '(s, d)': `CASE WHEN d = '' THEN ${fail('split takes a delimiter', 'VARCHAR[]')} ELSE string_split(s, d) END`,
  },
  trino_split_part: {
    '(s, d, i)': `CASE WHEN i < 1 OR d = '' THEN ${fail('split_part counts from 1', 'VARCHAR')} WHEN i > len(string_split(s, d)) THEN NULL ELSE split_part(s, d, CAST(i AS BIGINT)) END`,
  },
  trino_strpos: { '(s, part)': `CASE WHEN part = '' THEN CASE WHEN s IS NOT NULL THEN 1 END ELSE strpos(s, part) END` },
  trino_substr: {
    '(s, i)': `CASE WHEN i = 0 OR -i > length(s) THEN '' ELSE substr(s, i) END`,
    '(s, i, n)': `CASE WHEN i = 0 OR n <= 0 OR -i > length(s) THEN '' ELSE substr(s, i, n) END`,
  },
  // DuckDB makes ß a capital of its own, Java leaves it.
  trino_upper: {
    '(s)': `CASE WHEN contains(s, 'ß') THEN array_to_string(list_transform(string_split(s, 'ß'), lambda p: upper(p)), 'ß') ELSE upper(s) END`,
  },

  trino_regexp_count: { '(s, p)': 'len(regexp_extract_all(s, p))' },
  trino_regexp_extract: {
    '(s, p)': 'CASE WHEN regexp_matches(s, p) THEN regexp_extract(s, p) END',
    '(s, p, g)': 'CASE WHEN regexp_matches(s, p) THEN regexp_extract(s, p, g) END',
  },
  trino_regexp_replace: {
    '(s, p)': `regexp_replace(s, p, '', 'g')`,
    '(s, p, r)': `regexp_replace(s, p, regexp_replace(replace(r, '\\', '\\\\'), '[$]([0-9])', '\\\\\\1', 'g'), 'g')`,
  },
};
