SELECT
  c.campaign_id,
  c.name,
  c.channel,
  coalesce(r.touches, 0) AS touches,
  coalesce(r.clicks, 0) AS clicks,
  coalesce(r.without_consent, 0) AS without_consent,
  coalesce(b.orders, 0) AS orders,
  coalesce(b.revenue_eur, CAST(0 AS DECIMAL(14, 2))) AS revenue_eur,
  coalesce(s.spend_eur, CAST(0 AS DECIMAL(14, 2))) AS spend_eur,
  (CAST(coalesce(b.revenue_eur, CAST(0 AS DECIMAL(14, 2))) AS DOUBLE) - CAST(s.spend_eur AS DOUBLE)) / nullif(CAST(s.spend_eur AS DOUBLE), 0) AS roi
FROM campaigns AS c
LEFT JOIN reached AS r ON r.campaign_id = c.campaign_id
LEFT JOIN brought AS b ON b.campaign_id = c.campaign_id
LEFT JOIN costs AS s ON s.campaign_id = c.campaign_id
