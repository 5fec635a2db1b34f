-- What couriers' phones say on the way (NDJSON, a drop a month, in the order it arrived).

CREATE TABLE trips AS
SELECT
  o,
  's' || (1000000 + o) AS shipment_id,
  CASE WHEN chance(o, 401, 200) THEN 'ox' || o ELSE order_id END AS order_id,
  status,
  CASE WHEN NOT chance(o, 402, 5000) THEN 'c' || (100 + pick(o, 403, greatest(20, floor(800 * getvariable('scale'))::BIGINT))) END AS courier_id,
  chance(o, 404, 2500) AS fails_once,
  chance(o, 405, 700) AS loses_delivery,
  chance(o, 406, 300) AS skewed_clock,
  placed_at + INTERVAL (60 + pick(o, 407, 180)) SECOND AS created_at,
  -- Slow vendors and the evening cost minutes.
  300 + pick(o, 408, 900) + 60 * slow_minutes AS prepare_seconds,
  360 + pick(o, 409, 1500) + CASE WHEN hour(placed_at) BETWEEN 18 AND 20 THEN 420 ELSE 0 END AS ride_seconds
FROM orders JOIN (SELECT v, slow_minutes FROM vendors) USING (v)
ORDER BY o;

CREATE TABLE tracking AS
WITH steps AS (
  SELECT o, shipment_id, order_id, courier_id, loses_delivery, skewed_clock, 0 AS n, 'created' AS event, created_at AS happened_at FROM trips
  UNION ALL
  SELECT o, shipment_id, order_id, courier_id, loses_delivery, skewed_clock, 1,
    CASE status WHEN 'cancelled' THEN 'cancelled' ELSE 'picked_up' END, created_at + INTERVAL (prepare_seconds) SECOND
  FROM trips
  UNION ALL
  SELECT o, shipment_id, order_id, courier_id, loses_delivery, skewed_clock, 2, 'failed', created_at + INTERVAL (prepare_seconds + ride_seconds) SECOND
  FROM trips WHERE fails_once AND status <> 'cancelled'
  UNION ALL
  SELECT o, shipment_id, order_id, courier_id, loses_delivery, skewed_clock, 3, 'delivered',
    -- A phone's wrong clock says the parcel arrived before it left.
    created_at + INTERVAL (CASE WHEN skewed_clock THEN prepare_seconds - 240 ELSE prepare_seconds + ride_seconds + CASE WHEN fails_once THEN 2400 ELSE 0 END END) SECOND
  FROM trips WHERE status <> 'cancelled' AND NOT loses_delivery
  UNION ALL
  SELECT o, shipment_id, order_id, courier_id, loses_delivery, skewed_clock, 4, 'returned', created_at + INTERVAL (2 + o % 5) DAY
  FROM trips WHERE status = 'returned'
),
drawn AS (
  SELECT *, o * 8 + n AS i FROM steps
),
arrived AS (
  SELECT
    *,
    -- Most arrive in seconds, some after minutes (so out of order), a few after days.
    chance(i, 421, 1000) AS is_late,
    chance(i, 422, 5000) AS is_delayed,
    chance(i, 423, 2000) AS is_repeated
  FROM drawn
)
SELECT
  *,
  'e' || i AS event_id,
  happened_at + INTERVAL (CASE WHEN is_late THEN 86400 + pick(i, 424, 2592000) WHEN is_delayed THEN 600 + pick(i, 424, 5400) ELSE pick(i, 424, 20) END) SECOND AS received_at
FROM arrived;

CREATE TABLE tracking_rows AS
SELECT i, 0 AS revision, event_id, shipment_id, order_id, courier_id, event, happened_at, received_at FROM tracking
WHERE received_at < end_day()
UNION ALL
SELECT i, 1, event_id, shipment_id, order_id, courier_id, event, happened_at, received_at + INTERVAL 5 SECOND FROM tracking
WHERE is_repeated AND received_at + INTERVAL 5 SECOND < end_day();

COPY (
  SELECT event_id, shipment_id, order_id, courier_id, event, happened_at, received_at
  FROM tracking_rows
  WHERE in_month(received_at, '{month}')
  ORDER BY received_at, i, revision
) TO '{out}/logistics/tracking/{month}.ndjson' (FORMAT json);

INSERT INTO defects
SELECT 'tracking-repeated', count(*) FROM tracking_rows WHERE revision = 1
UNION ALL SELECT 'tracking-late', count(*) FROM tracking JOIN tracking_rows AS r USING (i) WHERE r.revision = 0 AND tracking.is_late
UNION ALL SELECT 'tracking-orphan', count(DISTINCT shipment_id) FROM tracking_rows WHERE order_id LIKE 'ox%'
UNION ALL SELECT 'tracking-no-courier', count(*) FROM tracking_rows WHERE courier_id IS NULL AND revision = 0
UNION ALL SELECT 'tracking-delivered-before-picked-up', count(*)
FROM trips JOIN tracking_rows AS p ON p.i = o * 8 + 1 AND p.revision = 0 JOIN tracking_rows AS d ON d.i = o * 8 + 3 AND d.revision = 0
WHERE skewed_clock;
