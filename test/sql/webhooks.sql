-- What each method sends. Written by UPDATE_SQL=1 make test-file path=test/integration/repository-sql.spec.ts

-- SqlWebhookEndpoints.add
INSERT INTO webhook_endpoints AS p (merchant_id, id, url, event_types, description, is_active, secret, created_at,
    updated_at)
  SELECT $1::uuid, $2, $3, $4::text[], $5, $6, $7, t.now, t.now
  FROM (SELECT date_trunc('milliseconds', clock_timestamp()) AS now) t
  WHERE $1::uuid = '00000000-0000-0000-0000-000000000000' OR EXISTS (SELECT
    FROM merchants
    WHERE id = $1::uuid)
  RETURNING p.merchant_id, p.id, p.url, p.event_types, p.description, p.is_active, p.created_at, p.updated_at;

-- SqlWebhookEndpoints.find
SELECT p.merchant_id, p.id, p.url, p.event_types, p.description, p.is_active, p.created_at, p.updated_at
  FROM webhook_endpoints p
  WHERE p.id = $1 AND ($2::uuid IS NULL OR p.merchant_id = $2);

-- SqlWebhookEndpoints.list
SELECT p.merchant_id, p.id, p.url, p.event_types, p.description, p.is_active, p.created_at, p.updated_at
  FROM unnest($1::uuid[]) AS s1(value)
  CROSS JOIN LATERAL (SELECT *
    FROM webhook_endpoints p
    WHERE p.merchant_id = s1.value
    ORDER BY p.id DESC
    LIMIT $2) p
  ORDER BY p.id DESC
  LIMIT $3 OFFSET $4;
SELECT p.merchant_id, p.id, p.url, p.event_types, p.description, p.is_active, p.created_at, p.updated_at
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
UPDATE webhook_endpoints p
  SET url = coalesce($3, p.url), is_active = coalesce($4, p.is_active), event_types = CASE WHEN $5 THEN $6::text[] ELSE
      p.event_types END, description = CASE WHEN $7 THEN $8 ELSE p.description END, updated_at = greatest(p.updated_at,
      date_trunc('milliseconds', clock_timestamp()))
  WHERE p.merchant_id = $1 AND p.id = $2
  RETURNING p.merchant_id, p.id, p.url, p.event_types, p.description, p.is_active, p.created_at, p.updated_at;

-- SqlWebhookEndpoints.rotateSecret
UPDATE webhook_endpoints p
  SET secret = $3, previous_secret = CASE WHEN $4 > 0 THEN p.secret END, previous_secret_until = CASE WHEN $4 > 0 THEN
      clock_timestamp() + $4::integer * interval '1 second' END, updated_at = greatest(p.updated_at,
      date_trunc('milliseconds', clock_timestamp()))
  WHERE p.merchant_id = $1 AND p.id = $2
  RETURNING p.merchant_id, p.id, p.url, p.event_types, p.description, p.is_active, p.created_at, p.updated_at;

-- SqlWebhookEndpoints.secretsOf
SELECT secret, CASE WHEN previous_secret_until > clock_timestamp() THEN previous_secret END AS previous_secret
  FROM webhook_endpoints
  WHERE merchant_id = $1 AND id = $2;

-- SqlWebhookEndpoints.remove
DELETE
  FROM webhook_endpoints
  WHERE id = $1 AND ($2::uuid IS NULL OR merchant_id = $2)
  RETURNING id;
