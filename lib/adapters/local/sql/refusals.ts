/** What a type check of the prelude (see macros/macro-text.ts) refuses, by the code in the binder's message. */
export interface Refusal {
  readonly message: string;
  readonly fix: string;
  /** Words of Athena's SQL that may have caused it, to find the place. */
  readonly words: readonly string[];
}

const CASTS = ['cast', 'try_cast'];

/** Every refusal by its code. */
export const REFUSALS: Readonly<Record<string, Refusal>> = {
  'decimal-division': {
    message: 'a decimal is divided, or a value that is no number',
    fix: 'write CAST(… AS DOUBLE) around one side, and round the result',
    words: ['/'],
  },
  modulus: {
    message: 'the remainder is taken of a value that is no number',
    fix: 'convert it first',
    words: ['%', 'mod'],
  },
  'avg-decimal': {
    message: 'avg takes a decimal, or a value that is no number',
    fix: 'write avg(CAST(… AS DOUBLE)), and round the result',
    words: ['avg'],
  },
  'cast-text': {
    message: 'a double, a timestamp or a nested value is converted to text, which the engines spell differently',
    fix: 'use date_format for a timestamp, CAST(… AS DECIMAL(p, s)) before the text for a double',
    words: CASTS,
  },
  'cast-bytes': { message: 'this type does not convert to bytes', fix: 'use to_utf8 for a text', words: CASTS },
  'cast-nested': {
    message: 'a list, map or row is converted to one whose parts have another kind of type',
    fix: 'convert the parts: transform(list, x -> CAST(x AS …))',
    words: CASTS,
  },
  'unnest-rows': {
    message: 'a list of rows is unnested into one column',
    fix: 'name each field: UNNEST(rows) AS t(a, b)',
    words: ['unnest'],
  },
  'date-unit': {
    message: 'a date has no hours',
    fix: 'convert it to a timestamp first',
    words: ['interval', 'date_add', 'date_trunc'],
  },
  bytes: {
    message: 'the function takes bytes',
    fix: 'write to_utf8(…) around the text',
    words: ['md5', 'sha1', 'sha256', 'to_hex', 'to_base64', 'from_utf8'],
  },
};
