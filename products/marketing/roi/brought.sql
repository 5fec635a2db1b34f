SELECT o.campaign_id, count(*) AS orders, CAST(sum(CAST(o.total * r.eur_per_unit AS DECIMAL(14, 2))) AS DECIMAL(14, 2)) AS revenue_eur
FROM attributed AS o
JOIN fx_rates AS r ON r.currency = o.currency AND r.day = CAST(o.placed_at AS DATE)
GROUP BY o.campaign_id
