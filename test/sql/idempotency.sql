-- What each method sends. Written by UPDATE_SQL=1 make test-file path=test/integration/repository-sql.spec.ts

-- ExpiredIdempotencyKeys.find
SELECT merchant_id, key, to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS expired_at
  FROM idempotency_keys
  WHERE (expires_at < now() - interval '1 hour' AND expires_at_live_ms < (SELECT live_ms - 3600000
      FROM live_time) OR (expires_at < now() - interval '1 hour' AND expires_at_live_ms IS NULL)) AND true
  ORDER BY expires_at, merchant_id, key
  LIMIT $1;
SELECT merchant_id, key, to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS expired_at
  FROM idempotency_keys
  WHERE (expires_at < now() - interval '1 hour' AND expires_at_live_ms < (SELECT live_ms - 3600000
      FROM live_time) OR (expires_at < now() - interval '1 hour' AND expires_at_live_ms IS NULL)) AND expires_at >=
          $2::timestamptz AND (expires_at, merchant_id, key) > ($2::timestamptz, $3::uuid, $4)
  ORDER BY expires_at, merchant_id, key
  LIMIT $1;

-- ExpiredIdempotencyKeys.remove
BEGIN ISOLATION LEVEL READ COMMITTED;
SELECT merchant_id
  FROM books
  WHERE merchant_id = $1 FOR NO KEY
  UPDATE SKIP LOCKED;
UPDATE idempotency_keys
  SET expires_at_live_ms = (SELECT live_ms
    FROM live_time) + $3
  WHERE merchant_id = $1 AND key = ANY($2::text[]) AND expires_at_live_ms IS NULL;
DELETE
  FROM idempotency_keys
  WHERE expires_at < now() - interval '1 hour' AND expires_at_live_ms < (SELECT live_ms - 3600000
    FROM live_time) AND merchant_id = $1 AND key = ANY($2::text[])
  RETURNING 1;
COMMIT;

-- RememberedIdempotencyKeys.madeUnder
SELECT body::jsonb ->> 'id' AS id
  FROM idempotency_keys
  WHERE merchant_id = $1 AND key = $2 AND status < 300;

-- RememberedIdempotencyKeys.has
SELECT
  FROM idempotency_keys
  WHERE merchant_id = $1 AND key = $2;

-- RememberedIdempotencyKeys.count
SELECT count(*)::int AS count, max(key) AS last
  FROM (
    SELECT key
    FROM idempotency_keys
    WHERE merchant_id = $1 AND key > $2
    ORDER BY key
    LIMIT $3) AS k;
