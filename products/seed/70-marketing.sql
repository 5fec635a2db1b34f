-- Campaigns, who was touched by them and what they cost (CSV, a drop a month).

-- Two campaigns start each month and run for forty days.
CREATE TABLE campaigns AS
SELECT
  m * 2 + n AS c,
  'k' || (100 + m * 2 + n) AS campaign_id,
  list_extract(['Spring', 'Summer', 'Autumn', 'Winter'], 1 + (month(first_day) % 12) // 3) || ' ' || list_extract(['welcome', 'comeback', 'free delivery', 'local heroes'], 1 + pick(m * 2 + n, 701, 4)) AS name,
  list_extract(['email', 'search', 'social', 'display'], 1 + pick(m * 2 + n, 702, 4)) AS channel,
  CASE WHEN pick(m * 2 + n, 703, 4) = 0 THEN 'GBP' ELSE 'EUR' END AS currency,
  first_day + (n * 10)::INTEGER AS starts_on,
  first_day + (n * 10)::INTEGER + 40 AS ends_on,
  first_day
FROM months, range(2) AS r(n)
ORDER BY c;

COPY (
  SELECT campaign_id, name, channel, currency, starts_on, ends_on FROM campaigns WHERE in_month(first_day, '{month}') ORDER BY c
) TO '{out}/marketing/campaigns/{month}.csv' (FORMAT csv, HEADER);

CREATE TABLE touches AS
WITH numbered AS (
  SELECT unnest(range(floor(from_share * 150000 * getvariable('scale'))::BIGINT, floor(to_share * 150000 * getvariable('scale'))::BIGINT)) AS t, d, day
  FROM days
),
running AS (SELECT d, list(c ORDER BY c) AS cs FROM days JOIN campaigns ON day >= starts_on AND day < ends_on GROUP BY d),
drawn AS (
  SELECT t, day, list_extract(cs, 1 + pick(t, 711, len(cs))) AS c, skewed(t, 712, users_by(d)) AS u FROM numbered JOIN running USING (d)
)
SELECT
  t,
  't' || (1000000 + t) AS touch_id,
  chance(t, 713, 300) AS is_orphan,
  chance(t, 714, 1000) AS is_repeated,
  chance(t, 715, 200) AS no_user,
  campaign_id,
  user_id,
  is_test,
  consent,
  k.channel,
  chance(t, 716, 8000) AS clicked,
  day + INTERVAL (25200 + pick(t, 717, 57600)) SECOND AS touched_at
FROM drawn JOIN campaigns AS k USING (c) JOIN users USING (u)
-- Who did not agree to advertising is mostly left alone.
WHERE consent OR chance(t, 718, 5000)
ORDER BY t;

COPY (
  SELECT touch_id, CASE WHEN is_orphan THEN 'kx' || t ELSE campaign_id END AS campaign_id, CASE WHEN NOT no_user THEN user_id END AS user_id, channel, clicked, touched_at
  FROM touches, range(2) AS r(revision)
  WHERE (revision = 0 OR is_repeated) AND in_month(touched_at, '{month}')
  ORDER BY t, revision
) TO '{out}/marketing/touches/{month}.csv' (FORMAT csv, HEADER);

CREATE TABLE spend AS
WITH spent AS (
  SELECT c * 1000 + (day - starts_on) AS i, campaign_id, day, currency,
    floor((2000 + pick(c * 1000 + (day - starts_on), 721, 6000)) * getvariable('scale')
      * (CASE channel WHEN 'email' THEN 6 WHEN 'search' THEN 15 WHEN 'social' THEN 20 ELSE 30 END))::BIGINT AS cents
  FROM campaigns JOIN days ON day >= starts_on AND day < ends_on
)
SELECT *, chance(i, 722, 3000) AS is_corrected, chance(i, 723, 4000) AS has_comma FROM spent ORDER BY i;

CREATE TABLE spend_rows AS
SELECT i, 0 AS revision, campaign_id, day, CASE WHEN is_corrected THEN cents * 2 ELSE cents END AS cents, currency, has_comma, day + INTERVAL 30 HOUR AS reported_at, day AS dropped_on FROM spend
UNION ALL
SELECT i, 1, campaign_id, day, cents, currency, has_comma, day + INTERVAL 78 HOUR, day + 3 FROM spend
WHERE is_corrected AND day + 3 < end_day();

COPY (
  SELECT campaign_id, day, CASE WHEN has_comma THEN replace(money(cents)::VARCHAR, '.', ',') ELSE money(cents)::VARCHAR END AS amount, currency, reported_at
  FROM spend_rows
  WHERE in_month(dropped_on, '{month}')
  ORDER BY i, revision
) TO '{out}/marketing/spend/{month}.csv' (FORMAT csv, HEADER, DELIMITER ';');

INSERT INTO defects
SELECT 'touches-orphan', count(*) FILTER (is_orphan) FROM touches
UNION ALL SELECT 'touches-repeated', count(*) FILTER (is_repeated) FROM touches
UNION ALL SELECT 'touches-no-user', count(*) FILTER (no_user) FROM touches
UNION ALL SELECT 'touches-of-test-accounts', count(*) FILTER (is_test AND NOT no_user) FROM touches
UNION ALL SELECT 'touches-without-consent', count(*) FILTER (NOT consent AND NOT no_user) FROM touches
UNION ALL SELECT 'spend-corrected', count(*) FILTER (revision = 1) FROM spend_rows
UNION ALL SELECT 'spend-comma', count(*) FILTER (has_comma) FROM spend_rows;
