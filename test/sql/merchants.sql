-- What each method sends. Written by UPDATE_SQL=1 make test-file path=test/integration/repository-sql.spec.ts

-- TypeormMerchants.find
SELECT "merchants"."id" AS "merchants_id", "merchants"."name" AS "merchants_name", "merchants"."email" AS
    "merchants_email", "merchants"."is_active" AS "merchants_is_active", "merchants"."reads_per_second" AS
    "merchants_reads_per_second", "merchants"."writes_per_second" AS "merchants_writes_per_second",
    "merchants"."created_at" AS "merchants_created_at", "merchants"."updated_at" AS "merchants_updated_at"
  FROM "merchants" "merchants"
  WHERE (("merchants"."id" = $1))
  LIMIT 1;

-- TypeormMerchants.list
SELECT p.id, p.name, p.email, p.is_active, p.reads_per_second, p.writes_per_second, p.created_at, p.updated_at
  FROM LATERAL (SELECT *
    FROM merchants p
    ORDER BY p.id DESC
    LIMIT $1) p
  ORDER BY p.id DESC
  LIMIT $2 OFFSET $3;
SELECT p.id, p.name, p.email, p.is_active, p.reads_per_second, p.writes_per_second, p.created_at, p.updated_at
  FROM unnest($1::uuid[]) AS s1(value)
  CROSS JOIN LATERAL (SELECT *
    FROM merchants p
    WHERE p.id < s1.value
    ORDER BY p.id DESC
    LIMIT $2) p
  ORDER BY p.id DESC
  LIMIT $3 OFFSET $4;
SELECT p.id, p.name, p.email, p.is_active, p.reads_per_second, p.writes_per_second, p.created_at, p.updated_at
  FROM unnest($1::uuid[]) AS s1(value)
  CROSS JOIN LATERAL (SELECT *
    FROM merchants p
    WHERE p.id > s1.value
    ORDER BY p.id ASC
    LIMIT $2) p
  ORDER BY p.id ASC
  LIMIT $3 OFFSET $4;
SELECT p.id, p.name, p.email, p.is_active, p.reads_per_second, p.writes_per_second, p.created_at, p.updated_at
  FROM LATERAL (SELECT *
    FROM merchants p
    WHERE p.is_active IS NOT DISTINCT
    FROM $1 AND (strpos(lower(p.name), lower($2::text)) > 0 OR strpos(lower(p.email), lower($2::text)) > 0)
    ORDER BY p.id DESC
    LIMIT $3) p
  ORDER BY p.id DESC
  LIMIT $4 OFFSET $5;
SELECT p.id, p.name, p.email, p.is_active, p.reads_per_second, p.writes_per_second, p.created_at, p.updated_at
  FROM LATERAL (SELECT *
    FROM (SELECT *
      FROM merchants f
      WHERE f.id = $2 OFFSET 0) p
    WHERE p.is_active IS NOT DISTINCT
    FROM $1
    ORDER BY p.id DESC
    LIMIT $3) p
  ORDER BY p.id DESC
  LIMIT $4 OFFSET $5;

-- TypeormMerchants.add
BEGIN ISOLATION LEVEL READ COMMITTED;
INSERT INTO merchants (id, name, email, is_active, created_at, updated_at)
  SELECT $1, $2, $3, true, now, now
  FROM date_trunc('milliseconds', clock_timestamp()) AS now
  RETURNING merchants.id, merchants.name, merchants.email, merchants.is_active, merchants.reads_per_second,
      merchants.writes_per_second, merchants.created_at, merchants.updated_at;
INSERT INTO books (merchant_id)
  VALUES ($1);
COMMIT;

-- TypeormBankAccounts.find
SELECT "bank_accounts"."merchant_id" AS "bank_accounts_merchant_id", "bank_accounts"."id" AS "bank_accounts_id",
    "bank_accounts"."account_holder_name" AS "bank_accounts_account_holder_name", "bank_accounts"."account_number" AS
    "bank_accounts_account_number", "bank_accounts"."ifsc" AS "bank_accounts_ifsc", "bank_accounts"."vpa" AS
    "bank_accounts_vpa", "bank_accounts"."is_active" AS "bank_accounts_is_active", "bank_accounts"."created_at" AS
    "bank_accounts_created_at"
  FROM "bank_accounts" "bank_accounts"
  WHERE (("bank_accounts"."merchant_id" = $1) AND ("bank_accounts"."id" = $2))
  LIMIT 1;
SELECT "bank_accounts"."merchant_id" AS "bank_accounts_merchant_id", "bank_accounts"."id" AS "bank_accounts_id",
    "bank_accounts"."account_holder_name" AS "bank_accounts_account_holder_name", "bank_accounts"."account_number" AS
    "bank_accounts_account_number", "bank_accounts"."ifsc" AS "bank_accounts_ifsc", "bank_accounts"."vpa" AS
    "bank_accounts_vpa", "bank_accounts"."is_active" AS "bank_accounts_is_active", "bank_accounts"."created_at" AS
    "bank_accounts_created_at"
  FROM "bank_accounts" "bank_accounts"
  WHERE (("bank_accounts"."id" = $1))
  LIMIT 1;

