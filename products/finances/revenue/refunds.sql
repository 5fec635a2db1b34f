SELECT order_id, CAST(sum(amount_eur) AS DECIMAL(14, 2)) AS refunded_eur
FROM payments
WHERE kind = 'refund' AND outcome = 'settled'
GROUP BY order_id
