-- What each method sends. Written by UPDATE_SQL=1 make test-file path=test/integration/repository-sql.spec.ts

-- SqlStreamPlaces.take
WITH remaining AS (
    SELECT id
    FROM event_streams
    WHERE key_id = $2 AND seen_at > clock_timestamp() - interval '15 seconds'
    ORDER BY opened_at DESC, id DESC
    LIMIT 4 ), added AS (
    INSERT INTO event_streams (id, key_id, opened_at, seen_at)
    VALUES ($1, $2, clock_timestamp(), clock_timestamp()) ) DELETE
  FROM event_streams s USING (
    SELECT o.id
    FROM event_streams o
    WHERE o.key_id = $2 AND NOT EXISTS (SELECT
      FROM remaining
      WHERE remaining.id = o.id) FOR
    UPDATE SKIP LOCKED ) AS others
  WHERE s.id = others.id
  RETURNING s.id;

-- SqlStreamPlaces.renew
UPDATE event_streams s
  SET seen_at = clock_timestamp()
  WHERE s.id = ANY($1::uuid[]) AND (
    SELECT count(*)
    FROM event_streams o
    WHERE o.key_id = s.key_id AND o.seen_at > clock_timestamp() - interval '15 seconds' AND (o.opened_at, o.id) >
        (s.opened_at, s.id) ) < 5
  RETURNING s.id;
SELECT k.key_hash, k.id, k.merchant_id, k.name, l.reads_per_second, l.writes_per_second
  FROM api_keys k
  LEFT JOIN merchant_limits l ON l.merchant_id = k.merchant_id
  WHERE k.revoked_at IS NULL AND k.id = ANY($1::uuid[]);

-- SqlStreamPlaces.leave
DELETE
  FROM event_streams
  WHERE id = $1;

-- SqlWebhookEndpoints.add
BEGIN ISOLATION LEVEL READ COMMITTED;
SELECT id
  FROM merchants
  WHERE id = $1 FOR NO KEY
  UPDATE;
SELECT count(*)::int AS count
  FROM (SELECT
    FROM webhook_endpoints
    WHERE merchant_id = $1
    LIMIT $2) AS e;
INSERT INTO webhook_cursors AS c (merchant_id, endpoint_id, sequence)
  SELECT b.merchant_id, $2, (
    SELECT o.sequence
    FROM outbox o
    WHERE o.merchant_id = b.merchant_id AND o.sequence IS NOT NULL AND ($3::uuid[] IS NULL OR o.merchant_id =
        ANY($3::uuid[]))
    ORDER BY o.sequence DESC
    LIMIT 1)
  FROM books b
  WHERE ($1::uuid = '00000000-0000-0000-0000-000000000000' OR b.merchant_id = $1) AND ($3::uuid[] IS NULL OR
      b.merchant_id = ANY($3::uuid[])) AND (
    SELECT o.sequence
    FROM outbox o
    WHERE o.merchant_id = b.merchant_id AND o.sequence IS NOT NULL AND ($3::uuid[] IS NULL OR o.merchant_id =
        ANY($3::uuid[]))
    ORDER BY o.sequence DESC
    LIMIT 1) IS NOT NULL
  ORDER BY b.merchant_id
  ON CONFLICT (merchant_id, endpoint_id) DO UPDATE
  SET sequence = greatest(c.sequence, excluded.sequence);
INSERT INTO webhook_endpoints AS p (merchant_id, id, url, event_types, description, is_active, is_ordered, secret,
    created_at, updated_at)
  SELECT $1::uuid, $2, $3, $4::text[], $5, $6, $7, $8, t.now, t.now
  FROM (SELECT date_trunc('milliseconds', clock_timestamp()) AS now) t
  RETURNING p.merchant_id, p.id, p.url, p.event_types, p.description, p.is_active, p.is_ordered, p.turned_off,
      p.failing_since, p.paused_since, p.created_at, p.updated_at;
COMMIT;
SELECT pg_advisory_xact_lock(1700000002580);

-- SqlWebhookEndpoints.find
SELECT p.merchant_id, p.id, p.url, p.event_types, p.description, p.is_active, p.is_ordered, p.turned_off,
    p.failing_since, p.paused_since, p.created_at, p.updated_at
  FROM webhook_endpoints p
  WHERE p.id = $1 AND ($2::uuid IS NULL OR p.merchant_id = $2);

