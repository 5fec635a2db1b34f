-- Each order of somebody who agreed to advertising, with the last touch in the seven days before it.
SELECT order_id, campaign_id, placed_at, total, currency
FROM (
  SELECT
    o.order_id,
    t.campaign_id,
    o.placed_at,
    o.total,
    o.currency,
    row_number() OVER (PARTITION BY o.order_id ORDER BY t.touched_at DESC, t.touch_id DESC) AS distance
  FROM orders AS o
  JOIN audience AS a ON a.user_key = o.user_key
  JOIN touches AS t ON t.user_key = o.user_key
  WHERE t.touched_at <= o.placed_at AND t.touched_at > o.placed_at - INTERVAL '7' DAY
) AS ranked
WHERE distance = 1
