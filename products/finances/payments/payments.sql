SELECT
  p.payment_id,
  p.order_id,
  p.kind,
  p.outcome,
  p.method,
  p.amount,
  p.currency,
  CASE WHEN p.currency = 'EUR' THEN p.amount ELSE CAST(p.amount * r.eur_per_unit AS DECIMAL(12, 2)) END AS amount_eur,
  p.processed_at
FROM (
  SELECT
    payment_id, order_id, kind, outcome, method, amount, upper(currency) AS currency, processed_at,
    row_number() OVER (PARTITION BY payment_id ORDER BY processed_at DESC) AS copy
  FROM payment_drops
) AS p
LEFT JOIN daily_rates AS r ON r.currency = p.currency AND r.day = CAST(p.processed_at AS DATE)
WHERE p.copy = 1
