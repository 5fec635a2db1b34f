SELECT event_id, session_id, user_id, platform, event, item_id, happened_at, received_at, received_at > happened_at + INTERVAL '1' HOUR AS is_late
FROM (
  SELECT
    event_id,
    session_id,
    user_id,
    platform,
    event,
    item_id,
    -- A device's clock may run ahead of ours.
    least(happened_at, received_at) AS happened_at,
    received_at,
    row_number() OVER (PARTITION BY event_id ORDER BY received_at) AS copy
  FROM events
  WHERE agent IS NULL OR agent NOT LIKE 'crawler%'
) AS copies
WHERE copy = 1
