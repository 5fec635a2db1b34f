-- The last word on each account.
SELECT user_id, email, full_name, city, country, birth_year, marketing_consent, signed_up_at, updated_at
FROM (
  SELECT
    user_id, email, full_name, city, country, birth_year, marketing_consent, signed_up_at, updated_at,
    row_number() OVER (PARTITION BY user_id ORDER BY updated_at DESC) AS age
  FROM accounts
) AS ranked
WHERE age = 1
