SELECT
  substr(to_hex(sha256(to_utf8('opetence:' || user_id))), 1, 16) AS user_key,
  month,
  CAST(sum(sessions) AS BIGINT) AS sessions,
  CAST(sum(CASE WHEN platform = 'web' THEN events ELSE 0 END) AS BIGINT) AS web_events,
  CAST(sum(CASE WHEN platform = 'app' THEN events ELSE 0 END) AS BIGINT) AS app_events,
  CAST(sum(CASE WHEN platform = 'email' THEN events ELSE 0 END) AS BIGINT) AS email_events,
  CAST(count(*) AS INTEGER) AS platforms,
  CAST(sum(checkouts) AS BIGINT) AS checkouts,
  max(last_active_on) AS last_active_on
FROM by_platform
GROUP BY user_id, month
