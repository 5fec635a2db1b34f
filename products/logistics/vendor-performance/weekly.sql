SELECT
  d.vendor_id,
  v.name AS vendor_name,
  d.microzone,
  CAST(date_trunc('week', d.day) AS DATE) AS week,
  count(*) AS deliveries,
  count_if(d.is_late) AS late,
  CAST(count_if(d.is_late) AS DOUBLE) / count(*) AS late_share,
  -- Summed as decimals: a sum of doubles depends on their order.
  CAST(sum(CAST(d.minutes AS DECIMAL(12, 2))) AS DOUBLE) / count(*) AS mean_minutes
FROM deliveries AS d
LEFT JOIN vendors AS v ON v.vendor_id = d.vendor_id
GROUP BY d.vendor_id, v.name, d.microzone, CAST(date_trunc('week', d.day) AS DATE)