-- SqlWebhookEndpoints.list
SELECT p.merchant_id, p.id, p.url, p.event_types, p.description, p.is_active, p.is_ordered, p.turned_off,
    p.failing_since, p.paused_since, p.created_at, p.updated_at
  FROM unnest($2::uuid[]) AS s1(value)
  CROSS JOIN LATERAL (SELECT *
    FROM webhook_endpoints p
    WHERE p.merchant_id = s1.value AND ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
    ORDER BY p.id DESC
    LIMIT $3) p
  ORDER BY p.id DESC
  LIMIT $4 OFFSET $5;
SELECT p.merchant_id, p.id, p.url, p.event_types, p.description, p.is_active, p.is_ordered, p.turned_off,
    p.failing_since, p.paused_since, p.created_at, p.updated_at
  FROM LATERAL (SELECT *
    FROM webhook_endpoints p
    ORDER BY p.id DESC
    LIMIT $1) p
  ORDER BY p.id DESC
  LIMIT $2 OFFSET $3;

-- SqlWebhookEndpoints.count
SELECT count(*)::int AS count
  FROM (SELECT
    FROM webhook_endpoints
    WHERE merchant_id = $1
    LIMIT $2) AS e;

-- SqlWebhookEndpoints.change
BEGIN ISOLATION LEVEL READ COMMITTED;
UPDATE webhook_endpoints p
  SET url = coalesce($3, p.url), is_active = coalesce($4, p.is_active), is_ordered = coalesce($5, p.is_ordered),
      event_types = CASE WHEN $6 THEN $7::text[] ELSE p.event_types END, description = CASE WHEN $8 THEN $9 ELSE
      p.description END, turned_off = CASE WHEN $4 THEN NULL ELSE p.turned_off END, failing_since = CASE WHEN $4 THEN
      NULL ELSE p.failing_since END, paused_since = CASE WHEN NOT $5 THEN NULL ELSE p.paused_since END, updated_at =
      greatest(p.updated_at, date_trunc('milliseconds', clock_timestamp()))
  WHERE p.merchant_id = $1 AND p.id = $2
  RETURNING p.merchant_id, p.id, p.url, p.event_types, p.description, p.is_active, p.is_ordered, p.turned_off,
      p.failing_since, p.paused_since, p.created_at, p.updated_at;
COMMIT;
SELECT id
  FROM webhook_endpoints
  WHERE merchant_id = $1 AND id = $2 AND NOT is_active FOR NO KEY
  UPDATE;
INSERT INTO webhook_cursors AS c (merchant_id, endpoint_id, sequence)
  SELECT b.merchant_id, $2, (
    SELECT o.sequence
    FROM outbox o
    WHERE o.merchant_id = b.merchant_id AND o.sequence IS NOT NULL AND ($3::uuid[] IS NULL OR o.merchant_id =
        ANY($3::uuid[]))
    ORDER BY o.sequence DESC
    LIMIT 1)
  FROM books b
  WHERE ($1::uuid = '00000000-0000-0000-0000-000000000000' OR b.merchant_id = $1) AND ($3::uuid[] IS NULL OR
      b.merchant_id = ANY($3::uuid[])) AND (
    SELECT o.sequence
    FROM outbox o
    WHERE o.merchant_id = b.merchant_id AND o.sequence IS NOT NULL AND ($3::uuid[] IS NULL OR o.merchant_id =
        ANY($3::uuid[]))
    ORDER BY o.sequence DESC
    LIMIT 1) IS NOT NULL
  ORDER BY b.merchant_id
  ON CONFLICT (merchant_id, endpoint_id) DO UPDATE
  SET sequence = greatest(c.sequence, excluded.sequence);

-- SqlWebhookEndpoints.rotateSecret
UPDATE webhook_endpoints p
  SET secret = $3, previous_secret = CASE WHEN $4 = 0 THEN NULL WHEN p.previous_secret_until > clock_timestamp() THEN
      p.previous_secret ELSE p.secret END, previous_secret_until = CASE WHEN $4 > 0 THEN clock_timestamp() + $4::integer
      * interval '1 second' END, updated_at = greatest(p.updated_at, date_trunc('milliseconds', clock_timestamp()))
  WHERE p.merchant_id = $1 AND p.id = $2
  RETURNING p.merchant_id, p.id, p.url, p.event_types, p.description, p.is_active, p.is_ordered, p.turned_off,
      p.failing_since, p.paused_since, p.created_at, p.updated_at;

