-- What each method sends. Written by UPDATE_SQL=1 make test-file path=test/integration/repository-sql.spec.ts

-- TypeormMerchants.find
SELECT "MerchantRow"."id" AS "MerchantRow_id", "MerchantRow"."name" AS "MerchantRow_name", "MerchantRow"."email" AS
    "MerchantRow_email", "MerchantRow"."is_active" AS "MerchantRow_is_active", "MerchantRow"."created_at" AS
    "MerchantRow_created_at", "MerchantRow"."updated_at" AS "MerchantRow_updated_at"
  FROM "merchants" "MerchantRow"
  WHERE (("MerchantRow"."id" = $1))
  LIMIT 1;

-- TypeormMerchants.list
SELECT "MerchantRow"."id" AS "MerchantRow_id", "MerchantRow"."name" AS "MerchantRow_name", "MerchantRow"."email" AS
    "MerchantRow_email", "MerchantRow"."is_active" AS "MerchantRow_is_active", "MerchantRow"."created_at" AS
    "MerchantRow_created_at", "MerchantRow"."updated_at" AS "MerchantRow_updated_at"
  FROM "merchants" "MerchantRow"
  ORDER BY "MerchantRow"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "MerchantRow"."id" AS "MerchantRow_id", "MerchantRow"."name" AS "MerchantRow_name", "MerchantRow"."email" AS
    "MerchantRow_email", "MerchantRow"."is_active" AS "MerchantRow_is_active", "MerchantRow"."created_at" AS
    "MerchantRow_created_at", "MerchantRow"."updated_at" AS "MerchantRow_updated_at"
  FROM "merchants" "MerchantRow"
  WHERE (("MerchantRow"."id" < $1))
  ORDER BY "MerchantRow"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "MerchantRow"."id" AS "MerchantRow_id", "MerchantRow"."name" AS "MerchantRow_name", "MerchantRow"."email" AS
    "MerchantRow_email", "MerchantRow"."is_active" AS "MerchantRow_is_active", "MerchantRow"."created_at" AS
    "MerchantRow_created_at", "MerchantRow"."updated_at" AS "MerchantRow_updated_at"
  FROM "merchants" "MerchantRow"
  WHERE (("MerchantRow"."id" > $1))
  ORDER BY "MerchantRow"."id" ASC
  LIMIT 20 OFFSET 0;

-- TypeormMerchants.add
BEGIN ISOLATION LEVEL READ COMMITTED;
INSERT INTO merchants (id, name, email, is_active, created_at, updated_at)
  SELECT $1, $2, $3, true, now, now
  FROM date_trunc('milliseconds', clock_timestamp()) AS now
  RETURNING id, name, email, is_active, created_at, updated_at;
INSERT INTO books (merchant_id)
  VALUES ($1);
COMMIT;

-- TypeormBankAccounts.find
SELECT "BankAccountRow"."merchant_id" AS "BankAccountRow_merchant_id", "BankAccountRow"."id" AS "BankAccountRow_id",
    "BankAccountRow"."account_holder_name" AS "BankAccountRow_account_holder_name", "BankAccountRow"."account_number" AS
    "BankAccountRow_account_number", "BankAccountRow"."ifsc" AS "BankAccountRow_ifsc", "BankAccountRow"."vpa" AS
    "BankAccountRow_vpa", "BankAccountRow"."is_active" AS "BankAccountRow_is_active", "BankAccountRow"."created_at" AS
    "BankAccountRow_created_at"
  FROM "bank_accounts" "BankAccountRow"
  WHERE (("BankAccountRow"."merchant_id" = $1) AND ("BankAccountRow"."id" = $2))
  LIMIT 1;
SELECT "BankAccountRow"."merchant_id" AS "BankAccountRow_merchant_id", "BankAccountRow"."id" AS "BankAccountRow_id",
    "BankAccountRow"."account_holder_name" AS "BankAccountRow_account_holder_name", "BankAccountRow"."account_number" AS
    "BankAccountRow_account_number", "BankAccountRow"."ifsc" AS "BankAccountRow_ifsc", "BankAccountRow"."vpa" AS
    "BankAccountRow_vpa", "BankAccountRow"."is_active" AS "BankAccountRow_is_active", "BankAccountRow"."created_at" AS
    "BankAccountRow_created_at"
  FROM "bank_accounts" "BankAccountRow"
  WHERE (("BankAccountRow"."id" = $1))
  LIMIT 1;

