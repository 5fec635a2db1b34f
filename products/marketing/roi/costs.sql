SELECT s.campaign_id, CAST(sum(CAST(s.amount * r.eur_per_unit AS DECIMAL(14, 2))) AS DECIMAL(14, 2)) AS spend_eur
FROM spend AS s
JOIN fx_rates AS r ON r.currency = s.currency AND r.day = s.day
GROUP BY s.campaign_id
