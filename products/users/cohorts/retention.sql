WITH sizes AS (
  SELECT cohort, count(*) AS users
  FROM people
  GROUP BY cohort
),
active AS (
  SELECT
    p.cohort,
    CAST(date_diff('month', p.cohort, CAST(date_trunc('month', o.placed_at) AS DATE)) AS INTEGER) AS months_later,
    count(DISTINCT o.user_key) AS active_users,
    count(*) AS orders
  FROM orders AS o
  JOIN people AS p ON p.user_key = o.user_key
  WHERE o.status <> 'cancelled'
  GROUP BY p.cohort, CAST(date_diff('month', p.cohort, CAST(date_trunc('month', o.placed_at) AS DATE)) AS INTEGER)
)
SELECT
  a.cohort,
  a.months_later,
  s.users,
  a.active_users,
  a.orders,
  CAST(a.active_users AS DOUBLE) / s.users AS active_share
FROM active AS a
JOIN sizes AS s ON s.cohort = a.cohort