-- TypeormBankAccounts.list
SELECT p.merchant_id, p.id, p.account_holder_name, p.account_number, p.ifsc, p.vpa, p.is_active, p.created_at
  FROM unnest($2::uuid[]) AS s1(value)
  CROSS JOIN LATERAL (SELECT *
    FROM bank_accounts p
    WHERE p.merchant_id = s1.value AND ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
    ORDER BY p.id DESC
    LIMIT $3) p
  ORDER BY p.id DESC
  LIMIT $4 OFFSET $5;
SELECT p.merchant_id, p.id, p.account_holder_name, p.account_number, p.ifsc, p.vpa, p.is_active, p.created_at
  FROM unnest($2::uuid[]) AS s1(value)
  CROSS JOIN unnest($3::uuid[]) AS s2(value)
  CROSS JOIN LATERAL (SELECT *
    FROM bank_accounts p
    WHERE p.merchant_id = s1.value AND p.id < s2.value AND ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
    ORDER BY p.id DESC
    LIMIT $4) p
  ORDER BY p.id DESC
  LIMIT $5 OFFSET $6;
SELECT p.merchant_id, p.id, p.account_holder_name, p.account_number, p.ifsc, p.vpa, p.is_active, p.created_at
  FROM unnest($2::uuid[]) AS s1(value)
  CROSS JOIN unnest($3::uuid[]) AS s2(value)
  CROSS JOIN LATERAL (SELECT *
    FROM bank_accounts p
    WHERE p.merchant_id = s1.value AND p.id > s2.value AND ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
    ORDER BY p.id ASC
    LIMIT $4) p
  ORDER BY p.id ASC
  LIMIT $5 OFFSET $6;
SELECT p.merchant_id, p.id, p.account_holder_name, p.account_number, p.ifsc, p.vpa, p.is_active, p.created_at
  FROM LATERAL (SELECT *
    FROM bank_accounts p
    ORDER BY p.id DESC
    LIMIT $1) p
  ORDER BY p.id DESC
  LIMIT $2 OFFSET $3;
SELECT p.merchant_id, p.id, p.account_holder_name, p.account_number, p.ifsc, p.vpa, p.is_active, p.created_at
  FROM unnest($1::uuid[]) AS s1(value)
  CROSS JOIN LATERAL (SELECT *
    FROM bank_accounts p
    WHERE p.id < s1.value
    ORDER BY p.id DESC
    LIMIT $2) p
  ORDER BY p.id DESC
  LIMIT $3 OFFSET $4;
SELECT p.merchant_id, p.id, p.account_holder_name, p.account_number, p.ifsc, p.vpa, p.is_active, p.created_at
  FROM unnest($1::uuid[]) AS s1(value)
  CROSS JOIN LATERAL (SELECT *
    FROM bank_accounts p
    WHERE p.id > s1.value
    ORDER BY p.id ASC
    LIMIT $2) p
  ORDER BY p.id ASC
  LIMIT $3 OFFSET $4;

-- TypeormBankAccounts.ofDestination
WITH wanted AS (SELECT *
    FROM unnest($1::uuid[], $2::text[]) AS wanted(merchant_id, key))
  SELECT a.merchant_id, a.id, a.account_holder_name, a.account_number, a.ifsc, a.vpa, a.is_active, a.created_at
  FROM bank_accounts a
  WHERE (merchant_id, account_number, ifsc) IN (
    SELECT merchant_id, split_part(key, '|', 1), split_part(key, '|', 2)
    FROM wanted) AND ($3::uuid[] IS NULL OR a.merchant_id = ANY($3::uuid[]))
  UNION ALL
  SELECT a.merchant_id, a.id, a.account_holder_name, a.account_number, a.ifsc, a.vpa, a.is_active, a.created_at
  FROM bank_accounts a
  WHERE (merchant_id, vpa) IN (SELECT merchant_id, key
    FROM wanted) AND ($3::uuid[] IS NULL OR a.merchant_id = ANY($3::uuid[]))
  ORDER BY id;

-- TypeormBankAccounts.count
SELECT count(*)::int AS count
  FROM (SELECT
    FROM bank_accounts
    WHERE merchant_id = $1
    LIMIT $2) AS a;

-- LimitsWatch.look
SELECT merchant_id, reads_per_second, writes_per_second
  FROM merchant_limits;
SELECT m.id AS merchant_id, m.reads_per_second, m.writes_per_second
  FROM merchants m
  WHERE m.reads_per_second IS NOT NULL OR m.writes_per_second IS NOT NULL OR m.id = ANY($1::uuid[]);

-- TypeormApiKeys.countValid
SELECT count(*)::int AS count
  FROM (
    SELECT
    FROM api_keys
    WHERE merchant_id = $1 AND revoked_at IS NULL
    LIMIT $2) AS k;