-- TypeormBankAccounts.list
SELECT "BankAccountRow"."merchant_id" AS "BankAccountRow_merchant_id", "BankAccountRow"."id" AS "BankAccountRow_id",
    "BankAccountRow"."account_holder_name" AS "BankAccountRow_account_holder_name", "BankAccountRow"."account_number" AS
    "BankAccountRow_account_number", "BankAccountRow"."ifsc" AS "BankAccountRow_ifsc", "BankAccountRow"."vpa" AS
    "BankAccountRow_vpa", "BankAccountRow"."is_active" AS "BankAccountRow_is_active", "BankAccountRow"."created_at" AS
    "BankAccountRow_created_at"
  FROM "bank_accounts" "BankAccountRow"
  WHERE (("BankAccountRow"."merchant_id" = $1))
  ORDER BY "BankAccountRow"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "BankAccountRow"."merchant_id" AS "BankAccountRow_merchant_id", "BankAccountRow"."id" AS "BankAccountRow_id",
    "BankAccountRow"."account_holder_name" AS "BankAccountRow_account_holder_name", "BankAccountRow"."account_number" AS
    "BankAccountRow_account_number", "BankAccountRow"."ifsc" AS "BankAccountRow_ifsc", "BankAccountRow"."vpa" AS
    "BankAccountRow_vpa", "BankAccountRow"."is_active" AS "BankAccountRow_is_active", "BankAccountRow"."created_at" AS
    "BankAccountRow_created_at"
  FROM "bank_accounts" "BankAccountRow"
  WHERE (("BankAccountRow"."merchant_id" = $1) AND ("BankAccountRow"."id" < $2))
  ORDER BY "BankAccountRow"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "BankAccountRow"."merchant_id" AS "BankAccountRow_merchant_id", "BankAccountRow"."id" AS "BankAccountRow_id",
    "BankAccountRow"."account_holder_name" AS "BankAccountRow_account_holder_name", "BankAccountRow"."account_number" AS
    "BankAccountRow_account_number", "BankAccountRow"."ifsc" AS "BankAccountRow_ifsc", "BankAccountRow"."vpa" AS
    "BankAccountRow_vpa", "BankAccountRow"."is_active" AS "BankAccountRow_is_active", "BankAccountRow"."created_at" AS
    "BankAccountRow_created_at"
  FROM "bank_accounts" "BankAccountRow"
  WHERE (("BankAccountRow"."merchant_id" = $1) AND ("BankAccountRow"."id" > $2))
  ORDER BY "BankAccountRow"."id" ASC
  LIMIT 20 OFFSET 0;
SELECT "BankAccountRow"."merchant_id" AS "BankAccountRow_merchant_id", "BankAccountRow"."id" AS "BankAccountRow_id",
    "BankAccountRow"."account_holder_name" AS "BankAccountRow_account_holder_name", "BankAccountRow"."account_number" AS
    "BankAccountRow_account_number", "BankAccountRow"."ifsc" AS "BankAccountRow_ifsc", "BankAccountRow"."vpa" AS
    "BankAccountRow_vpa", "BankAccountRow"."is_active" AS "BankAccountRow_is_active", "BankAccountRow"."created_at" AS
    "BankAccountRow_created_at"
  FROM "bank_accounts" "BankAccountRow"
  ORDER BY "BankAccountRow"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "BankAccountRow"."merchant_id" AS "BankAccountRow_merchant_id", "BankAccountRow"."id" AS "BankAccountRow_id",
    "BankAccountRow"."account_holder_name" AS "BankAccountRow_account_holder_name", "BankAccountRow"."account_number" AS
    "BankAccountRow_account_number", "BankAccountRow"."ifsc" AS "BankAccountRow_ifsc", "BankAccountRow"."vpa" AS
    "BankAccountRow_vpa", "BankAccountRow"."is_active" AS "BankAccountRow_is_active", "BankAccountRow"."created_at" AS
    "BankAccountRow_created_at"
  FROM "bank_accounts" "BankAccountRow"
  WHERE (("BankAccountRow"."id" < $1))
  ORDER BY "BankAccountRow"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "BankAccountRow"."merchant_id" AS "BankAccountRow_merchant_id", "BankAccountRow"."id" AS "BankAccountRow_id",
    "BankAccountRow"."account_holder_name" AS "BankAccountRow_account_holder_name", "BankAccountRow"."account_number" AS
    "BankAccountRow_account_number", "BankAccountRow"."ifsc" AS "BankAccountRow_ifsc", "BankAccountRow"."vpa" AS
    "BankAccountRow_vpa", "BankAccountRow"."is_active" AS "BankAccountRow_is_active", "BankAccountRow"."created_at" AS
    "BankAccountRow_created_at"
  FROM "bank_accounts" "BankAccountRow"
  WHERE (("BankAccountRow"."id" > $1))
  ORDER BY "BankAccountRow"."id" ASC
  LIMIT 20 OFFSET 0;

