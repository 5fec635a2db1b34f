-- Orders (CSV) and their lines (Parquet), a drop a month, with what was corrected since.

CREATE TABLE orders AS
WITH numbered AS (
  SELECT unnest(range(floor(from_share * 250000 * getvariable('scale'))::BIGINT, floor(to_share * 250000 * getvariable('scale'))::BIGINT)) AS o, d, day
  FROM days
),
-- Early users order more. Who has left orders no more; somebody newer does.
wanted AS (
  SELECT *, skewed(o, 301, users_by(d)) AS wanted_u, users_by(d) - 1 - pick(o, 302, greatest(20, users_by(d) // 5)) AS other_u FROM numbered
),
bought AS (
  SELECT w.*, CASE WHEN w.day >= u.signed_up_on + u.stays_days::INTEGER THEN other_u ELSE wanted_u END AS u
  FROM wanted AS w JOIN users AS u ON u.u = w.wanted_u
),
shops AS (SELECT city_no, list(v ORDER BY v) AS vs FROM vendors WHERE NOT is_test GROUP BY city_no)
SELECT
  b.o,
  'o' || (1000000 + b.o) AS order_id,
  b.d,
  b.u,
  u.user_id,
  u.is_test,
  list_extract(s.vs, 1 + skewed(b.o, 303, len(s.vs))) AS v,
  c.city,
  c.country,
  c.currency,
  c.zones,
  CASE WHEN c.zones > 0 AND NOT chance(b.o, 304, 800) THEN c.code || '-' || lpad((1 + skewed(b.o, 305, c.zones))::VARCHAR, 2, '0') END AS microzone,
  -- Lunch, dinner, and the rest of the day.
  b.day + INTERVAL (CASE WHEN chance(b.o, 306, 30000) THEN 39600 + pick(b.o, 307, 9000) WHEN chance(b.o, 308, 55000) THEN 61200 + pick(b.o, 307, 12600)
    ELSE 25200 + pick(b.o, 307, 57600) END) SECOND AS placed_at,
  CASE WHEN chance(b.o, 309, 5000) THEN 'cancelled' WHEN chance(b.o, 310, 2000) THEN 'returned' ELSE 'delivered' END AS status,
  1 + pick(b.o, 311, 7) AS lines,
  chance(b.o, 312, 2000) AS is_corrected,
  1 + pick(b.o, 313, 25) AS corrected_after,
  chance(b.o, 314, 500) AS is_repeated,
  chance(b.o, 315, 100) AS unknown_vendor,
  chance(b.o, 316, 2000) AS odd_status,
  chance(b.o, 317, 1000) AS odd_currency,
  chance(b.o, 318, 500) AS no_promise,
  40 + 10 * pick(b.o, 319, 3) AS promised_minutes
FROM bought AS b JOIN users AS u ON u.u = b.u JOIN cities AS c ON c.city_no = u.city_no JOIN shops AS s ON s.city_no = c.city_no
ORDER BY b.o;

CREATE TABLE lines AS
WITH numbered AS (
  SELECT o, order_id, v, placed_at, currency, unnest(range(lines)) AS n FROM orders
),
drawn AS (
  SELECT *, o * 8 + n AS i, v * 20 + skewed(o * 8 + n, 331, 20) AS item FROM numbered
)
SELECT
  d.i,
  d.o,
  d.order_id,
  (d.n + 1)::INTEGER AS line_no,
  t.item_id,
  (1 + skewed(d.i, 332, 4))::INTEGER AS quantity,
  t.cents,
  -- One line in ten is a tenth cheaper.
  CASE WHEN chance(d.i, 333, 10000) THEN t.cents // 10 ELSE 0 END AS off_cents,
  d.currency,
  d.placed_at,
  chance(d.i, 334, 500) AS is_corrected,
  chance(d.i, 335, 100) AS is_orphan,
  chance(d.i, 336, 300) AS is_repeated,
  INTERVAL (1 + pick(d.i, 337, 20)) DAY AS corrected_after
FROM drawn AS d JOIN items AS t ON t.item = d.item
ORDER BY d.i;

CREATE TABLE totals AS
SELECT o, sum(quantity * (cents - off_cents))::BIGINT AS cents FROM lines GROUP BY o;

CREATE TABLE order_rows AS
WITH final AS (
  SELECT
    o, 0 AS revision, order_id, user_id, CASE WHEN unknown_vendor THEN 'vx' || v ELSE 'v' || (1000 + v) END AS vendor_id, placed_at,
    CASE WHEN NOT no_promise THEN placed_at + INTERVAL (promised_minutes) MINUTE END AS promised_at,
    CASE WHEN odd_status THEN ' ' || upper(status) ELSE status END AS status, city, country, microzone,
    t.cents, CASE WHEN odd_currency THEN lower(currency) ELSE currency END AS currency, placed_at + INTERVAL 2 HOUR AS updated_at,
    placed_at AS dropped_at, is_repeated, is_corrected, corrected_after
  FROM orders JOIN totals AS t USING (o)
)
-- What is corrected later was first said a tenth too high, and delivered.
SELECT * REPLACE (CASE WHEN is_corrected THEN cents + cents // 10 ELSE cents END AS cents, CASE WHEN is_corrected THEN 'delivered' ELSE status END AS status) FROM final
UNION ALL
SELECT * REPLACE (1 AS revision, CASE WHEN is_corrected THEN cents + cents // 10 ELSE cents END AS cents, CASE WHEN is_corrected THEN 'delivered' ELSE status END AS status) FROM final
WHERE is_repeated
UNION ALL
SELECT * REPLACE (
  2 AS revision, updated_at + INTERVAL (corrected_after) DAY AS updated_at, updated_at + INTERVAL (corrected_after) DAY AS dropped_at
) FROM final
WHERE is_corrected AND updated_at + INTERVAL (corrected_after) DAY < end_day();

COPY (
  SELECT order_id, user_id, vendor_id, placed_at, promised_at, status, city, country, microzone, money(cents) AS total, currency, updated_at
  FROM order_rows
  WHERE in_month(dropped_at, '{month}')
  ORDER BY o, revision
) TO '{out}/orders/orders/{month}.csv' (FORMAT csv, HEADER);

CREATE TABLE line_rows AS
WITH final AS (
  SELECT
    i, 0 AS revision, CASE WHEN is_orphan THEN 'ox' || o ELSE order_id END AS order_id, line_no, item_id, quantity, cents, off_cents, currency,
    placed_at AS updated_at, is_corrected, is_repeated, corrected_after
  FROM lines
)
SELECT * REPLACE (CASE WHEN is_corrected THEN quantity + 1 ELSE quantity END AS quantity) FROM final
UNION ALL
SELECT * REPLACE (1 AS revision, CASE WHEN is_corrected THEN quantity + 1 ELSE quantity END AS quantity) FROM final WHERE is_repeated
UNION ALL
SELECT * REPLACE (2 AS revision, updated_at + corrected_after AS updated_at) FROM final
WHERE is_corrected AND updated_at + corrected_after < end_day();

COPY (
  SELECT order_id, line_no, item_id, quantity, money(cents) AS unit_price, money(quantity * off_cents) AS discount, currency, updated_at
  FROM line_rows
  WHERE in_month(updated_at, '{month}')
  ORDER BY i, revision
) TO '{out}/orders/order_lines/{month}.parquet' (FORMAT parquet);

INSERT INTO defects
SELECT 'orders-unknown-vendor', count(DISTINCT o) FILTER (vendor_id LIKE 'vx%') FROM order_rows
UNION ALL SELECT 'orders-corrected', count(*) FILTER (revision = 2) FROM order_rows
UNION ALL SELECT 'orders-repeated', count(*) FILTER (revision = 1) FROM order_rows
UNION ALL SELECT 'orders-status-spelling', count(*) FILTER (status <> trim(status)) FROM order_rows
UNION ALL SELECT 'orders-currency-spelling', count(*) FILTER (currency <> upper(currency)) FROM order_rows
UNION ALL SELECT 'orders-no-promise', count(*) FILTER (no_promise) FROM orders
UNION ALL SELECT 'orders-no-microzone', count(*) FILTER (zones > 0 AND microzone IS NULL) FROM orders
UNION ALL SELECT 'orders-of-test-accounts', count(*) FILTER (is_test) FROM orders
UNION ALL SELECT 'lines-orphan', count(*) FILTER (is_orphan) FROM lines
UNION ALL SELECT 'lines-repeated', count(*) FILTER (is_repeated) FROM lines
UNION ALL SELECT 'lines-corrected', count(*) FILTER (revision = 2) FROM line_rows;