-- SqlWebhookEndpoints.secretsOf
SELECT secret, CASE WHEN previous_secret_until > clock_timestamp() THEN previous_secret END AS previous_secret
  FROM webhook_endpoints
  WHERE merchant_id = $1 AND id = $2;

-- SecretsCheck.onModuleInit
SELECT min(secret) AS secret, count(*)::int AS endpoints
  FROM webhook_endpoints
  GROUP BY split_part(secret, '.', 2);

-- SqlSealedSecrets.removeEnded
UPDATE webhook_endpoints p
  SET previous_secret = NULL, previous_secret_until = NULL
  FROM (
    SELECT merchant_id, id
    FROM webhook_endpoints
    WHERE previous_secret_until <= clock_timestamp()
    ORDER BY id FOR NO KEY
    UPDATE ) AS ended
  WHERE p.merchant_id = ended.merchant_id AND p.id = ended.id;

-- SqlSealedSecrets.reencrypt
SELECT merchant_id, id, secret, previous_secret
  FROM webhook_endpoints
  WHERE id > $1 AND (split_part(secret, '.', 2) <> $2 OR split_part(previous_secret, '.', 2) <> $2)
  ORDER BY id
  LIMIT $3;
UPDATE webhook_endpoints
  SET secret = $5, previous_secret = $6
  WHERE merchant_id = $1 AND id = $2 AND secret = $3 AND previous_secret IS NOT DISTINCT
  FROM $4
  RETURNING id;

-- SqlSealedSecrets.keyIds
SELECT DISTINCT split_part(s.secret, '.', 2) AS key_id
  FROM webhook_endpoints e
  CROSS JOIN LATERAL (VALUES (e.secret), (e.previous_secret)) AS s(secret)
  WHERE s.secret IS NOT NULL
  ORDER BY key_id;

-- SqlEventCursors.areNeeded
SELECT
  FROM webhook_endpoints
  WHERE is_active
  LIMIT 1;

-- SqlEventCursors.behind
SELECT *
  FROM ( (SELECT m.merchant_id, e.id AS endpoint_id, e.merchant_id = '00000000-0000-0000-0000-000000000000' AS
      of_operators, e.event_types, coalesce(c.sequence, 0) AS sequence, clock_timestamp() AS at
      FROM webhook_endpoints e
      CROSS JOIN LATERAL (SELECT e.merchant_id) m
      LEFT JOIN webhook_cursors c ON c.merchant_id = m.merchant_id AND c.endpoint_id = e.id
      CROSS JOIN LATERAL (
        SELECT
        FROM outbox o
        WHERE o.merchant_id = m.merchant_id AND o.sequence > coalesce(c.sequence, 0)
        LIMIT 1 ) AS news
      WHERE e.is_active AND e.id >= $1 AND (e.id, m.merchant_id) > ($1, $2) AND e.merchant_id <>
          '00000000-0000-0000-0000-000000000000'
      ORDER BY e.id
      LIMIT $3)
    UNION ALL (SELECT m.merchant_id, e.id AS endpoint_id, e.merchant_id = '00000000-0000-0000-0000-000000000000' AS
        of_operators, e.event_types, coalesce(c.sequence, 0) AS sequence, clock_timestamp() AS at
      FROM webhook_endpoints e
      CROSS JOIN books m
      LEFT JOIN webhook_cursors c ON c.merchant_id = m.merchant_id AND c.endpoint_id = e.id
      CROSS JOIN LATERAL (
        SELECT
        FROM outbox o
        WHERE o.merchant_id = m.merchant_id AND o.sequence > coalesce(c.sequence, 0)
        LIMIT 1 ) AS news
      WHERE e.is_active AND e.id >= $1 AND (e.id, m.merchant_id) > ($1, $2) AND e.merchant_id =
          '00000000-0000-0000-0000-000000000000'
      ORDER BY e.id, m.merchant_id
      LIMIT $3) ) found
  ORDER BY endpoint_id, merchant_id
  LIMIT $3;