-- TypeormApiKeys.list
SELECT "ApiKeyRow"."id" AS "ApiKeyRow_id", "ApiKeyRow"."kind" AS "ApiKeyRow_kind", "ApiKeyRow"."merchant_id" AS
    "ApiKeyRow_merchant_id", "ApiKeyRow"."name" AS "ApiKeyRow_name", "ApiKeyRow"."prefix" AS "ApiKeyRow_prefix",
    "ApiKeyRow"."last4" AS "ApiKeyRow_last4", "ApiKeyRow"."created_at" AS "ApiKeyRow_created_at",
    "ApiKeyRow"."last_used_at" AS "ApiKeyRow_last_used_at", "ApiKeyRow"."revoked_at" AS "ApiKeyRow_revoked_at"
  FROM "api_keys" "ApiKeyRow"
  WHERE (("ApiKeyRow"."merchant_id" = $1))
  ORDER BY "ApiKeyRow"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "ApiKeyRow"."id" AS "ApiKeyRow_id", "ApiKeyRow"."kind" AS "ApiKeyRow_kind", "ApiKeyRow"."merchant_id" AS
    "ApiKeyRow_merchant_id", "ApiKeyRow"."name" AS "ApiKeyRow_name", "ApiKeyRow"."prefix" AS "ApiKeyRow_prefix",
    "ApiKeyRow"."last4" AS "ApiKeyRow_last4", "ApiKeyRow"."created_at" AS "ApiKeyRow_created_at",
    "ApiKeyRow"."last_used_at" AS "ApiKeyRow_last_used_at", "ApiKeyRow"."revoked_at" AS "ApiKeyRow_revoked_at"
  FROM "api_keys" "ApiKeyRow"
  WHERE (("ApiKeyRow"."merchant_id" = $1) AND ("ApiKeyRow"."id" < $2))
  ORDER BY "ApiKeyRow"."id" DESC
  LIMIT 20 OFFSET 0;
SELECT "ApiKeyRow"."id" AS "ApiKeyRow_id", "ApiKeyRow"."kind" AS "ApiKeyRow_kind", "ApiKeyRow"."merchant_id" AS
    "ApiKeyRow_merchant_id", "ApiKeyRow"."name" AS "ApiKeyRow_name", "ApiKeyRow"."prefix" AS "ApiKeyRow_prefix",
    "ApiKeyRow"."last4" AS "ApiKeyRow_last4", "ApiKeyRow"."created_at" AS "ApiKeyRow_created_at",
    "ApiKeyRow"."last_used_at" AS "ApiKeyRow_last_used_at", "ApiKeyRow"."revoked_at" AS "ApiKeyRow_revoked_at"
  FROM "api_keys" "ApiKeyRow"
  WHERE (("ApiKeyRow"."merchant_id" = $1) AND ("ApiKeyRow"."id" > $2))
  ORDER BY "ApiKeyRow"."id" ASC
  LIMIT 20 OFFSET 0;

-- TypeormApiKeys.add
INSERT INTO api_keys (id, kind, merchant_id, name, prefix, last4, key_hash, created_at)
  SELECT $1, $2, $3::uuid, $4, $5, $6, $7, date_trunc('milliseconds', clock_timestamp())
  WHERE $3::uuid IS NULL OR EXISTS (SELECT
    FROM merchants
    WHERE id = $3::uuid)
  RETURNING id, kind, merchant_id, name, prefix, last4, created_at, last_used_at, revoked_at;

-- TypeormApiKeys.revoke
UPDATE api_keys
  SET revoked_at = coalesce(revoked_at, greatest(created_at, date_trunc('milliseconds', clock_timestamp())))
  WHERE id = $1 AND merchant_id IS NOT DISTINCT
  FROM $2::uuid
  RETURNING id;

-- KeyAuthenticator.authenticate
SELECT key_hash, id, merchant_id, name
  FROM api_keys
  WHERE key_hash = ANY($1::bytea[]) AND revoked_at IS NULL;

-- LastUsed.write
UPDATE api_keys k
  SET last_used_at = used.at
  FROM unnest($1::uuid[], $2::timestamptz[]) AS used(id, at)
  WHERE k.id = used.id AND (k.last_used_at IS NULL OR k.last_used_at < used.at) AND k.id IN (SELECT id
    FROM api_keys
    WHERE id = ANY($1::uuid[]) FOR NO KEY
    UPDATE SKIP LOCKED);
