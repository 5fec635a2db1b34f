-- Each order beside what was paid for it in its currency, and what was paid for orders nobody knows.
SELECT
  o.order_id,
  true AS is_known,
  o.currency,
  CASE WHEN o.status = 'delivered' THEN CAST(o.total AS DECIMAL(14, 2)) ELSE CAST(0 AS DECIMAL(14, 2)) END AS due,
  coalesce(p.charged, CAST(0 AS DECIMAL(14, 2))) AS charged,
  coalesce(p.refunded, CAST(0 AS DECIMAL(14, 2))) AS refunded,
  p.settled_at,
  e.order_id IS NOT NULL AS in_other_currency
FROM orders AS o
LEFT JOIN paid AS p ON p.order_id = o.order_id AND p.currency = o.currency
LEFT JOIN (
  SELECT DISTINCT x.order_id FROM paid AS x JOIN orders AS y ON y.order_id = x.order_id WHERE x.currency <> y.currency
) AS e ON e.order_id = o.order_id
UNION ALL
SELECT
  p.order_id,
  false AS is_known,
  min(p.currency) AS currency,
  CAST(0 AS DECIMAL(14, 2)) AS due,
  CAST(sum(p.charged) AS DECIMAL(14, 2)) AS charged,
  CAST(sum(p.refunded) AS DECIMAL(14, 2)) AS refunded,
  max(p.settled_at) AS settled_at,
  false AS in_other_currency
FROM paid AS p
LEFT JOIN orders AS o ON o.order_id = p.order_id
WHERE o.order_id IS NULL
GROUP BY p.order_id
