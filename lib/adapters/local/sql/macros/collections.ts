import { failLike, type Macros, refuseType, typeOf } from './macro-text.ts';

const holdsNull = (list: string) => `len(${list}) <> list_count(${list})`;
const distinct = (list: string) => `list_filter(${list}, lambda v, i: list_position(${list}, v) = i)`;

/** Aggregates, lists, maps. */
export const COLLECTIONS: Macros = {
  // Athena's average of decimals is a decimal, rounded to their scale.
  trino_avg_argument: { '(x)': refuseType('avg-decimal', typeOf('x'), '^(DECIMAL|VARCHAR|DATE|TIME|INTERVAL)', 'x') },
  trino_map_agg: { '(k, v)': 'map(list(k) FILTER (k IS NOT NULL), list(v) FILTER (k IS NOT NULL))' },

  trino_any_match: {
    '(t)': `CASE WHEN list_contains(t, true) THEN true WHEN ${holdsNull('t')} THEN NULL WHEN t IS NOT NULL THEN false END`,
  },
  trino_all_match: {
    '(t)': `CASE WHEN list_contains(t, false) THEN false WHEN ${holdsNull('t')} THEN NULL WHEN t IS NOT NULL THEN true END`,
  },
  trino_none_match: {
    '(t)': `CASE WHEN list_contains(t, true) THEN false WHEN ${holdsNull('t')} THEN NULL WHEN t IS NOT NULL THEN true END`,
  },
  trino_contains: {
    '(a, e)': `CASE WHEN list_contains(a, e) THEN true WHEN ${holdsNull('a')} OR e IS NULL THEN NULL WHEN a IS NOT NULL THEN false END`,
  },
  trino_array_distinct: { '(a)': distinct('a') },
  trino_array_union: { '(a, b)': distinct('(a || b)') },
  trino_array_intersect: { '(a, b)': `list_filter(${distinct('a')}, lambda e: list_position(b, e) > 0)` },
  trino_array_except: {
    '(a, b)': `CASE WHEN b IS NOT NULL THEN list_filter(${distinct('a')}, lambda e: list_position(b, e) IS NULL) END`,
  },
  trino_array_join: {
    '(a, d)': 'array_to_string(list_transform(a, lambda e: trino_text(e)), d)',
    '(a, d, n)': 'array_to_string(list_transform(a, lambda e: coalesce(trino_text(e), n)), d)',
  },
  trino_array_max: { '(a)': `CASE WHEN ${holdsNull('a')} THEN NULL ELSE list_max(a) END` },
  trino_array_min: { '(a)': `CASE WHEN ${holdsNull('a')} THEN NULL ELSE list_min(a) END` },
  trino_array_position: {
    '(a, e)': 'CASE WHEN a IS NOT NULL AND e IS NOT NULL THEN coalesce(CAST(list_position(a, e) AS BIGINT), 0) END',
  },
  trino_array_remove: { '(a, e)': 'CASE WHEN e IS NOT NULL THEN list_filter(a, lambda v: v IS DISTINCT FROM e) END' },
  trino_array_sort: { '(a)': `list_sort(a, 'ASC', 'NULLS LAST')` },
  trino_arrays_overlap: {
    '(a, b)': `CASE WHEN list_has_any(list_filter(a, lambda v: v IS NOT NULL), list_filter(b, lambda v: v IS NOT NULL)) THEN true
      WHEN a IS NULL OR b IS NULL OR len(a) = 0 OR len(b) = 0 THEN CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN false END
      WHEN ${holdsNull('a')} OR ${holdsNull('b')} THEN NULL ELSE false END`,
  },
  trino_element_at: { '(a, i)': 'a[i]' },
  trino_map: { '()': 'MAP {}', '(k, v)': 'map(k, v)' },
  trino_repeat: { '(e, n)': 'list_transform(range(CAST(n AS BIGINT)), lambda i: e)' },
  trino_sequence: {
    '(a, b)': `cast_to_type(generate_series(a, b, ${step()}), struct_extract({'DATE': [CAST(NULL AS DATE)], 'other': [CAST(NULL AS BIGINT)]}, CASE ${typeOf('a')} WHEN 'DATE[]' THEN 'DATE' ELSE 'other' END))`,
    '(a, b, s)': `cast_to_type(generate_series(a, b, s), struct_extract({'DATE': [CAST(NULL AS DATE)], 'TIMESTAMP': [CAST(NULL AS TIMESTAMP)], 'other': [CAST(NULL AS BIGINT)]}, CASE ${typeOf('a')} WHEN 'DATE[]' THEN 'DATE' WHEN 'TIMESTAMP[]' THEN 'TIMESTAMP' ELSE 'other' END))`,
  },
  trino_slice: {
    '(a, i, n)': `CASE WHEN i = 0 OR n < 0 THEN ${failLike('slice counts from 1', 'a')} WHEN i > len(a) OR -i > len(a) OR n = 0 THEN a[1:0]
      ELSE list_slice(a, CASE WHEN i < 0 THEN len(a) + i + 1 ELSE i END, CASE WHEN i < 0 THEN len(a) + i ELSE i - 1 END + n) END`,
  },
};

/** Down when the end is before the start; a date goes by days. */
function step(): string {
  return `struct_extract({'DATE': CASE WHEN a <= b THEN INTERVAL 1 DAY ELSE INTERVAL (-1) DAY END, 'other': CASE WHEN a <= b THEN 1 ELSE -1 END}, CASE ${typeOf('a')} WHEN 'DATE[]' THEN 'DATE' ELSE 'other' END)`;
}
