SELECT
  -- The rest of the mesh names cities with their state. A city that is not here stays null, and is found.
  CASE location WHEN 'Seattle' THEN 'Seattle, WA' WHEN 'New York' THEN 'New York, NY' END AS city,
  o.date AS day,
  precipitation,
  temp_max AS highest,
  temp_min AS lowest,
  weather
FROM observations AS o
