-- What the payment provider reports (CSV, a drop a month) and the rates of the central bank (CSV, a drop a month).

CREATE TABLE rates AS
WITH priced AS (
  SELECT d, day, c.n, c.currency, c.base + c.base * (pick(d * 10 + c.n, 501, 4000) - 2000) // 100000 AS micros
  FROM days, (VALUES (0, 'CHF', 1060000), (1, 'GBP', 1150000), (2, 'DKK', 134000), (3, 'SEK', 91000)) AS c(n, currency, base)
  -- The bank rests at the weekend; the days before the first drop have no rate either.
  WHERE dayofweek(day) BETWEEN 1 AND 5 OR d = 0
)
SELECT *, (micros::DECIMAL(18, 0) / 1000000)::DECIMAL(12, 6) AS rate, chance(d * 10 + n, 502, 2000) AS is_corrected FROM priced ORDER BY d, n;

CREATE TABLE rate_rows AS
SELECT d, n, 0 AS revision, day, currency, CASE WHEN is_corrected THEN rate + 0.01 ELSE rate END AS eur_per_unit, day + INTERVAL 16 HOUR AS published_at FROM rates
UNION ALL
SELECT d, n, 1, day, currency, rate, day + INTERVAL 20 HOUR FROM rates WHERE is_corrected;

COPY (
  SELECT day, currency, eur_per_unit, published_at FROM rate_rows WHERE in_month(day, '{month}') ORDER BY d, n, revision
) TO '{out}/finances/fx_rates/{month}.csv' (FORMAT csv, HEADER);

CREATE TABLE payments AS
WITH due AS (
  SELECT o, order_id, o.currency, status, placed_at, cents, pick(o, 511, 100000) AS luck, status = 'delivered' AND NOT is_corrected AS is_plain, chance(o, 512, 500) AS in_euro,
    list_extract(['card', 'card', 'card', 'wallet', 'wallet', 'transfer'], 1 + pick(o, 513, 6)) AS method
  FROM orders AS o JOIN totals USING (o)
),
-- Some pay in euro what was priced otherwise, at a rate of 2024.
converted AS (
  SELECT * REPLACE (
    CASE WHEN in_euro THEN cents * (CASE currency WHEN 'CHF' THEN 1060 WHEN 'GBP' THEN 1150 WHEN 'DKK' THEN 134 WHEN 'SEK' THEN 91 ELSE 1000 END) // 1000 ELSE cents END AS cents,
    CASE WHEN in_euro THEN 'EUR' ELSE currency END AS currency
  ), in_euro AND currency <> 'EUR' AS is_mixed
  FROM due
),
events AS (
  -- A charge that fails, and is tried again.
  SELECT *, 0 AS n, 'charge' AS kind, 'failed' AS outcome, cents AS paid_cents, placed_at + INTERVAL 5 SECOND AS processed_at FROM converted WHERE luck < 3000
  UNION ALL
  -- Cancelled in time: half were never charged. And 300 in 100k just never paid.
  SELECT *, 1, 'charge', 'settled', CASE WHEN is_plain AND luck BETWEEN 40000 AND 40199 THEN cents + 100 ELSE cents END, placed_at + INTERVAL 60 SECOND FROM converted
  WHERE NOT (status = 'cancelled' AND luck % 2 = 0) AND luck < 99700
  UNION ALL
  SELECT *, 2, 'refund', 'settled', cents, placed_at + INTERVAL (1 + luck % 6) DAY FROM converted
  WHERE (status = 'returned' OR status = 'cancelled' AND luck % 2 = 1) AND luck < 99700
  UNION ALL
  SELECT *, 3, 'refund', 'settled', 1 + cents * (1 + luck % 50) // 100, placed_at + INTERVAL (1 + luck % 12) DAY FROM converted
  WHERE status = 'delivered' AND luck BETWEEN 50000 AND 51999
  UNION ALL
  -- Orders that nobody else knows.
  SELECT * REPLACE ('ox' || o AS order_id), 4, 'charge', 'settled', cents, placed_at + INTERVAL 90 SECOND FROM converted WHERE luck BETWEEN 60000 AND 60399
),
drawn AS (
  SELECT *, o * 8 + n AS i FROM events
)
SELECT *, 'p' || i AS payment_id, chance(i, 514, 1000) AS is_repeated, chance(i, 515, 2000) AS odd_currency FROM drawn
WHERE processed_at < end_day()
ORDER BY i;

COPY (
  SELECT payment_id, order_id, kind, outcome, method, money(paid_cents) AS amount, CASE WHEN odd_currency THEN lower(currency) ELSE currency END AS currency, processed_at
  FROM payments, range(2) AS r(revision)
  WHERE (revision = 0 OR is_repeated) AND in_month(processed_at, '{month}')
  ORDER BY i, revision
) TO '{out}/finances/payments/{month}.csv' (FORMAT csv, HEADER);

INSERT INTO defects
SELECT 'rates-corrected', count(*) FILTER (is_corrected) FROM rates
UNION ALL SELECT 'payments-failed', count(*) FILTER (outcome = 'failed') FROM payments
UNION ALL SELECT 'payments-repeated', count(*) FILTER (is_repeated) FROM payments
UNION ALL SELECT 'payments-orphan', count(*) FILTER (n = 4) FROM payments
UNION ALL SELECT 'payments-partial-refund', count(*) FILTER (n = 3) FROM payments
UNION ALL SELECT 'payments-other-currency', count(*) FILTER (is_mixed AND n < 4) FROM payments
UNION ALL SELECT 'payments-currency-spelling', count(*) FILTER (odd_currency) FROM payments
UNION ALL SELECT 'payments-one-unit-too-much', count(*) FILTER (n = 1 AND is_plain AND luck BETWEEN 40000 AND 40199) FROM payments
UNION ALL SELECT 'payments-missing', count(*) FROM orders AS o ANTI JOIN payments AS p ON p.o = o.o AND p.n = 1;
