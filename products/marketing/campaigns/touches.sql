SELECT
  touch_id,
  campaign_id,
  substr(to_hex(sha256(to_utf8('opetence:' || user_id))), 1, 16) AS user_key,
  channel,
  clicked,
  touched_at
FROM (
  SELECT touch_id, campaign_id, user_id, channel, clicked, touched_at, row_number() OVER (PARTITION BY touch_id ORDER BY touched_at) AS copy
  FROM touch_drops
  WHERE user_id IS NOT NULL
) AS copies
WHERE copy = 1
