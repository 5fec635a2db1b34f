SELECT currency, day, eur_per_unit, quoted_on
FROM daily_rates
UNION ALL
SELECT DISTINCT 'EUR' AS currency, day, CAST(1 AS DECIMAL(12, 6)) AS eur_per_unit, day AS quoted_on
FROM daily_rates
