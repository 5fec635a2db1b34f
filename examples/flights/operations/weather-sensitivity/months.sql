SELECT
  m.airport,
  a.city,
  m.month,
  m.departures,
  CAST(m.late AS DOUBLE) / m.departures AS late_share,
  CAST(m.delay AS DOUBLE) / m.departures AS mean_delay,
  n.wet_share,
  n.snow_share,
  n.mean_lowest
FROM airport_months AS m
JOIN airports AS a ON a.airport = m.airport
JOIN normals AS n ON n.city = a.city AND n.month = month(m.month)