-- DistributedEventCursors.behind
SELECT id, merchant_id, event_types, clock_timestamp() AS at
  FROM webhook_endpoints
  WHERE is_active AND (id > $1 OR (id = $1 AND $2::uuid < 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
  ORDER BY id
  LIMIT $3;
SELECT b.merchant_id, (
    SELECT o.sequence::text
    FROM outbox o
    WHERE o.merchant_id = b.merchant_id AND o.sequence IS NOT NULL
    ORDER BY o.sequence DESC
    LIMIT 1 ) AS last
  FROM books b
  WHERE ($1::uuid[] IS NULL OR b.merchant_id = ANY($1::uuid[])) AND b.merchant_id > $2::uuid
  ORDER BY b.merchant_id
  LIMIT $3;
SELECT merchant_id, endpoint_id, sequence
  FROM webhook_cursors
  WHERE endpoint_id = ANY($1::uuid[]) AND merchant_id = ANY($2::uuid[]);
SELECT id, merchant_id, event_types, clock_timestamp() AS at
  FROM webhook_endpoints
  WHERE is_active AND merchant_id = ANY($1::uuid[]) AND id >= $2
  ORDER BY id;
SELECT w.merchant_id, p.sequence AS last
  FROM unnest($1::uuid[]) AS w(merchant_id)
  CROSS JOIN LATERAL (
    SELECT o.sequence
    FROM outbox o
    WHERE o.merchant_id = w.merchant_id AND o.sequence IS NOT NULL AND ($2::uuid[] IS NULL OR o.merchant_id =
        ANY($2::uuid[]))
    ORDER BY o.sequence DESC
    LIMIT 1 ) p;

-- EndpointStarts.fromNowOfAll
SELECT (extract(epoch
      FROM clock_timestamp()) * 1000)::bigint::text AS ms;
SELECT b.merchant_id, (
    SELECT o.sequence::text
    FROM outbox o
    WHERE o.merchant_id = b.merchant_id AND o.sequence IS NOT NULL
    ORDER BY o.sequence DESC
    LIMIT 1 ) AS last
  FROM books b
  WHERE ($1::uuid[] IS NULL OR b.merchant_id = ANY($1::uuid[])) AND b.merchant_id > $2::uuid
  ORDER BY b.merchant_id
  LIMIT $3;
INSERT INTO webhook_cursors AS c (merchant_id, endpoint_id, sequence)
  SELECT r.merchant_id, $1, r.sequence
  FROM unnest($2::uuid[], $3::bigint[]) AS r(merchant_id, sequence)
  ORDER BY r.merchant_id
  ON CONFLICT (merchant_id, endpoint_id) DO UPDATE
  SET sequence = greatest(c.sequence, excluded.sequence);

-- EndpointStarts.place
SELECT w.merchant_id, w.endpoint_id, before.sequence
  FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS w(merchant_id, endpoint_id, sequence)
  CROSS JOIN LATERAL (
    SELECT coalesce(max(o.sequence), 0)::text AS sequence
    FROM outbox o
    WHERE o.merchant_id = w.merchant_id AND o.sequence IS NOT NULL AND ($4::uuid[] IS NULL OR o.merchant_id =
        ANY($4::uuid[])) AND o.created_at < to_timestamp(-w.sequence / 1000.0) ) before
  WHERE ($4::uuid[] IS NULL OR w.merchant_id = ANY($4::uuid[]));
WITH endpoints AS (
    SELECT id
    FROM webhook_endpoints
    WHERE id = ANY($2) AND is_active
    ORDER BY id FOR KEY SHARE SKIP LOCKED )
  INSERT INTO webhook_cursors AS c (merchant_id, endpoint_id, sequence)
  SELECT p.merchant_id, p.endpoint_id, p.sequence
  FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS p(merchant_id, endpoint_id, sequence)
  JOIN endpoints e ON e.id = p.endpoint_id
  ORDER BY p.merchant_id, p.endpoint_id
  ON CONFLICT (merchant_id, endpoint_id) DO UPDATE
  SET sequence = excluded.sequence
  WHERE c.sequence < 0
  RETURNING c.merchant_id, c.endpoint_id, c.sequence;

-- SqlEventCursors.advance
WITH steps AS (
    SELECT *
    FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[]) AS s(merchant_id, endpoint_id, was, sequence) ),
        endpoints AS (
    SELECT id, merchant_id AS owner_id
    FROM webhook_endpoints
    WHERE id = ANY($2) AND is_active
    ORDER BY id FOR KEY SHARE SKIP LOCKED ), moved AS (
    INSERT INTO webhook_cursors AS c (merchant_id, endpoint_id, sequence)
    SELECT s.merchant_id, s.endpoint_id, s.sequence
    FROM steps s
    JOIN endpoints e ON e.id = s.endpoint_id
    ORDER BY s.merchant_id, s.endpoint_id
    ON CONFLICT (merchant_id, endpoint_id) DO UPDATE
    SET sequence = excluded.sequence
    WHERE c.sequence = (
      SELECT s.was
      FROM steps s
      WHERE s.merchant_id = excluded.merchant_id AND s.endpoint_id = excluded.endpoint_id)
    RETURNING c.merchant_id, c.endpoint_id )
  INSERT INTO webhook_deliveries (merchant_id, id, endpoint_id, owner_id, event_id, event_type, object_id, sequence,
      body, status, next_attempt_at, created_at)
  SELECT d.merchant_id, d.id, d.endpoint_id, e.owner_id, d.event_id, d.event_type, d.object_id, d.sequence, d.body,
      'pending', t.now, t.now
  FROM unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::text[], $10::uuid[], $11::bigint[], $12::text[]) AS
      d(merchant_id, endpoint_id, id, event_id, event_type, object_id, sequence, body)
  JOIN moved ON moved.merchant_id = d.merchant_id AND moved.endpoint_id = d.endpoint_id
  JOIN endpoints e ON e.id = d.endpoint_id
  CROSS JOIN (SELECT date_trunc('milliseconds', clock_timestamp()) AS now) t
  ON CONFLICT (merchant_id, endpoint_id, event_id) DO NOTHING;

