SELECT
  month,
  category,
  CAST(sum(lines) AS BIGINT) AS lines,
  CAST(sum(CAST(amount * eur_per_unit AS DECIMAL(14, 2))) AS DECIMAL(14, 2)) AS gross_eur
FROM (
  -- Added up in each currency first: a rate is looked up once a day, not once a line.
  SELECT
    CAST(date_trunc('month', o.placed_at) AS DATE) AS month,
    CAST(o.placed_at AS DATE) AS day,
    coalesce(i.category, 'unknown') AS category,
    l.currency,
    count(*) AS lines,
    CAST(sum(l.amount) AS DECIMAL(14, 2)) AS amount
  FROM order_lines AS l
  JOIN orders AS o ON o.order_id = l.order_id
  LEFT JOIN items AS i ON i.item_id = l.item_id
  WHERE o.status = 'delivered'
  GROUP BY CAST(date_trunc('month', o.placed_at) AS DATE), CAST(o.placed_at AS DATE), coalesce(i.category, 'unknown'), l.currency
) AS daily
JOIN fx_rates AS r ON r.currency = daily.currency AND r.day = daily.day
GROUP BY month, category
