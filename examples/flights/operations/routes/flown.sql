SELECT
  origin,
  destination,
  count(*) AS flights,
  max(distance) AS distance,
  CAST(sum(delay) AS DOUBLE) / count(*) AS mean_delay,
  CAST(count_if(delay >= 15) AS DOUBLE) / count(*) AS late_share,
  CAST(min(departed_at) AS DATE) AS first_flight,
  CAST(max(departed_at) AS DATE) AS last_flight
FROM flights
GROUP BY origin, destination
