-- What every script builds on: chance, the calendar, the places. The runner sets the variables scale, seed and until, and
-- runs a statement that names {month} once for each row of `months`, writing below {out}.
-- A number is drawn from (row, salt) alone, so a row is the same whatever the thread count, and a later `until` only adds rows.

CREATE MACRO mixed(x) AS (xor(x, x >> 16) * 73244475) & 4294967295;

-- 32 random bits for row `i`; each use has its own salt.
CREATE MACRO drawn(i, salt) AS mixed(mixed((i::BIGINT * 2654435769 + salt::BIGINT * 3266489917 + getvariable('seed')::BIGINT * 668265263) & 4294967295));

CREATE MACRO pick(i, salt, n) AS ((xor(drawn(i, salt), drawn(i, salt) >> 16) * n::BIGINT) >> 32)::BIGINT;

-- True for `per_100k` rows of a hundred thousand.
CREATE MACRO chance(i, salt, per_100k) AS pick(i, salt, 100000) < per_100k;

-- Small numbers are likelier: the square of an even draw.
CREATE MACRO skewed(i, salt, n) AS (pick(i, salt, n) * pick(i, salt, 100000)) // 100000;

-- Text written in UTF-8, read as Windows-1252, and written again: 'Müller' becomes 'MÃ¼ller'.
CREATE MACRO mojibake(s) AS replace(replace(replace(replace(replace(replace(s, 'ü', 'Ã¼'), 'ö', 'Ã¶'), 'ä', 'Ã¤'), 'ß', 'ÃŸ'), 'é', 'Ã©'), 'ø', 'Ã¸');

CREATE MACRO money(cents) AS (cents::DECIMAL(18, 0) / 100)::DECIMAL(12, 2);

CREATE MACRO start_day() AS DATE '2025-10-01';

-- Drops are of whole months, so what was dropped once never changes.
CREATE MACRO end_day() AS date_trunc('month', getvariable('until')::DATE)::DATE;

CREATE MACRO month_of(t) AS strftime(t, '%Y-%m');

CREATE MACRO in_month(t, month) AS t >= (month || '-01')::DATE AND t < (month || '-01')::DATE + INTERVAL 1 MONTH;

-- Weights make weekends and December busier and give some growth; `before` counts a full year as exactly one.
CREATE TABLE days AS
WITH weights AS (
  SELECT
    d,
    start_day() + d::INTEGER AS day,
    (CASE dayofweek(start_day() + d::INTEGER) WHEN 5 THEN 120 WHEN 6 THEN 135 WHEN 0 THEN 110 ELSE 90 END)
      * (CASE month(start_day() + d::INTEGER) WHEN 12 THEN 120 WHEN 8 THEN 85 ELSE 100 END)
      * (900 + least(d, 730) * 200 // 365) AS weight
  FROM range(0, greatest(365, date_diff('day', start_day(), end_day()))) AS r(d)
),
summed AS (
  SELECT *, coalesce(sum(weight) OVER (ORDER BY d ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::BIGINT AS before
  FROM weights
)
SELECT d, day, before / y.total AS from_share, (before + weight) / y.total AS to_share
FROM summed, (SELECT sum(weight)::BIGINT AS total FROM weights WHERE d < 365) AS y
WHERE day < end_day()
ORDER BY d;

CREATE TABLE months AS
SELECT (row_number() OVER (ORDER BY month_of(day)) - 1)::BIGINT AS m, month_of(day) AS month, date_trunc('month', min(day))::DATE AS first_day
FROM days GROUP BY month_of(day) ORDER BY m;

-- zones = 0: the city is one zone, and its rows name none. `slot` spreads what lives in cities by weight.
CREATE TABLE cities AS
SELECT (row_number() OVER () - 1)::BIGINT AS city_no, *
FROM (VALUES
  ('Berlin', 'BER', 'DE', 'EUR', 8, 20), ('München', 'MUC', 'DE', 'EUR', 5, 12), ('Köln', 'CGN', 'DE', 'EUR', 0, 6),
  ('Wien', 'VIE', 'AT', 'EUR', 4, 9), ('Graz', 'GRZ', 'AT', 'EUR', 0, 3), ('Zürich', 'ZRH', 'CH', 'CHF', 4, 9),
  ('Genf', 'GVA', 'CH', 'CHF', 0, 3), ('London', 'LON', 'GB', 'GBP', 8, 18), ('Leeds', 'LDS', 'GB', 'GBP', 0, 4),
  ('Århus', 'AAR', 'DK', 'DKK', 0, 4), ('Helsingør', 'HEL', 'DK', 'DKK', 3, 5), ('Malmö', 'MMA', 'SE', 'SEK', 3, 7)
) AS c(city, code, country, currency, zones, weight);

CREATE TABLE city_slots AS
SELECT (row_number() OVER (ORDER BY city_no) - 1)::BIGINT AS slot, city_no FROM cities, range(weight) ORDER BY slot;

-- What the generator itself knows of each defect it put in; the runner hands it on, a test compares.
CREATE TABLE defects (defect VARCHAR, expected BIGINT);
