-- What went each way, by order and currency.
SELECT
  order_id,
  currency,
  CAST(sum(CASE WHEN kind = 'charge' THEN amount ELSE CAST(0 AS DECIMAL(12, 2)) END) AS DECIMAL(14, 2)) AS charged,
  CAST(sum(CASE WHEN kind = 'refund' THEN amount ELSE CAST(0 AS DECIMAL(12, 2)) END) AS DECIMAL(14, 2)) AS refunded,
  max(processed_at) AS settled_at
FROM payments
WHERE outcome = 'settled'
GROUP BY order_id, currency
