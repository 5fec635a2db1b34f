-- Vendors (CSV, a drop a month: who joined or changed) and what they sell (Parquet, the whole list each month).

CREATE TABLE vendors AS
WITH placed AS (
  -- The first three dozen go round the cities, so that even a small mesh has vendors everywhere.
  SELECT v, CASE WHEN v < 36 THEN list_extract([0, 20, 32, 38, 47, 50, 59, 62, 80, 84, 88, 93], 1 + v % 12) ELSE pick(v, 112, 100) END AS slot
  FROM range(greatest(36, floor(300 * sqrt(getvariable('scale')))::BIGINT)) AS r(v)
),
drawn AS (
  SELECT
    v,
    c.*,
    row_number() OVER (PARTITION BY city_no ORDER BY v) - 1 AS nth,
    v >= 12 AND chance(v, 101, 4000) AS is_test,
    chance(v, 102, 25000) AS is_moji,
    chance(v, 103, 6000) AS no_email,
    chance(v, 104, 30000) AS changes,
    list_extract(['Bakery', 'Grocery', 'Flowers', 'Pharmacy', 'Restaurant', 'Bookshop', 'Butcher', 'Wine'], 1 + pick(v, 105, 8)) AS category,
    list_extract(['Müller', 'Schäfer', 'Größl', 'Sørensen', 'Lindström', 'Béranger', 'Smith', 'Weiß', 'Okafor', 'Novak'], 1 + pick(v, 106, 10)) AS family,
    -- The slowness that vendor-performance should find.
    CASE WHEN chance(v, 107, 12000) THEN 15 + pick(v, 108, 15) ELSE pick(v, 109, 6) END AS slow_minutes,
    start_day() - 30 - pick(v, 110, 900)::INTEGER AS opened_on,
    1 + pick(v, 111, 330) AS change_after
  FROM placed JOIN city_slots USING (slot) JOIN cities AS c USING (city_no)
)
SELECT
  *,
  'v' || (1000 + v) AS vendor_id,
  -- A city's unsplit area has no microzone.
  CASE WHEN zones > 0 THEN code || '-' || lpad((1 + pick(v, 113, zones))::VARCHAR, 2, '0') END AS microzone,
  CASE WHEN is_test THEN 'TEST vendor ' || v ELSE family || ' ' || category END AS name,
  CASE WHEN no_email THEN NULL ELSE 'shop' || v || '@vendors.example' END AS email,
  opened_on + INTERVAL 9 HOUR AS created_at
FROM drawn
ORDER BY v;

CREATE TABLE vendor_rows AS
SELECT
  v, 0 AS revision, vendor_id, CASE WHEN is_moji THEN mojibake(name) ELSE name END AS name, city, country, microzone, category, email,
  opened_on, true AS active, created_at AS updated_at, start_day() AS drop_month
FROM vendors
UNION ALL
SELECT
  v, 1, vendor_id, name, city, country, microzone, category, email,
  opened_on, NOT chance(v, 114, 20000), start_day() + change_after::INTEGER + INTERVAL 11 HOUR,
  date_trunc('month', start_day() + change_after::INTEGER)::DATE
FROM vendors
WHERE changes AND start_day() + change_after::INTEGER < end_day();

COPY (
  SELECT vendor_id, name, city, country, microzone, category, email, opened_on, active, updated_at
  FROM vendor_rows
  WHERE in_month(drop_month, '{month}')
  ORDER BY v, revision
) TO '{out}/ecommerce/vendors/{month}.csv' (FORMAT csv, HEADER, DELIMITER ';');

INSERT INTO defects
SELECT 'vendors-mojibake', count(*) FILTER (is_moji AND NOT is_test AND name <> mojibake(name)) FROM vendors
UNION ALL SELECT 'vendors-test', count(*) FILTER (is_test) FROM vendors
UNION ALL SELECT 'vendors-no-email', count(*) FILTER (no_email) FROM vendors
UNION ALL SELECT 'vendors-changed', count(*) FILTER (revision = 1) FROM vendor_rows;

-- Twenty items a vendor; the price in cents of the vendor's currency.
CREATE TABLE items AS
SELECT
  v * 20 + n AS item,
  'i' || (100000 + v * 20 + n) AS item_id,
  v,
  vendor_id,
  currency,
  category,
  list_extract(['Small', 'Classic', 'Large', 'Family', 'Organic'], 1 + pick(v * 20 + n, 151, 5)) || ' ' || lower(category) || ' box ' || (n + 1) AS title,
  (250 + skewed(v * 20 + n, 152, 4500)) * (CASE currency WHEN 'DKK' THEN 7 WHEN 'SEK' THEN 11 ELSE 1 END) AS cents,
  chance(v * 20 + n, 153, 20000) AS price_changes
FROM vendors, range(20) AS r(n)
ORDER BY item;

CREATE TABLE item_rows AS
WITH listed AS (
  -- One item in five becomes dearer by one percent a month.
  SELECT *, item + m * 100000007 AS i, CASE WHEN price_changes THEN cents + cents * m // 100 ELSE cents END AS now_cents
  FROM items, months
)
SELECT
  item, m, item_id,
  CASE WHEN chance(i, 154, 300) THEN 'vx' || vendor_id[2:] ELSE vendor_id END AS vendor_id,
  title,
  CASE WHEN chance(i, 155, 3000) THEN '  ' || upper(category) WHEN chance(i, 156, 3000) THEN lower(category) || ' ' ELSE category END AS category,
  CASE WHEN chance(i, 157, 200) THEN -money(now_cents) WHEN chance(i, 158, 500) THEN NULL ELSE money(now_cents) END AS price,
  currency,
  CASE WHEN chance(i, 159, 40000) THEN ['new', 'local'] WHEN chance(i, 160, 40000) THEN ['local'] ELSE [] END AS labels,
  {'grams': 100 + pick(item, 161, 30) * 50, 'chilled': chance(item, 162, 25000)} AS packaging,
  first_day + INTERVAL 5 HOUR AS listed_at
FROM listed
ORDER BY m, item;

COPY (
  SELECT item_id, vendor_id, title, category, price, currency, labels, packaging, listed_at
  FROM item_rows
  WHERE in_month(listed_at, '{month}')
  ORDER BY item
) TO '{out}/ecommerce/catalog/{month}.parquet' (FORMAT parquet);

INSERT INTO defects
SELECT 'catalog-unknown-vendor', count(*) FILTER (vendor_id LIKE 'vx%') FROM item_rows
UNION ALL SELECT 'catalog-category-spelling', count(*) FILTER (category <> trim(category)) FROM item_rows
UNION ALL SELECT 'catalog-negative-price', count(*) FILTER (price < 0) FROM item_rows
UNION ALL SELECT 'catalog-no-price', count(*) FILTER (price IS NULL) FROM item_rows;
