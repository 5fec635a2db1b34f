import { fail, type Macros, typeOf } from './macro-text.ts';

const UNITS = `'millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'`;
const TIME_UNITS = `'millisecond', 'second', 'minute', 'hour'`;

/** A date has no hours: refused while the query is bound. */
function forType(value: string): string {
  return `CASE WHEN struct_extract({'ok': true}, CASE WHEN ${typeOf('x')} = 'DATE[]' AND u IN (${TIME_UNITS}) THEN ':date-unit' WHEN u NOT IN (${UNITS}) THEN ':unknown-unit' ELSE 'ok' END) THEN ${value} END`;
}

const INTERVAL = `CASE u WHEN 'millisecond' THEN to_milliseconds(n) WHEN 'second' THEN to_seconds(n) WHEN 'minute' THEN to_minutes(n)
  WHEN 'hour' THEN to_hours(n) WHEN 'day' THEN to_days(CAST(n AS INTEGER)) WHEN 'week' THEN to_weeks(CAST(n AS INTEGER))
  WHEN 'month' THEN to_months(CAST(n AS INTEGER)) WHEN 'quarter' THEN to_months(CAST(3 * n AS INTEGER)) WHEN 'year' THEN to_years(CAST(n AS INTEGER)) END`;

/** Dates and times. What a date goes through stays a date. */
export const TIMES: Macros = {
  trino_date_add: { '(u, n, x)': forType(`cast_to_type(x + ${INTERVAL}, x)`) },
  // Athena counts whole units; DuckDB's date_diff counts the borders between them.
  trino_date_diff: { '(u, x, y)': forType('date_sub(u, x, y)') },
  trino_date_trunc: { '(u, x)': forType('cast_to_type(date_trunc(u, x), x)') },
  trino_date_format: { '(x, p)': 'strftime(x, p)' },
  trino_year: { '(x)': 'year(x)' },
  trino_quarter: { '(x)': 'quarter(x)' },
  trino_month: { '(x)': 'month(x)' },
  trino_week: { '(x)': 'week(x)' },
  trino_day: { '(x)': 'day(x)' },
  trino_day_of_week: { '(x)': 'isodow(x)' },
  trino_day_of_year: { '(x)': 'dayofyear(x)' },
  trino_year_of_week: { '(x)': 'isoyear(x)' },
  trino_hour: { '(x)': 'hour(x)' },
  trino_minute: { '(x)': 'minute(x)' },
  trino_second: { '(x)': 'second(x)' },
  trino_millisecond: { '(x)': 'millisecond(x) % 1000' },
  trino_from_iso8601_date: {
    '(s)': `CASE WHEN regexp_full_match(s, '[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN CAST(s AS DATE) WHEN s IS NULL THEN NULL ELSE ${fail('the text is no ISO date', 'DATE')} END`,
  },
  // Milliseconds, with a zone: UTC.
  trino_from_unixtime: {
    '(x)': 'CAST(make_timestamp(CAST(round(CAST(x AS DOUBLE) * 1000) AS BIGINT) * 1000) AS TIMESTAMPTZ)',
  },
  trino_to_unixtime: { '(x)': 'epoch(x)' },
};
