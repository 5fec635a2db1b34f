import { byType, each, fail, failLike, type Macros, typeOf, WHOLE } from './macro-text.ts';

// What Java reads as a number, as Athena does; DuckDB reads more (`1_000`, `0x1F`, `1.5` as an integer).
const WHOLE_NUMBER = '[+-]?[0-9]+';
const DECIMAL_NUMBER = '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?';
const DOUBLE_NUMBER = `\\s*(${DECIMAL_NUMBER}[dDfF]?|[+-]?(NaN|Infinity))\\s*`;
const DATE_TEXT = '\\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\\s*';
const TIMESTAMP_TEXT = '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}([.][0-9]+)?)?)?';

const NUMBERS = [...WHOLE, 'DECIMAL', 'BOOLEAN'];

/** `CAST` and `TRY_CAST` of one type each, where the engines read or round differently. */
export const CASTS: Macros = { ...castMacros(false), ...castMacros(true), trino_nested: { '(x, kinds)': nested() } };

function castMacros(attempt: boolean): Record<string, Readonly<Record<string, string>>> {
  const prefix = attempt ? 'trino_try_' : 'trino_';
  const cast = (x: string, type: string) => `${attempt ? 'TRY_CAST' : 'CAST'}(${x} AS ${type})`;
  const otherwise = (what: string, type: string) => (attempt ? 'NULL' : fail(what, type));
  // Texts that do not match are not even tried: DuckDB would take some of them.
  const text = (pattern: string, type: string, what: string, value = 'CAST(x AS VARCHAR)') =>
    `CASE WHEN regexp_full_match(CAST(x AS VARCHAR), '${pattern}') THEN ${cast(value, type)} WHEN x IS NULL THEN NULL ELSE ${otherwise(what, type)} END`;
  const whole = (type: string) =>
    `CASE ${byType('cast-whole', typeOf('x'), { ...each(NUMBERS, '0'), VARCHAR: '1', DOUBLE: '2', FLOAT: '2' })}
      WHEN 1 THEN ${text(WHOLE_NUMBER, type, 'the text is no whole number')}
      WHEN 2 THEN ${cast('round(CAST(x AS DOUBLE))', type)} ELSE ${cast('x', type)} END`;
  return {
    [`${prefix}cast_tinyint`]: { '(x)': whole('TINYINT') },
    [`${prefix}cast_smallint`]: { '(x)': whole('SMALLINT') },
    [`${prefix}cast_integer`]: { '(x)': whole('INTEGER') },
    [`${prefix}cast_bigint`]: { '(x)': whole('BIGINT') },
    [`${prefix}cast_double`]: {
      '(x)': `CASE ${byType('cast-double', typeOf('x'), { ...each([...NUMBERS, 'DOUBLE', 'FLOAT'], '0'), VARCHAR: '1' })}
        WHEN 1 THEN ${text(DOUBLE_NUMBER, 'DOUBLE', 'the text is no number', `rtrim(CAST(x AS VARCHAR), 'dDfF \t')`)}
        ELSE ${cast('x', 'DOUBLE')} END`,
    },
    [`${prefix}to_decimal`]: {
      '(x, scale)': `CASE WHEN ${byType('cast-decimal', typeOf('x'), { ...each([...NUMBERS, 'DOUBLE', 'FLOAT'], 'false'), VARCHAR: 'true' })}
        AND NOT regexp_full_match(CAST(x AS VARCHAR), '${DECIMAL_NUMBER}') THEN ${attempt ? 'NULL' : failLike('the text is no number', 'x')} ELSE x END`,
    },
    [`${prefix}cast_boolean`]: {
      '(x)': `CASE ${byType('cast-boolean', typeOf('x'), { BOOLEAN: '0', ...each([...WHOLE, 'DECIMAL', 'DOUBLE', 'FLOAT'], '0'), VARCHAR: '1' })}
        WHEN 1 THEN CASE WHEN lower(CAST(x AS VARCHAR)) IN ('t', 'true', '1') THEN true
          WHEN lower(CAST(x AS VARCHAR)) IN ('f', 'false', '0') THEN false
          WHEN x IS NULL THEN NULL ELSE ${otherwise('the text is neither true nor false', 'BOOLEAN')} END
        ELSE ${cast('x', 'BOOLEAN')} END`,
    },
    [`${prefix}cast_varchar`]: {
      '(x)': `CASE WHEN ${byType('cast-text', typeOf('x'), each(['VARCHAR', ...NUMBERS, 'DATE'], 'true'))} THEN CAST(x AS VARCHAR) END`,
    },
    [`${prefix}cast_date`]: {
      '(x)': `CASE ${byType('cast-date', typeOf('x'), { ...each(['DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE'], '0'), VARCHAR: '1' })}
        WHEN 1 THEN ${text(DATE_TEXT, 'DATE', 'the text is no date')} ELSE ${cast('x', 'DATE')} END`,
    },
    [`${prefix}cast_timestamp`]: {
      '(x, p)':
        toPrecision(`CASE ${byType('cast-timestamp', typeOf('x'), { ...each(['TIMESTAMP', 'DATE', 'TIMESTAMP WITH TIME ZONE'], '0'), VARCHAR: '1' })}
        WHEN 1 THEN ${text(TIMESTAMP_TEXT, 'TIMESTAMP', 'the text is no timestamp')} ELSE ${cast('x', 'TIMESTAMP')} END`),
    },
    [`${prefix}cast_blob`]: {
      '(x)': `CASE WHEN ${byType('cast-bytes', typeOf('x'), { BLOB: 'true' })} THEN CAST(x AS BLOB) END`,
    },
  };
}

/** Rounds half up to the digits that the type has; DuckDB's has six. */
function toPrecision(timestamp: string): string {
  return `CASE WHEN p = 6 THEN ${timestamp} ELSE time_bucket(to_microseconds(CAST(10 ** (6 - p) AS BIGINT)), ${timestamp} + to_microseconds(CAST(10 ** (6 - p) AS BIGINT) // 2), TIMESTAMP '1970-01-01') END`;
}

/** Inside of lists, maps and rows only what both engines convert alike. */
function nested(): string {
  const rest = `regexp_replace(${typeOf('x')}, concat('\\b(INTEGER|BIGINT|DECIMAL|NULL|', kinds, ')\\b'), '', 'g')`;
  return `CASE WHEN struct_extract({'ok': true}, CASE WHEN regexp_matches(${rest}, '\\b(VARCHAR|DOUBLE|FLOAT|BOOLEAN|DATE|TIMESTAMP|BLOB|JSON|HUGEINT)\\b') THEN ':cast-nested' ELSE 'ok' END) THEN x END`;
}
