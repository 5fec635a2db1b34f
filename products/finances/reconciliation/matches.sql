SELECT
  order_id,
  CASE
    WHEN NOT is_known THEN 'unknown_order'
    WHEN in_other_currency THEN 'other_currency'
    WHEN charged - refunded = due THEN 'matched'
    WHEN charged = 0 THEN 'unpaid'
    WHEN due = 0 AND charged > refunded THEN 'refund_due'
    WHEN charged = due AND refunded < charged THEN 'partly_refunded'
    WHEN charged < due THEN 'underpaid'
    ELSE 'overpaid'
  END AS verdict,
  currency,
  due,
  charged,
  refunded,
  CAST(charged - refunded - due AS DECIMAL(14, 2)) AS balance,
  settled_at
FROM compared
