-- Every rate on every day until the next one; the newest holds for a long weekend.
SELECT q.currency, d.day, q.eur_per_unit, q.day AS quoted_on
FROM quoted AS q
CROSS JOIN UNNEST(sequence(q.day, coalesce(date_add('day', -1, q.next_day), date_add('day', 3, q.day)), INTERVAL '1' DAY)) AS d (day)
