SELECT
  o.order_id,
  o.user_id,
  substr(to_hex(sha256(to_utf8('opetence:' || o.user_id))), 1, 16) AS user_key,
  o.vendor_id,
  o.placed_at,
  o.promised_at,
  o.status,
  o.city,
  o.country,
  coalesce(o.microzone, o.city) AS microzone,
  o.total,
  o.currency,
  o.updated_at
FROM corrected AS o
LEFT JOIN profiles AS p ON p.user_id = o.user_id
WHERE NOT coalesce(p.is_test, false)
