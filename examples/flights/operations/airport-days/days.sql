SELECT
  origin AS airport,
  CAST(departed_at AS DATE) AS day,
  count(*) AS departures,
  count_if(delay >= 15) AS late,
  CAST(count_if(delay >= 15) AS DOUBLE) / count(*) AS late_share,
  sum(delay) AS delay,
  CAST(sum(delay) AS DOUBLE) / count(*) AS mean_delay,
  max(delay) AS worst_delay
FROM flights
GROUP BY origin, CAST(departed_at AS DATE)
