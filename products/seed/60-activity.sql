-- What people do on the web, in the app and in our mails (NDJSON, a drop a month).

CREATE TABLE sessions AS
WITH numbered AS (
  SELECT unnest(range(floor(from_share * 150000 * getvariable('scale'))::BIGINT, floor(to_share * 150000 * getvariable('scale'))::BIGINT)) AS s, d, day
  FROM days
),
drawn AS (
  SELECT *, skewed(s, 601, users_by(d)) AS u, chance(s, 602, 300) AS is_bot, chance(s, 603, 30000) AS is_anonymous, pick(s, 604, 100) AS way FROM numbered
),
-- Who has left comes back only to look around, one time in five.
present AS (
  SELECT d.* REPLACE (is_anonymous OR is_bot OR (d.day >= u.signed_up_on + u.stays_days::INTEGER AND NOT chance(s, 605, 20000)) AS is_anonymous), u.user_id, u.is_test
  FROM drawn AS d JOIN users AS u USING (u)
)
SELECT
  s,
  CASE WHEN NOT is_anonymous THEN user_id END AS user_id,
  is_bot,
  NOT is_anonymous AND is_test AS is_test,
  CASE WHEN is_bot OR way < 50 THEN 'web' WHEN way < 85 THEN 'app' ELSE 'email' END AS platform,
  CASE WHEN is_bot THEN 20 ELSE 1 + pick(s, 606, 7) END AS length,
  day + INTERVAL (21600 + pick(s, 607, 61200)) SECOND AS started_at
FROM present
ORDER BY s;

CREATE TABLE activity AS
WITH steps AS (
  SELECT *, unnest(range(length)) AS n FROM sessions
),
drawn AS (
  SELECT *, s * 32 + n AS i, started_at + INTERVAL (n * 20) SECOND AS happened_at FROM steps
)
SELECT
  i,
  'a' || i AS event_id,
  'n' || s AS session_id,
  user_id,
  platform,
  CASE
    WHEN platform = 'email' AND n = 0 THEN 'open'
    WHEN platform = 'email' AND n = 1 THEN 'click'
    WHEN n = 5 AND NOT is_bot THEN 'checkout'
    WHEN n = 4 AND NOT is_bot THEN 'add_to_cart'
    WHEN chance(i, 621, 25000) THEN 'search'
    ELSE 'view'
  END AS event,
  CASE WHEN chance(i, 622, 70000) THEN 'i' || (100000 + pick(i, 623, (SELECT count(*) FROM items))) END AS item_id,
  CASE WHEN is_bot THEN 'crawler/2.1' WHEN platform = 'app' THEN 'opetence-app/5.4' ELSE 'Mozilla/5.0' END AS agent,
  is_bot,
  is_test,
  chance(i, 624, 1000) AS is_repeated,
  chance(i, 625, 500) AS is_late,
  chance(i, 626, 200) AS is_ahead,
  happened_at,
  happened_at + INTERVAL (CASE WHEN is_late THEN 86400 + pick(i, 627, 1728000) ELSE pick(i, 627, 3) END) SECOND AS received_at
FROM drawn
ORDER BY i;

COPY (
  -- A device whose clock is a day ahead says so.
  SELECT event_id, session_id, user_id, platform, event, item_id, agent, CASE WHEN is_ahead AND NOT is_late THEN happened_at + INTERVAL 1 DAY ELSE happened_at END AS happened_at, received_at
  FROM activity, range(2) AS r(revision)
  WHERE (revision = 0 OR is_repeated) AND in_month(received_at, '{month}') AND received_at < end_day()
  ORDER BY received_at, i, revision
) TO '{out}/ecommerce/activity/{month}.ndjson' (FORMAT json);

INSERT INTO defects
WITH seen AS (SELECT * FROM activity WHERE received_at < end_day())
SELECT 'activity-repeated', count(*) FILTER (is_repeated) FROM seen
UNION ALL SELECT 'activity-late', count(*) FILTER (is_late) FROM seen
UNION ALL SELECT 'activity-ahead', count(*) FILTER (is_ahead AND NOT is_late) FROM seen
UNION ALL SELECT 'activity-anonymous', count(*) FILTER (user_id IS NULL AND NOT is_bot) FROM seen
UNION ALL SELECT 'activity-bot', count(*) FILTER (is_bot) FROM seen
UNION ALL SELECT 'activity-of-test-accounts', count(*) FILTER (is_test) FROM seen;
