import { type Macros, refuseType, typeOf } from './macro-text.ts';

// What Java reads as a number, as Athena does; DuckDB reads more (`1_000`, `0x1F`, `+-1`, `1.5` as an integer).
const NUMBER = '[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]+)?';
const DATE = '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}';

/** A text that Athena converts, without what DuckDB would not understand; any other becomes empty, which converts to nothing. */
function reading(common: string, all: string): Readonly<Record<string, string>> {
  return { '(x)': `CASE WHEN ${common} THEN x ELSE regexp_extract(CAST(x AS VARCHAR), '^${all}$', 1) END` };
}

/** Most texts are plain: a cheaper pattern is tried first. */
function matches(pattern: string): string {
  return `regexp_full_match(CAST(x AS VARCHAR), '${pattern}')`;
}

/** Conversions that need a look at the type; `cast-syntax.ts` writes the others. */
export const CASTS: Macros = {
  trino_read_whole: reading(matches('-?[0-9]+'), '\\s*([+-]?[0-9]+)\\s*'),
  trino_read_double: reading(matches('-?[0-9]+(?:[.][0-9]+)?'), `\\s*(${NUMBER}|[+-]?(?:NaN|Infinity))[dDfF]?\\s*`),
  trino_read_decimal: reading(matches('-?[0-9]+(?:[.][0-9]+)?'), `\\s*(${NUMBER})\\s*`),
  trino_read_boolean: reading(`x IN ('true', 'false')`, '(?i:(t|true|1|f|false|0))'),
  trino_read_date: reading(`CAST(x AS VARCHAR) LIKE '____-__-__'`, `\\s*(${DATE})\\s*`),
  trino_read_timestamp: reading(
    `CAST(x AS VARCHAR) LIKE '____-__-__ __:__:__'`,
    `(${DATE}(?: [0-9]{1,2}:[0-9]{1,2}(?::[0-9]{1,2}(?:[.][0-9]+)?)?)?)`,
  ),
  trino_near_half: { '(x, power)': 'abs(x * power) >= 1e12 OR abs(x * power - floor(x * power) - 0.5) <= 1e-3' },
  trino_text: {
    '(x)': refuseType(
      'cast-text',
      typeOf('x'),
      '^(DOUBLE|FLOAT|TIME|INTERVAL|STRUCT|MAP|BLOB|JSON)|\\[\\]\\[\\]$',
      'CAST(x AS VARCHAR)',
    ),
  },
  trino_bytes: { '(x)': refuseType('cast-bytes', typeOf('x'), '^[^B"U]|^(BIGINT|BOOLEAN)', 'CAST(x AS BLOB)') },
  // Half up, as Athena does, to the digits that the type has; DuckDB's has six.
  trino_rounded: {
    '(t, us)': `time_bucket(to_microseconds(us), t + to_microseconds(us // 2), TIMESTAMP '1970-01-01')`,
  },
  // Inside of lists, maps and rows only what both engines convert alike.
  trino_nested: {
    '(x, kinds)': refuseType(
      'cast-nested',
      nestedKinds(),
      '\\b(VARCHAR|DOUBLE|FLOAT|BOOLEAN|DATE|TIMESTAMP|BLOB|JSON|HUGEINT)\\b',
      'x',
    ),
  },
};

function nestedKinds(): string {
  return `regexp_replace(${typeOf('x')}, concat('\\b(INTEGER|BIGINT|DECIMAL|NULL|', kinds, ')\\b'), '', 'g')`;
}
