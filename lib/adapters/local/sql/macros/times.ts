import { fail, type Macros, refuseType, typeOf } from './macro-text.ts';

/** Dates and times. What a date goes through stays a date. */
export const TIMES: Macros = {
  trino_date_trunc: { '(u, x)': 'cast_to_type(date_trunc(u, x), x)' },
  // A date has no hours.
  trino_time_trunc: { '(u, x)': refuseType('date-unit', typeOf('x'), '^DATE', 'date_trunc(u, x)') },
  trino_millisecond: { '(x)': 'millisecond(x) % 1000' },
  trino_from_iso8601_date: {
    '(s)': `CASE WHEN regexp_full_match(s, '[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN CAST(s AS DATE) WHEN s IS NULL THEN NULL ELSE ${fail('the text is no ISO date', 'DATE')} END`,
  },
  // Milliseconds, with a zone: UTC.
  trino_from_unixtime: {
    '(x)': 'CAST(make_timestamp(CAST(round(CAST(x AS DOUBLE) * 1000) AS BIGINT) * 1000) AS TIMESTAMPTZ)',
  },
};
