SELECT o.user_key, CAST(count_if(d.is_late) AS DOUBLE) / count(*) AS late_share
FROM orders AS o
JOIN deliveries AS d ON d.order_id = o.order_id
GROUP BY o.user_key
