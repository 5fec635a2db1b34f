SELECT
  shipment_id,
  order_id,
  vendor_id,
  city,
  microzone,
  CAST(placed_at AS DATE) AS day,
  CAST(seconds AS DOUBLE) / 60 AS minutes,
  CAST(promised_seconds AS DOUBLE) / 60 AS promised_minutes,
  seconds > promised_seconds AS is_late,
  has_promise
FROM (
  SELECT
    s.shipment_id,
    s.order_id,
    o.vendor_id,
    o.city,
    o.microzone,
    o.placed_at,
    o.promised_at IS NOT NULL AS has_promise,
    date_diff('second', o.placed_at, s.delivered_at) AS seconds,
    coalesce(date_diff('second', o.placed_at, o.promised_at), 3600) AS promised_seconds
  FROM shipments AS s
  JOIN orders AS o ON o.order_id = s.order_id
  WHERE s.delivered_at >= o.placed_at
) AS measured
