SELECT
  order_id,
  line_no,
  item_id,
  quantity,
  unit_price,
  discount,
  CAST(quantity * unit_price - discount AS DECIMAL(12, 2)) AS amount,
  currency,
  updated_at
FROM (
  SELECT
    order_id, line_no, item_id, quantity, unit_price, discount, currency, updated_at,
    row_number() OVER (PARTITION BY order_id, line_no ORDER BY updated_at DESC) AS age
  FROM line_drops
) AS ranked
WHERE age = 1
