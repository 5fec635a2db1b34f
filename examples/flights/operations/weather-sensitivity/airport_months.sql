SELECT
  airport,
  CAST(date_trunc('month', day) AS DATE) AS month,
  sum(departures) AS departures,
  sum(late) AS late,
  sum(delay) AS delay
FROM airport_days
GROUP BY airport, CAST(date_trunc('month', day) AS DATE)
