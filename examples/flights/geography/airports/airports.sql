SELECT
  iata AS airport,
  trim(name) AS name,
  -- A null on either side makes the whole null.
  nullif(trim(city), 'NA') || ', ' || nullif(trim(state), 'NA') AS city,
  nullif(trim(state), 'NA') AS state,
  country,
  latitude,
  longitude
FROM list
