-- What each method sends. Written by UPDATE_SQL=1 make test-file path=test/integration/repository-sql.spec.ts

-- ExpiredIdempotencyKeys.find
SELECT merchant_id, key, expires_at
  FROM idempotency_keys
  WHERE expires_at < now() - interval '1 hour' AND coalesce(expires_at_live_ms, $1::bigint) < (SELECT live_ms - 3600000
    FROM live_time)
  ORDER BY expires_at, merchant_id, key
  LIMIT $2;
SELECT merchant_id, key, expires_at
  FROM idempotency_keys
  WHERE expires_at < now() - interval '1 hour' AND coalesce(expires_at_live_ms, $1::bigint) < (SELECT live_ms - 3600000
    FROM live_time) AND expires_at >= $3 AND (expires_at, merchant_id, key) > ($3, $4, $5)
  ORDER BY expires_at, merchant_id, key
  LIMIT $2;

-- ExpiredIdempotencyKeys.remove
BEGIN ISOLATION LEVEL READ COMMITTED;
SELECT merchant_id
  FROM books
  WHERE merchant_id = $1 FOR NO KEY
  UPDATE SKIP LOCKED;
DELETE
  FROM idempotency_keys
  WHERE expires_at < now() - interval '1 hour' AND coalesce(expires_at_live_ms, $1::bigint) < (SELECT live_ms - 3600000
    FROM live_time) AND merchant_id = $2 AND key = ANY($3::text[])
  RETURNING 1;
COMMIT;
