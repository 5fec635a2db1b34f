SELECT
  t.campaign_id,
  count(*) AS touches,
  count_if(t.clicked) AS clicks,
  -- The grant shows only who agreed.
  count_if(a.user_key IS NULL) AS without_consent
FROM touches AS t
LEFT JOIN audience AS a ON a.user_key = t.user_key
GROUP BY t.campaign_id
