SELECT
  -- Everywhere in the mesh the same formula; in earnest its first part is a secret.
  substr(to_hex(sha256(to_utf8('opetence:' || user_id))), 1, 16) AS user_key,
  country,
  CASE
    WHEN birth_year IS NULL THEN 'unknown'
    WHEN year(signed_up_at) - birth_year < 30 THEN 'under 30'
    WHEN year(signed_up_at) - birth_year < 50 THEN '30 to 49'
    ELSE '50 and over'
  END AS age_band,
  CAST(date_trunc('month', signed_up_at) AS DATE) AS cohort,
  marketing_consent,
  updated_at
FROM mended
WHERE NOT coalesce(is_test, false)
