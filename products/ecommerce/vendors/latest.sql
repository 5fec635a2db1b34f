-- The last word of the portal on each vendor, without the accounts that testers made.
SELECT vendor_id, name, city, country, microzone, category, email, opened_on, active, updated_at
FROM (
  SELECT
    vendor_id, name, city, country, microzone, category, email, opened_on, active, updated_at,
    row_number() OVER (PARTITION BY vendor_id ORDER BY updated_at DESC) AS age
  FROM drops
  WHERE name NOT LIKE 'TEST %'
) AS ranked
WHERE age = 1
