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
SELECT "merchants"."id" AS "merchants_id", "merchants"."name" AS "merchants_name", "merchants"."email" AS
    "merchants_email", "merchants"."is_active" AS "merchants_is_active", "merchants"."reads_per_second" AS
    "merchants_reads_per_second", "merchants"."writes_per_second" AS "merchants_writes_per_second",
    "merchants"."created_at" AS "merchants_created_at", "merchants"."updated_at" AS "merchants_updated_at"
  FROM "merchants" "merchants"
  ORDER BY "merchants"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "merchants"."id" AS "merchants_id", "merchants"."name" AS "merchants_name", "merchants"."email" AS
    "merchants_email", "merchants"."is_active" AS "merchants_is_active", "merchants"."reads_per_second" AS
    "merchants_reads_per_second", "merchants"."writes_per_second" AS "merchants_writes_per_second",
    "merchants"."created_at" AS "merchants_created_at", "merchants"."updated_at" AS "merchants_updated_at"
  FROM "merchants" "merchants"
  WHERE (("merchants"."id" < $1))
  ORDER BY "merchants"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "merchants"."id" AS "merchants_id", "merchants"."name" AS "merchants_name", "merchants"."email" AS
    "merchants_email", "merchants"."is_active" AS "merchants_is_active", "merchants"."reads_per_second" AS
    "merchants_reads_per_second", "merchants"."writes_per_second" AS "merchants_writes_per_second",
    "merchants"."created_at" AS "merchants_created_at", "merchants"."updated_at" AS "merchants_updated_at"
  FROM "merchants" "merchants"
  WHERE (("merchants"."id" > $1))
  ORDER BY "merchants"."id" ASC
  LIMIT 20 OFFSET 0;

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
SELECT "bank_accounts"."merchant_id" AS "bank_accounts_merchant_id", "bank_accounts"."id" AS "bank_accounts_id",
    "bank_accounts"."account_holder_name" AS "bank_accounts_account_holder_name", "bank_accounts"."account_number" AS
    "bank_accounts_account_number", "bank_accounts"."ifsc" AS "bank_accounts_ifsc", "bank_accounts"."vpa" AS
    "bank_accounts_vpa", "bank_accounts"."is_active" AS "bank_accounts_is_active", "bank_accounts"."created_at" AS
    "bank_accounts_created_at"
  FROM "bank_accounts" "bank_accounts"
  WHERE (("bank_accounts"."merchant_id" = $1))
  ORDER BY "bank_accounts"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "bank_accounts"."merchant_id" AS "bank_accounts_merchant_id", "bank_accounts"."id" AS "bank_accounts_id",
    "bank_accounts"."account_holder_name" AS "bank_accounts_account_holder_name", "bank_accounts"."account_number" AS
    "bank_accounts_account_number", "bank_accounts"."ifsc" AS "bank_accounts_ifsc", "bank_accounts"."vpa" AS
    "bank_accounts_vpa", "bank_accounts"."is_active" AS "bank_accounts_is_active", "bank_accounts"."created_at" AS
    "bank_accounts_created_at"
  FROM "bank_accounts" "bank_accounts"
  WHERE (("bank_accounts"."merchant_id" = $1) AND ("bank_accounts"."id" < $2))
  ORDER BY "bank_accounts"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "bank_accounts"."merchant_id" AS "bank_accounts_merchant_id", "bank_accounts"."id" AS "bank_accounts_id",
    "bank_accounts"."account_holder_name" AS "bank_accounts_account_holder_name", "bank_accounts"."account_number" AS
    "bank_accounts_account_number", "bank_accounts"."ifsc" AS "bank_accounts_ifsc", "bank_accounts"."vpa" AS
    "bank_accounts_vpa", "bank_accounts"."is_active" AS "bank_accounts_is_active", "bank_accounts"."created_at" AS
    "bank_accounts_created_at"
  FROM "bank_accounts" "bank_accounts"
  WHERE (("bank_accounts"."merchant_id" = $1) AND ("bank_accounts"."id" > $2))
  ORDER BY "bank_accounts"."id" ASC
  LIMIT 20 OFFSET 0;
