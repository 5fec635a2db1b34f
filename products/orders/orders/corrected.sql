-- The last word on each order.
SELECT order_id, user_id, vendor_id, placed_at, promised_at, status, city, country, microzone, total, currency, updated_at
FROM (
  SELECT
    order_id, user_id, vendor_id, placed_at, promised_at, lower(trim(status)) AS status, city, country, microzone, total,
    upper(currency) AS currency, updated_at,
    row_number() OVER (PARTITION BY order_id ORDER BY updated_at DESC) AS age
  FROM order_drops
) AS ranked
WHERE age = 1
