-- Each rate as last published, with the day of the next one.
SELECT currency, day, eur_per_unit, lead(day) OVER (PARTITION BY currency ORDER BY day) AS next_day
FROM (
  SELECT currency, day, eur_per_unit, row_number() OVER (PARTITION BY currency, day ORDER BY published_at DESC) AS age
  FROM rate_drops
) AS ranked
WHERE age = 1
