-- Accounts (CSV, a drop a month: who signed up or changed).

-- Users are numbered in the order they signed up, so who exists on a day is a range of numbers.
CREATE MACRO first_users() AS greatest(300, floor(24000 * getvariable('scale')))::BIGINT;

CREATE MACRO users_by(d) AS first_users() + ceil(d * greatest(0.5, 44 * getvariable('scale')))::BIGINT;

CREATE TABLE users AS
WITH drawn AS (
  SELECT
    u,
    CASE WHEN u < first_users() THEN start_day() - 1 - ((first_users() - 1 - u) * 365 // first_users())::INTEGER
      ELSE start_day() + floor((u - first_users()) / greatest(0.5, 44 * getvariable('scale')))::INTEGER END AS signed_up_on,
    pick(u, 201, 100) AS slot,
    list_extract(['Anna', 'Jürgen', 'Søren', 'Chloé', 'Björn', 'Maria', 'Oliver', 'Käthe', 'Ines', 'Tom', 'Aisha', 'Léa'], 1 + pick(u, 202, 12)) AS given,
    list_extract(['Müller', 'Weiß', 'Sørensen', 'Schröder', 'Lefévre', 'Smith', 'Jones', 'Håkansson', 'Keller', 'Bianchi'], 1 + pick(u, 203, 10)) AS family,
    chance(u, 204, 500) AS is_test,
    chance(u, 205, 3000) AS is_moji,
    chance(u, 206, 10000) AS no_birth_year,
    chance(u, 207, 1000) AS no_city,
    chance(u, 208, 300) AS bad_email,
    chance(u, 209, 500) AND u > 0 AS is_twin,
    chance(u, 210, 300) AS is_repeated,
    chance(u, 211, 62000) AS consent,
    chance(u, 212, 8000) AS changes,
    1 + pick(u, 213, 300) AS change_after,
    -- After this many days the user orders no more (a few never stop).
    CASE WHEN chance(u, 214, 55000) THEN 60 + pick(u, 215, 500) ELSE 100000 END AS stays_days
  FROM range(users_by(greatest(0, date_diff('day', start_day(), end_day())))) AS r(u)
)
SELECT
  d.*,
  'u' || (100000 + u) AS user_id,
  c.city_no,
  c.city,
  c.country,
  CASE WHEN is_test THEN 'Test User' ELSE given || ' ' || family END AS full_name,
  CASE
    WHEN is_test THEN 'qa+' || u || '@opetence.test'
    WHEN bad_email THEN 'unknown'
    -- The same person again, with the address in capitals.
    WHEN is_twin THEN 'USER' || (u - 1) || '@MAIL.EXAMPLE'
    ELSE 'user' || u || '@mail.example'
  END AS email,
  1950 + pick(u, 216, 57) AS birth_year,
  signed_up_on + INTERVAL (pick(u, 217, 86400)) SECOND AS signed_up_at
FROM drawn AS d JOIN city_slots USING (slot) JOIN cities AS c USING (city_no)
ORDER BY u;

CREATE TABLE account_rows AS
WITH first_rows AS (
  SELECT
    u, 0 AS revision, user_id, email, CASE WHEN is_moji AND NOT is_test THEN mojibake(full_name) ELSE full_name END AS full_name,
    CASE WHEN NOT no_city THEN city END AS city, country, CASE WHEN NOT no_birth_year THEN birth_year END AS birth_year,
    consent, signed_up_at, signed_up_at AS updated_at
  FROM users
)
SELECT * FROM first_rows
UNION ALL
SELECT f.* REPLACE (1 AS revision) FROM first_rows AS f JOIN users USING (u) WHERE is_repeated
UNION ALL
-- A later change turns the consent to marketing round.
SELECT f.* REPLACE (2 AS revision, NOT f.consent AS consent, f.updated_at + INTERVAL (change_after) DAY AS updated_at)
FROM first_rows AS f JOIN users USING (u)
WHERE changes AND f.updated_at + INTERVAL (change_after) DAY < end_day();

COPY (
  SELECT user_id, email, full_name, city, country, birth_year, consent AS marketing_consent, signed_up_at, updated_at
  FROM account_rows
  -- The first drop brings everyone who was there before.
  WHERE month_of(greatest(updated_at, start_day())) = '{month}'
  ORDER BY u, revision
) TO '{out}/users/accounts/{month}.csv' (FORMAT csv, HEADER);

INSERT INTO defects
SELECT 'users-mojibake', count(*) FILTER (is_moji AND NOT is_test AND full_name <> mojibake(full_name)) FROM users
UNION ALL SELECT 'users-test', count(*) FILTER (is_test) FROM users
UNION ALL SELECT 'users-no-birth-year', count(*) FILTER (no_birth_year) FROM users
UNION ALL SELECT 'users-no-city', count(*) FILTER (no_city) FROM users
UNION ALL SELECT 'users-bad-email', count(*) FILTER (bad_email AND NOT is_test) FROM users
UNION ALL SELECT 'users-twin', count(*) FILTER (is_twin AND NOT is_test AND NOT bad_email) FROM users
UNION ALL SELECT 'users-repeated', count(*) FILTER (is_repeated) FROM users
UNION ALL SELECT 'users-changed', count(*) FROM account_rows WHERE revision = 2;