-- SqlDeliveryWork.claim
WITH due AS (
    SELECT d.merchant_id, d.id, e.merchant_id AS owner_id, e.url, e.is_ordered, e.secret, s.previous_secret
    FROM webhook_endpoints e
    CROSS JOIN LATERAL (
      SELECT CASE WHEN e.previous_secret_until > clock_timestamp() THEN e.previous_secret END AS previous_secret ) s
    LEFT JOIN unnest($2::uuid[], $3::integer[]) AS capacity(endpoint_id, deliveries) ON capacity.endpoint_id = e.id
    CROSS JOIN LATERAL (
      SELECT merchant_id, id, next_attempt_at
      FROM webhook_deliveries d
      WHERE d.endpoint_id = e.id AND d.status = 'pending' AND d.next_attempt_at <= statement_timestamp() AND
          (d.claimed_until IS NULL OR d.claimed_until NOT BETWEEN statement_timestamp() AND statement_timestamp() +
          interval '35 seconds') AND (NOT e.is_ordered OR NOT EXISTS (
          SELECT
          FROM webhook_deliveries h
          WHERE h.endpoint_id = d.endpoint_id AND h.merchant_id = d.merchant_id AND h.status = 'pending' AND h.sequence
              < d.sequence))
      ORDER BY d.next_attempt_at
      LIMIT coalesce(capacity.deliveries, $4) FOR
      UPDATE OF d SKIP LOCKED ) d
    WHERE e.is_active AND e.paused_since IS NULL AND (split_part(e.secret, '.', 2) = ANY($5) OR
        split_part(s.previous_secret, '.', 2) = ANY($5))
    ORDER BY d.next_attempt_at
    LIMIT $1 )
  UPDATE webhook_deliveries d
  SET attempts = d.attempts + 1, tries = d.tries + 1, claimed_until = clock_timestamp() + interval '20 seconds'
  FROM due
  WHERE d.merchant_id = due.merchant_id AND d.id = due.id
  RETURNING d.merchant_id, d.id, d.endpoint_id, d.event_id, d.attempts, d.tries, d.body, due.owner_id, due.url,
      due.is_ordered, due.secret, due.previous_secret, clock_timestamp() AS at;

