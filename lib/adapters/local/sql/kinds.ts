/**
 * What is known of a value's type from its text alone: enough to leave most checks of types out, which cost the binder
 * more than the query itself. `number` is any of the numeric kinds, `time` an interval of hours or less; nothing when the types of columns decide.
 */
export type Kind =
  | 'whole'
  | 'decimal'
  | 'double'
  | 'number'
  | 'text'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'interval'
  | 'time';

const RESULTS: Readonly<Record<Kind, string>> = {
  whole: `array_position bitwise_and bitwise_not bitwise_or bitwise_xor cardinality codepoint count count_if date_diff day
    day_of_month day_of_week day_of_year dense_rank dow doy extract hamming_distance hour json_array_length length
    levenshtein_distance millisecond minute month ntile position quarter rank regexp_count row_number second strpos week
    week_of_year year year_of_week yow approx_distinct grouping`,
  decimal: '',
  double: `acos asin atan atan2 avg cbrt corr cos cosh covar_pop covar_samp cume_dist degrees e exp geometric_mean infinity
    ln log log10 log2 nan percent_rank pi pow power radians regr_intercept regr_slope sin sinh sqrt stddev stddev_pop
    stddev_samp tan tanh to_unixtime var_pop var_samp variance`,
  number: 'sum',
  text: `array_join chr concat_ws date_format from_utf8 json_extract_scalar json_format listagg lower lpad ltrim
    regexp_extract regexp_replace replace rpad rtrim split_part substr substring to_base to_base64 to_hex translate trim
    upper`,
  boolean: `all_match any_match arrays_overlap bool_and bool_or contains every is_finite is_infinite is_nan none_match
    regexp_like starts_with`,
  date: 'date from_iso8601_date last_day_of_month',
  timestamp: 'date_parse',
  interval: '',
  time: '',
};

const KIND_OF = new Map(
  Object.entries(RESULTS).flatMap(([kind, names]) => names.split(/\s+/).map((name) => [name, kind as Kind] as const)),
);

/** What a function of Athena's always gives. */
export function resultKind(name: string): Kind | undefined {
  return KIND_OF.get(name);
}

const NUMERIC: ReadonlySet<Kind | undefined> = new Set<Kind>(['whole', 'decimal', 'double', 'number']);

/** Whether a kind is one of numbers. */
function isNumeric(kind: Kind | undefined): boolean {
  return NUMERIC.has(kind);
}

/** Whether a kind is one of intervals. */
export function isInterval(kind: Kind | undefined): boolean {
  return kind === 'interval' || kind === 'time';
}

/** The kind of a sum, difference or product. */
export function combinedKind(left: Kind | undefined, right: Kind | undefined): Kind | undefined {
  if (left === 'double' || right === 'double') return 'double';
  if (left === right && isNumeric(left)) return left;
  return isNumeric(left) && isNumeric(right) ? 'number' : undefined;
}
