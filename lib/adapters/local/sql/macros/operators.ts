import { fail, failLike, type Macros, refuseType, typeOf } from './macro-text.ts';

/**
 * Zero, where dividing by it fails: for whole numbers, and for decimals in a remainder. By the first letters of the
 * common type; one that is not named here is refused while the query is bound.
 */
function zero(code: string, forDecimals: boolean): string {
  const whole = ['TI', 'SM', 'IN', 'BI', 'HU', 'UT', 'US', 'UI', 'UB', 'UN', '"N', ...(forDecimals ? ['DE'] : [])];
  const fields = [
    ...whole.map((letters) => `'${letters}:${code}': 0`),
    ...['DO', 'FL'].map((letters) => `'${letters}:${code}': NULL`),
  ];
  return `struct_extract({${fields.join(', ')}}, concat(left(${typeOf('a', 'b')}, 2), ':${code}'))`;
}

/** Operators: division by zero fails, a date stays a date, a subscript out of bounds fails. */
export const OPERATORS: Macros = {
  // Athena's division of decimals has a scale of its own; it is refused rather than done in floating point.
  trino_divide: {
    '(a, b)': `CASE WHEN b = ${zero('decimal-division', false)} THEN ${fail('Division by zero', 'TINYINT')} WHEN ${zero('decimal-division', false)} IS NULL THEN cast_to_type(a / b, a // b) ELSE a // b END`,
  },
  trino_modulus: {
    '(a, b)': `CASE WHEN b = ${zero('modulus', true)} THEN ${fail('Division by zero', 'TINYINT')} ELSE a % b END`,
  },
  trino_plus: { '(x, i)': 'cast_to_type(x + i, x)' },
  trino_minus: { '(x, i)': 'cast_to_type(x - i, x)' },
  trino_plus_time: { '(x, i)': refuseType('date-unit', typeOf('x'), '^DATE', 'x + i') },
  trino_minus_time: { '(x, i)': refuseType('date-unit', typeOf('x'), '^DATE', 'x - i') },
  trino_subscript: {
    '(a, i)': `CASE WHEN i < 1 OR i > len(a) THEN ${failLike('Array subscript out of bounds', 'a[i]')} ELSE a[i] END`,
  },
  trino_map_subscript: {
    '(m, k)': `CASE WHEN NOT map_contains(m, k) THEN ${failLike('Key not present in map', 'm[k]')} ELSE m[k] END`,
  },
  trino_unnested: { '(x)': refuseType('unnest-rows', typeOf('x'), '^STRUCT.*\\)\\[\\]\\[\\]$', 'x') },
};