-- SqlDeliveryWork.record
WITH endpoint AS (
    SELECT e.merchant_id, e.id
    FROM webhook_endpoints e
    WHERE e.id = $3 AND $12::boolean AND ((e.failing_since IS NULL) <> $8::boolean OR (e.is_ordered AND $9::double
        precision IS NULL)) FOR NO KEY
    UPDATE ), ended AS (
    UPDATE webhook_deliveries d
    SET claimed_until = NULL, tries = CASE WHEN $12::boolean OR d.tries = 0 THEN d.tries ELSE d.tries - 1 END, status =
        CASE WHEN $8::boolean THEN 'delivered' WHEN $9::double precision IS NULL AND d.tries > 0 THEN 'failed' ELSE
        'pending' END, next_attempt_at = CASE WHEN $8 THEN NULL WHEN d.tries = 0 THEN d.next_attempt_at ELSE
        clock_timestamp() + $9 * interval '1 millisecond' END, ended_at = CASE WHEN $8 OR ($9 IS NULL AND d.tries > 0)
        THEN date_trunc('milliseconds', clock_timestamp()) END
    FROM (SELECT count(*)
      FROM endpoint) AS locked
    WHERE d.merchant_id = $1 AND d.id = $2 AND d.attempts = $4 AND d.status = 'pending'
    RETURNING d.merchant_id, d.id, d.status, d.ended_at ), attempt AS (
    INSERT INTO webhook_attempts (merchant_id, delivery_id, number, endpoint_id, started_at, duration_ms, status_code,
        failure, answer, is_delivered, is_counted)
    SELECT merchant_id, id, $4, $3::uuid, $5::timestamptz, $6::integer, $7::integer, $10::text, $11::text, $8, $12
    FROM ended
    ON CONFLICT DO NOTHING )
  UPDATE webhook_endpoints e
  SET failing_since = CASE WHEN $8 THEN NULL ELSE coalesce(e.failing_since, ended.ended_at, clock_timestamp()) END,
      paused_since = CASE WHEN e.is_ordered AND ended.status = 'failed' THEN coalesce(e.paused_since, ended.ended_at)
      ELSE e.paused_since END
  FROM ended
  CROSS JOIN endpoint
  WHERE e.merchant_id = endpoint.merchant_id AND e.id = endpoint.id;

-- SqlDeliveryWork.planMisdated
WITH misdated AS (
    SELECT d.merchant_id, d.id
    FROM webhook_endpoints e
    CROSS JOIN LATERAL (
      SELECT merchant_id, id
      FROM webhook_deliveries d
      WHERE d.endpoint_id = e.id AND d.status = 'pending' AND d.next_attempt_at > (
        SELECT statement_timestamp() + CASE WHEN l.set_back_live_ms > l.live_ms - 3600000 THEN 0 ELSE $1 END * interval
            '1 millisecond'
        FROM live_time l ) AND d.next_attempt_at > statement_timestamp() + ($2::double precision[])[least(d.tries,
            cardinality($2::double precision[]) - 1) + 1] * interval '1 millisecond'
      ORDER BY d.next_attempt_at
      LIMIT $3 FOR
      UPDATE OF d SKIP LOCKED ) d
    LIMIT $3 )
  UPDATE webhook_deliveries d
  SET next_attempt_at = clock_timestamp()
  FROM misdated
  WHERE d.merchant_id = misdated.merchant_id AND d.id = misdated.id
  RETURNING 1;

-- SqlDeliveryWork.hasFailedForDays
SELECT
  FROM webhook_endpoints e
  WHERE e.id = $1 AND e.is_active AND ( e.failing_since < clock_timestamp() - interval '5 days' AND (
      SELECT count(*)
      FROM (
        SELECT
        FROM webhook_attempts a
        WHERE a.endpoint_id = e.id AND a.started_at > clock_timestamp() - interval '1 day' AND NOT a.is_delivered AND
            a.is_counted
        LIMIT 10) f ) >= 10);

-- SqlDeliveryWork.turnOff
UPDATE webhook_endpoints e
  SET is_active = false, turned_off = $2, updated_at = greatest(e.updated_at, date_trunc('milliseconds',
      clock_timestamp()))
  WHERE e.id = $1 AND e.is_active
  RETURNING e.id;

-- SqlDeliveries.find
SELECT p.merchant_id, p.id, p.endpoint_id, p.event_id, p.event_type, p.sequence, p.status, p.attempts,
    p.next_attempt_at, p.created_at, p.ended_at
  FROM webhook_deliveries p
  WHERE p.id = $1 AND ($2::uuid IS NULL OR p.owner_id = $2);

-- SqlDeliveries.attempts
SELECT number, started_at, duration_ms, status_code, failure, answer
  FROM webhook_attempts
  WHERE merchant_id = $1 AND delivery_id = $2
  ORDER BY number;

