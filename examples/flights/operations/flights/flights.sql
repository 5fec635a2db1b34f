SELECT
  r.date AS departed_at,
  origin,
  destination,
  CAST(distance AS INTEGER) AS distance,
  CAST(delay AS INTEGER) AS delay
FROM reports AS r
