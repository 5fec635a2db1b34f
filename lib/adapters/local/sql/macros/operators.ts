import { byType, each, fail, failLike, type Macros, typeOf, WHOLE } from './macro-text.ts';

const FLOATING = ['DOUBLE', 'FLOAT'];
const TIME_PARTS = `(hour(i) <> 0 OR minute(i) <> 0 OR second(i) <> 0)`;

function dateAndInterval(sum: string): string {
  return `CASE WHEN ${typeOf('x')} = 'DATE[]' AND ${TIME_PARTS} THEN ${failLike('hours cannot be added to a date', 'x')} ELSE cast_to_type(${sum}, x) END`;
}

/** Operators: division by zero fails, a date stays a date, a subscript out of bounds fails. */
export const OPERATORS: Macros = {
  trino_divide: {
    // Athena's division of decimals has a scale of its own; it is refused rather than done in floating point.
    '(a, b)': `CASE WHEN b = ${byType('decimal-division', typeOf('a', 'b'), { ...each(WHOLE, '0'), ...each(FLOATING, 'NULL') })} THEN ${fail('Division by zero', 'TINYINT')} ELSE a / b END`,
  },
  trino_modulus: {
    '(a, b)': `CASE WHEN b = ${byType('modulus', typeOf('a', 'b'), { ...each([...WHOLE, 'DECIMAL'], '0'), ...each(FLOATING, 'NULL') })} THEN ${fail('Division by zero', 'TINYINT')} ELSE a % b END`,
  },
  trino_plus: { '(x, i)': dateAndInterval('x + i') },
  trino_minus: { '(x, i)': dateAndInterval('x - i') },
  trino_plus_swapped: { '(i, x)': dateAndInterval('x + i') },
  trino_subscript: {
    '(a, i)': `CASE WHEN i < 1 OR i > len(a) THEN ${failLike('Array subscript out of bounds', 'a[i]')} ELSE a[i] END`,
  },
  trino_map_subscript: {
    '(m, k)': `CASE WHEN NOT map_contains(m, k) THEN ${failLike('Key not present in map', 'm[k]')} ELSE m[k] END`,
  },
  trino_unnested: {
    '(x)': `CASE WHEN struct_extract({'ok': true}, CASE WHEN ${typeOf('x')} LIKE 'STRUCT(%)[][]' THEN ':unnest-rows' ELSE 'ok' END) THEN x END`,
  },
};
