SELECT user_id, email, full_name, city, country, birth_year, marketing_consent, coalesce(is_test, false) AS is_test, signed_up_at, updated_at
FROM mended
