SELECT campaign_id, name, channel, starts_on, ends_on
FROM campaign_drops
