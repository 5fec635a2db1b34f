-- Names as they were meant, addresses in one spelling, and who is a tester.
SELECT
  user_id,
  nullif(lower(trim(email)), 'unknown') AS email,
  replace(replace(replace(replace(replace(replace(
    full_name, 'Ã¼', 'ü'), 'Ã¶', 'ö'), 'Ã¤', 'ä'), 'ÃŸ', 'ß'), 'Ã©', 'é'), 'Ã¸', 'ø') AS full_name,
  city,
  country,
  birth_year,
  marketing_consent,
  email LIKE '%@opetence.test' AS is_test,
  signed_up_at,
  updated_at
FROM latest
