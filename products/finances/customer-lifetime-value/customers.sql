SELECT
  b.user_key,
  p.country,
  p.cohort,
  b.orders,
  b.value_eur,
  b.last_order_on,
  s.late_share,
  c.risk AS churn_risk,
  -- Months begun since the sign-up, at least one.
  CAST(b.value_eur AS DOUBLE) / (date_diff('month', p.cohort, CAST(date_trunc('month', b.last_order_on) AS DATE)) + 1) AS monthly_eur,
  CASE
    WHEN c.risk IS NULL THEN 'gone'
    WHEN c.risk >= 0.7 THEN 'at_risk'
    WHEN b.orders >= 10 THEN 'champion'
    ELSE 'regular'
  END AS segment
FROM bought AS b
JOIN people AS p ON p.user_key = b.user_key
LEFT JOIN served AS s ON s.user_key = b.user_key
LEFT JOIN churn_risk AS c ON c.user_key = b.user_key