-- SqlDeliveries.list
SELECT p.merchant_id, p.id, p.endpoint_id, p.event_id, p.event_type, p.sequence, p.status, p.attempts,
    p.next_attempt_at, p.created_at, p.ended_at
  FROM unnest($1::text[]) AS s1(value)
  CROSS JOIN LATERAL (SELECT *
    FROM webhook_deliveries p
    WHERE p.status = s1.value
    ORDER BY p.id DESC
    LIMIT $2) p
  ORDER BY p.id DESC
  LIMIT $3 OFFSET $4;
SELECT p.merchant_id, p.id, p.endpoint_id, p.event_id, p.event_type, p.sequence, p.status, p.attempts,
    p.next_attempt_at, p.created_at, p.ended_at
  FROM unnest($1::uuid[]) AS s1(value)
  CROSS JOIN unnest($2::text[]) AS s2(value)
  CROSS JOIN LATERAL (SELECT *
    FROM webhook_deliveries p
    WHERE p.owner_id = s1.value AND p.status = s2.value
    ORDER BY p.id DESC
    LIMIT $3) p
  ORDER BY p.id DESC
  LIMIT $4 OFFSET $5;
SELECT p.merchant_id, p.id, p.endpoint_id, p.event_id, p.event_type, p.sequence, p.status, p.attempts,
    p.next_attempt_at, p.created_at, p.ended_at
  FROM unnest($1::uuid[]) AS s1(value)
  CROSS JOIN unnest($3::text[]) AS s2(value)
  CROSS JOIN LATERAL (SELECT *
    FROM webhook_deliveries p
    WHERE p.endpoint_id = s1.value AND p.status = s2.value AND p.owner_id IS NOT DISTINCT
    FROM $2
    ORDER BY p.id DESC
    LIMIT $4) p
  ORDER BY p.id DESC
  LIMIT $5 OFFSET $6;
SELECT p.merchant_id, p.id, p.endpoint_id, p.event_id, p.event_type, p.sequence, p.status, p.attempts,
    p.next_attempt_at, p.created_at, p.ended_at
  FROM unnest($1::uuid[]) AS s1(value)
  CROSS JOIN LATERAL (SELECT *
    FROM webhook_deliveries p
    WHERE p.event_id = s1.value AND p.status IS NOT DISTINCT
    FROM $2
    ORDER BY p.id DESC
    LIMIT $3) p
  ORDER BY p.id DESC
  LIMIT $4 OFFSET $5;
SELECT p.merchant_id, p.id, p.endpoint_id, p.event_id, p.event_type, p.sequence, p.status, p.attempts,
    p.next_attempt_at, p.created_at, p.ended_at
  FROM unnest($1::uuid[]) AS s1(value)
  CROSS JOIN LATERAL (SELECT *
    FROM webhook_deliveries p
    WHERE p.object_id = s1.value AND p.owner_id IS NOT DISTINCT
    FROM $2
    ORDER BY p.id DESC
    LIMIT $3) p
  ORDER BY p.id DESC
  LIMIT $4 OFFSET $5;

-- SqlDeliveries.retry
BEGIN ISOLATION LEVEL READ COMMITTED;
SELECT e.id
  FROM webhook_deliveries d
  JOIN webhook_endpoints e ON e.id = d.endpoint_id
  WHERE d.merchant_id = $1 AND d.id = $2 FOR NO KEY
  UPDATE OF e;
WITH planned AS (
    UPDATE webhook_deliveries p
    SET status = 'pending', tries = 0, next_attempt_at = clock_timestamp(), ended_at = NULL
    WHERE p.merchant_id = $1 AND p.id = $2 AND p.endpoint_id = $3
    RETURNING p.merchant_id, p.id, p.endpoint_id, p.event_id, p.event_type, p.sequence, p.status, p.attempts,
        p.next_attempt_at, p.created_at, p.ended_at ), endpoint AS (
    UPDATE webhook_endpoints e
    SET paused_since = NULL
    WHERE e.id = $3 AND e.paused_since IS NOT NULL AND NOT EXISTS (
      SELECT
      FROM webhook_deliveries o
      WHERE o.endpoint_id = $3 AND o.status = 'failed' AND o.ended_at >= e.paused_since AND o.id <> $2 ) )
  SELECT *
  FROM planned;
COMMIT;

-- SqlDeliveries.recover
BEGIN ISOLATION LEVEL READ COMMITTED;
SELECT id
  FROM webhook_endpoints
  WHERE id = $1 FOR NO KEY
  UPDATE;
