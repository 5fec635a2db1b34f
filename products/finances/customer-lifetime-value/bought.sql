SELECT
  o.user_key,
  count(*) AS orders,
  CAST(sum(CAST(o.total * r.eur_per_unit AS DECIMAL(14, 2))) AS DECIMAL(14, 2)) AS value_eur,
  max(CAST(o.placed_at AS DATE)) AS last_order_on
FROM orders AS o
JOIN fx_rates AS r ON r.currency = o.currency AND r.day = CAST(o.placed_at AS DATE)
WHERE o.status = 'delivered'
GROUP BY o.user_key
