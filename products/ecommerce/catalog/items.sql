-- The last list with a price and a vendor we know counts; what was wrong in one month was mostly right before.
SELECT item_id, vendor_id, title, category, price, currency, labels, packaging, listed_at
FROM (
  SELECT
    l.item_id,
    l.vendor_id,
    l.title,
    concat(upper(substr(trim(l.category), 1, 1)), lower(substr(trim(l.category), 2))) AS category,
    l.price,
    l.currency,
    l.labels,
    l.packaging,
    l.listed_at,
    row_number() OVER (PARTITION BY l.item_id ORDER BY l.listed_at DESC) AS age
  FROM lists AS l
  JOIN vendors AS v ON v.vendor_id = l.vendor_id
  WHERE l.price > 0
) AS ranked
WHERE age = 1