SELECT merchant_id
  FROM webhook_cursors
  WHERE endpoint_id = $1
  ORDER BY merchant_id FOR NO KEY
  UPDATE;
SELECT w.merchant_id, first.sequence
  FROM unnest($1::uuid[]) AS w(merchant_id)
  CROSS JOIN LATERAL (
    SELECT o.sequence - 1 AS sequence
    FROM outbox o
    WHERE o.merchant_id = w.merchant_id AND ($3::uuid[] IS NULL OR o.merchant_id = ANY($3::uuid[])) AND o.id >= $2 AND
        o.sequence IS NOT NULL
    ORDER BY o.id
    LIMIT 1 ) first;
WITH planned AS (
    UPDATE webhook_deliveries p
    SET status = 'pending', tries = 0, next_attempt_at = clock_timestamp(), ended_at = NULL
    WHERE p.endpoint_id = $1 AND p.status = 'failed' AND (p.id >= $2 OR p.ended_at >= $5)
    RETURNING p.id ), endpoint AS (
    UPDATE webhook_endpoints
    SET paused_since = NULL
    WHERE id = $1 AND paused_since IS NOT NULL ), behind AS (
    UPDATE webhook_cursors c
    SET sequence = before.sequence
    FROM unnest($3::uuid[], $4::bigint[]) AS before(merchant_id, sequence)
    WHERE c.endpoint_id = $1 AND c.merchant_id = before.merchant_id AND before.sequence < c.sequence )
  SELECT count(*)::int AS count
  FROM planned;
COMMIT;

-- SqlDeliveries.prune
WITH old AS (
    SELECT merchant_id, id
    FROM webhook_deliveries
    WHERE id < $1 AND (status <> 'pending' OR id < $2)
    ORDER BY id
    LIMIT $3 FOR
    UPDATE SKIP LOCKED ), attempts AS ( DELETE
    FROM webhook_attempts a USING old
    WHERE a.merchant_id = old.merchant_id AND a.delivery_id = old.id ) DELETE
  FROM webhook_deliveries d USING old
  WHERE d.merchant_id = old.merchant_id AND d.id = old.id
  RETURNING 1;

-- checkEvents: events
SELECT o.sequence, o.id, b.sequence AS before, b.id AS before_id, b.is_carried AS before_is_carried
  FROM outbox o
  LEFT JOIN LATERAL (
    SELECT e.sequence, e.id, e.published_at IS NOT NULL AND NOT EXISTS (SELECT
      FROM outbox_queue q
      WHERE q.id = e.id AND q.merchant_id = $1) AS is_carried
    FROM outbox e
    WHERE e.merchant_id = $1 AND e.sequence < o.sequence
    ORDER BY e.sequence DESC
    LIMIT 1 ) b ON true
  WHERE o.merchant_id = $1 AND o.sequence > $2
  ORDER BY o.sequence
  LIMIT $3;

-- checkEvents: events, since
SELECT o.sequence, o.id, b.sequence AS before, b.id AS before_id, b.is_carried AS before_is_carried
  FROM outbox o
  LEFT JOIN LATERAL (
    SELECT e.sequence, e.id, e.published_at IS NOT NULL AND NOT EXISTS (SELECT
      FROM outbox_queue q
      WHERE q.id = e.id AND q.merchant_id = $1) AS is_carried
    FROM outbox e
    WHERE e.merchant_id = $1 AND e.sequence < o.sequence
    ORDER BY e.sequence DESC
    LIMIT 1 ) b ON true
  WHERE o.merchant_id = $1 AND o.sequence > $2
  ORDER BY o.sequence
  LIMIT $3;

-- SqlWebhookEndpoints.remove
BEGIN ISOLATION LEVEL READ COMMITTED;
DELETE
  FROM webhook_endpoints
  WHERE id = $1 AND ($2::uuid IS NULL OR merchant_id = $2)
  RETURNING id;
WITH cursors AS (DELETE
    FROM webhook_cursors
    WHERE endpoint_id = $1)
  UPDATE webhook_deliveries
  SET status = 'cancelled', next_attempt_at = NULL, claimed_until = NULL, ended_at = date_trunc('milliseconds',
      clock_timestamp())
  WHERE endpoint_id = $1 AND status = 'pending';
COMMIT;
