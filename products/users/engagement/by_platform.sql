-- What each user did on each platform in each month.
SELECT
  a.user_id,
  CAST(date_trunc('month', a.happened_at) AS DATE) AS month,
  a.platform,
  count(DISTINCT a.session_id) AS sessions,
  count(*) AS events,
  count_if(a.event = 'checkout') AS checkouts,
  max(CAST(a.happened_at AS DATE)) AS last_active_on
FROM activity AS a
JOIN profiles AS p ON p.user_id = a.user_id
WHERE NOT p.is_test
GROUP BY a.user_id, CAST(date_trunc('month', a.happened_at) AS DATE), a.platform
