SELECT campaign_id, day, CAST(replace(amount, ',', '.') AS DECIMAL(12, 2)) AS amount, currency, reported_at
FROM (
  SELECT campaign_id, day, amount, currency, reported_at, row_number() OVER (PARTITION BY campaign_id, day ORDER BY reported_at DESC) AS age
  FROM spend_drops
) AS ranked
WHERE age = 1
