SELECT
  city,
  CAST(month(day) AS INTEGER) AS month,
  year(day) AS year,
  -- Summed as decimals: a sum of doubles depends on their order.
  CAST(highest AS DECIMAL(5, 1)) AS highest,
  CAST(lowest AS DECIMAL(5, 1)) AS lowest,
  precipitation >= 1 AS is_wet,
  weather = 'snow' AS is_snowy
FROM days
