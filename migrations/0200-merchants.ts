import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who may call us, and where their money may go. The service adds rows and changes what may change; it removes nothing,
 * and a bank account's holder, number and IFSC stay as they were registered: the service's role has no right to change
 * them.
 */
export class Merchants1700000000200 implements MigrationInterface {
  readonly name = 'Merchants1700000000200';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE merchants (
        id         uuid        PRIMARY KEY,
        name       text        NOT NULL CONSTRAINT merchants_name_length CHECK (char_length(name) BETWEEN 1 AND 120),
        email      text        NOT NULL CONSTRAINT merchants_email_shape
          CHECK (char_length(email) <= 254 AND email ~ '^[^[:space:]@]+@[^[:space:]@]+[.][^[:space:]@]+$'),
        is_active  boolean     NOT NULL DEFAULT true,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL CONSTRAINT merchants_updated_after_creation CHECK (updated_at >= created_at)
      );
      SELECT grant_to_service('SELECT, INSERT, UPDATE (name, email, is_active, updated_at) ON merchants');

      -- No foreign key: the table is looked up by hash, not by merchant, and so is not sharded with the books.
      CREATE TABLE api_keys (
        id           uuid        PRIMARY KEY,
        kind         text        NOT NULL CONSTRAINT api_keys_kind_known CHECK (kind IN ('merchant', 'operator')),
        merchant_id  uuid        CONSTRAINT api_keys_operator_has_no_merchant
          CHECK ((kind = 'operator') = (merchant_id IS NULL)),
        name         text        NOT NULL CONSTRAINT api_keys_name_length CHECK (char_length(name) BETWEEN 1 AND 120),
        prefix       text        NOT NULL,
        last4        text        NOT NULL CONSTRAINT api_keys_last4_length CHECK (char_length(last4) = 4),
        key_hash     bytea       NOT NULL CONSTRAINT api_keys_hash_unique UNIQUE
          CONSTRAINT api_keys_hash_sha256 CHECK (octet_length(key_hash) = 32),
        created_at   timestamptz NOT NULL,
        last_used_at timestamptz,
        revoked_at   timestamptz CONSTRAINT api_keys_revoked_after_creation CHECK (revoked_at >= created_at)
      );
      CREATE INDEX api_keys_of_merchant ON api_keys (merchant_id, id);
      SELECT grant_to_service('SELECT, INSERT, UPDATE (last_used_at, revoked_at) ON api_keys');

      CREATE TABLE bank_accounts (
        merchant_id         uuid        NOT NULL,
        id                  uuid        NOT NULL,
        account_holder_name text        NOT NULL CONSTRAINT bank_accounts_holder_length
          CHECK (char_length(account_holder_name) BETWEEN 1 AND 120),
        account_number      text        NOT NULL CONSTRAINT bank_accounts_number_shape
          CHECK (account_number ~ '^[A-Za-z0-9]{5,35}$'),
        ifsc                text        NOT NULL CONSTRAINT bank_accounts_ifsc_shape
          CHECK (ifsc ~ '^[A-Z]{4}0[A-Z0-9]{6}$'),
        is_active           boolean     NOT NULL DEFAULT true,
        created_at          timestamptz NOT NULL,
        PRIMARY KEY (merchant_id, id),
        CONSTRAINT bank_accounts_once_per_merchant UNIQUE (merchant_id, account_number, ifsc),
        CONSTRAINT bank_accounts_of_merchant FOREIGN KEY (merchant_id) REFERENCES merchants
      );
      -- Operators look accounts up, and page through them, without naming a merchant.
      CREATE INDEX bank_accounts_by_id ON bank_accounts (id);
      SELECT grant_to_service('SELECT, INSERT, UPDATE (is_active) ON bank_accounts');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE bank_accounts; DROP TABLE api_keys; DROP TABLE merchants;');
  }
}
