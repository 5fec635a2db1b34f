SELECT
  day,
  country,
  city,
  count(*) AS orders,
  CAST(sum(gross_eur) AS DECIMAL(14, 2)) AS gross_eur,
  CAST(sum(refunded_eur) AS DECIMAL(14, 2)) AS refunded_eur,
  CAST(sum(gross_eur) - sum(refunded_eur) AS DECIMAL(14, 2)) AS net_eur
FROM (
  SELECT
    CAST(o.placed_at AS DATE) AS day,
    o.country,
    o.city,
    CAST(o.total * r.eur_per_unit AS DECIMAL(14, 2)) AS gross_eur,
    coalesce(p.refunded_eur, CAST(0 AS DECIMAL(14, 2))) AS refunded_eur
  FROM orders AS o
  JOIN fx_rates AS r ON r.currency = o.currency AND r.day = CAST(o.placed_at AS DATE)
  LEFT JOIN refunds AS p ON p.order_id = o.order_id
  WHERE o.status <> 'cancelled'
) AS converted
GROUP BY day, country, city