-- TypeormApiKeys.list
SELECT p.id, p.kind, p.merchant_id, p.name, p.prefix, p.last4, p.created_at, p.last_used_at, p.revoked_at
  FROM unnest($2::uuid[]) AS s1(value)
  CROSS JOIN LATERAL (SELECT *
    FROM api_keys p
    WHERE p.merchant_id = s1.value AND ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
    ORDER BY p.id DESC
    LIMIT $3) p
  ORDER BY p.id DESC
  LIMIT $4 OFFSET $5;
SELECT p.id, p.kind, p.merchant_id, p.name, p.prefix, p.last4, p.created_at, p.last_used_at, p.revoked_at
  FROM unnest($2::uuid[]) AS s1(value)
  CROSS JOIN unnest($3::uuid[]) AS s2(value)
  CROSS JOIN LATERAL (SELECT *
    FROM api_keys p
    WHERE p.merchant_id = s1.value AND p.id < s2.value AND ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
    ORDER BY p.id DESC
    LIMIT $4) p
  ORDER BY p.id DESC
  LIMIT $5 OFFSET $6;
SELECT p.id, p.kind, p.merchant_id, p.name, p.prefix, p.last4, p.created_at, p.last_used_at, p.revoked_at
  FROM unnest($2::uuid[]) AS s1(value)
  CROSS JOIN unnest($3::uuid[]) AS s2(value)
  CROSS JOIN LATERAL (SELECT *
    FROM api_keys p
    WHERE p.merchant_id = s1.value AND p.id > s2.value AND ($1::uuid[] IS NULL OR p.merchant_id = ANY($1::uuid[]))
    ORDER BY p.id ASC
    LIMIT $4) p
  ORDER BY p.id ASC
  LIMIT $5 OFFSET $6;

-- TypeormApiKeys.add
INSERT INTO api_keys (id, kind, merchant_id, name, prefix, last4, key_hash, created_at)
  SELECT $1, $2, $3::uuid, $4, $5, $6, $7, date_trunc('milliseconds', clock_timestamp())
  WHERE $3::uuid IS NULL OR EXISTS (SELECT
    FROM merchants
    WHERE id = $3::uuid)
  RETURNING api_keys.id, api_keys.kind, api_keys.merchant_id, api_keys.name, api_keys.prefix, api_keys.last4,
      api_keys.created_at, api_keys.last_used_at, api_keys.revoked_at;

-- TypeormApiKeys.revoke
UPDATE api_keys
  SET revoked_at = coalesce(revoked_at, greatest(created_at, date_trunc('milliseconds', clock_timestamp())))
  WHERE id = $1 AND merchant_id IS NOT DISTINCT
  FROM $2::uuid
  RETURNING id;

-- KeyTickets.issue
WITH over AS (DELETE
    FROM key_tickets
    WHERE (expires_at <= clock_timestamp() OR expires_at > clock_timestamp() + interval '60 seconds'))
  INSERT INTO key_tickets (ticket_hash, key_id, expires_at)
  VALUES ($1, $2, date_trunc('milliseconds', clock_timestamp() + interval '60 seconds'))
  RETURNING expires_at;

-- KeyAuthenticator.authenticate
SELECT k.key_hash, k.id, k.merchant_id, k.name, l.reads_per_second, l.writes_per_second
  FROM api_keys k
  LEFT JOIN merchant_limits l ON l.merchant_id = k.merchant_id
  WHERE k.revoked_at IS NULL AND k.key_hash = ANY($1::bytea[]);

-- KeyAuthenticator.redeem
DELETE
  FROM key_tickets
  WHERE ticket_hash = $1 AND NOT (expires_at <= clock_timestamp() OR expires_at > clock_timestamp() + interval '60
      seconds')
  RETURNING key_id;
SELECT k.key_hash, k.id, k.merchant_id, k.name, l.reads_per_second, l.writes_per_second
  FROM api_keys k
  LEFT JOIN merchant_limits l ON l.merchant_id = k.merchant_id
  WHERE k.revoked_at IS NULL AND k.id = ANY($1::uuid[]);

-- KeyTickets.redeem
DELETE
  FROM key_tickets
  WHERE ticket_hash = $1 AND NOT (expires_at <= clock_timestamp() OR expires_at > clock_timestamp() + interval '60
      seconds')
  RETURNING key_id;

-- KeyAuthenticator.holding
SELECT k.key_hash, k.id, k.merchant_id, k.name, l.reads_per_second, l.writes_per_second
  FROM api_keys k
  LEFT JOIN merchant_limits l ON l.merchant_id = k.merchant_id
  WHERE k.revoked_at IS NULL AND k.id = ANY($1::uuid[]);

-- LastUsed.write
UPDATE api_keys k
  SET last_used_at = used.at
  FROM unnest($1::uuid[], $2::timestamptz[]) AS used(id, at)
  WHERE k.id = used.id AND (k.last_used_at IS NULL OR k.last_used_at < used.at) AND k.id IN (SELECT id
    FROM api_keys
    WHERE id = ANY($1::uuid[]) FOR NO KEY
    UPDATE SKIP LOCKED);
