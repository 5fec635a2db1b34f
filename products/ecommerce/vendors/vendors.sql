SELECT
  vendor_id,
  -- UTF-8 that was read as Windows-1252: each letter back to what it was.
  replace(replace(replace(replace(replace(replace(
    name, 'Ã¼', 'ü'), 'Ã¶', 'ö'), 'Ã¤', 'ä'), 'ÃŸ', 'ß'), 'Ã©', 'é'), 'Ã¸', 'ø') AS name,
  city,
  country,
  coalesce(microzone, city) AS microzone,
  category,
  email,
  opened_on,
  active,
  updated_at
FROM latest