SELECT "bank_accounts"."merchant_id" AS "bank_accounts_merchant_id", "bank_accounts"."id" AS "bank_accounts_id",
    "bank_accounts"."account_holder_name" AS "bank_accounts_account_holder_name", "bank_accounts"."account_number" AS
    "bank_accounts_account_number", "bank_accounts"."ifsc" AS "bank_accounts_ifsc", "bank_accounts"."vpa" AS
    "bank_accounts_vpa", "bank_accounts"."is_active" AS "bank_accounts_is_active", "bank_accounts"."created_at" AS
    "bank_accounts_created_at"
  FROM "bank_accounts" "bank_accounts"
  ORDER BY "bank_accounts"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "bank_accounts"."merchant_id" AS "bank_accounts_merchant_id", "bank_accounts"."id" AS "bank_accounts_id",
    "bank_accounts"."account_holder_name" AS "bank_accounts_account_holder_name", "bank_accounts"."account_number" AS
    "bank_accounts_account_number", "bank_accounts"."ifsc" AS "bank_accounts_ifsc", "bank_accounts"."vpa" AS
    "bank_accounts_vpa", "bank_accounts"."is_active" AS "bank_accounts_is_active", "bank_accounts"."created_at" AS
    "bank_accounts_created_at"
  FROM "bank_accounts" "bank_accounts"
  WHERE (("bank_accounts"."id" < $1))
  ORDER BY "bank_accounts"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "bank_accounts"."merchant_id" AS "bank_accounts_merchant_id", "bank_accounts"."id" AS "bank_accounts_id",
    "bank_accounts"."account_holder_name" AS "bank_accounts_account_holder_name", "bank_accounts"."account_number" AS
    "bank_accounts_account_number", "bank_accounts"."ifsc" AS "bank_accounts_ifsc", "bank_accounts"."vpa" AS
    "bank_accounts_vpa", "bank_accounts"."is_active" AS "bank_accounts_is_active", "bank_accounts"."created_at" AS
    "bank_accounts_created_at"
  FROM "bank_accounts" "bank_accounts"
  WHERE (("bank_accounts"."id" > $1))
  ORDER BY "bank_accounts"."id" ASC
  LIMIT 20 OFFSET 0;

-- TypeormBankAccounts.count
SELECT count(*)::int AS count
  FROM (SELECT
    FROM bank_accounts
    WHERE merchant_id = $1
    LIMIT $2) AS a;

-- TypeormApiKeys.countValid
SELECT count(*)::int AS count
  FROM (
    SELECT
    FROM api_keys
    WHERE merchant_id = $1 AND revoked_at IS NULL
    LIMIT $2) AS k;

-- TypeormApiKeys.list
SELECT "api_keys"."id" AS "api_keys_id", "api_keys"."kind" AS "api_keys_kind", "api_keys"."merchant_id" AS
    "api_keys_merchant_id", "api_keys"."name" AS "api_keys_name", "api_keys"."prefix" AS "api_keys_prefix",
    "api_keys"."last4" AS "api_keys_last4", "api_keys"."created_at" AS "api_keys_created_at", "api_keys"."last_used_at"
    AS "api_keys_last_used_at", "api_keys"."revoked_at" AS "api_keys_revoked_at"
  FROM "api_keys" "api_keys"
  WHERE (("api_keys"."merchant_id" = $1))
  ORDER BY "api_keys"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "api_keys"."id" AS "api_keys_id", "api_keys"."kind" AS "api_keys_kind", "api_keys"."merchant_id" AS
    "api_keys_merchant_id", "api_keys"."name" AS "api_keys_name", "api_keys"."prefix" AS "api_keys_prefix",
    "api_keys"."last4" AS "api_keys_last4", "api_keys"."created_at" AS "api_keys_created_at", "api_keys"."last_used_at"
    AS "api_keys_last_used_at", "api_keys"."revoked_at" AS "api_keys_revoked_at"
  FROM "api_keys" "api_keys"
  WHERE (("api_keys"."merchant_id" = $1) AND ("api_keys"."id" < $2))
  ORDER BY "api_keys"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "api_keys"."id" AS "api_keys_id", "api_keys"."kind" AS "api_keys_kind", "api_keys"."merchant_id" AS
    "api_keys_merchant_id", "api_keys"."name" AS "api_keys_name", "api_keys"."prefix" AS "api_keys_prefix",
    "api_keys"."last4" AS "api_keys_last4", "api_keys"."created_at" AS "api_keys_created_at", "api_keys"."last_used_at"
    AS "api_keys_last_used_at", "api_keys"."revoked_at" AS "api_keys_revoked_at"
  FROM "api_keys" "api_keys"
  WHERE (("api_keys"."merchant_id" = $1) AND ("api_keys"."id" > $2))
  ORDER BY "api_keys"."id" ASC
  LIMIT 20 OFFSET 0;

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

-- KeyAuthenticator.authenticate
SELECT k.key_hash, k.id, k.merchant_id, k.name, m.reads_per_second, m.writes_per_second
  FROM api_keys k
  LEFT JOIN merchants m ON m.id = k.merchant_id
  WHERE k.key_hash = ANY($1::bytea[]) AND k.revoked_at IS NULL;

-- LastUsed.write
UPDATE api_keys k
  SET last_used_at = used.at
  FROM unnest($1::uuid[], $2::timestamptz[]) AS used(id, at)
  WHERE k.id = used.id AND (k.last_used_at IS NULL OR k.last_used_at < used.at) AND k.id IN (SELECT id
    FROM api_keys
    WHERE id = ANY($1::uuid[]) FOR NO KEY
    UPDATE SKIP LOCKED);
