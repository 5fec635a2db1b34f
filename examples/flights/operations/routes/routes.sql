-- The haversine formula, with the earth's mean radius of 3,958.8 miles.
SELECT
  f.origin,
  f.destination,
  f.flights,
  f.distance,
  2 * 3958.8E0 * asin(sqrt(
    power(sin(radians(b.latitude - a.latitude) / 2), 2)
    + cos(radians(a.latitude)) * cos(radians(b.latitude)) * power(sin(radians(b.longitude - a.longitude) / 2), 2)
  )) AS great_circle,
  f.mean_delay,
  f.late_share,
  f.first_flight,
  f.last_flight
FROM flown AS f
LEFT JOIN airports AS a ON a.airport = f.origin
LEFT JOIN airports AS b ON b.airport = f.destination
