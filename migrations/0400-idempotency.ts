import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The answer to each key, byte for byte, so that the same request has no second effect. */
export class Idempotency1700000000400 implements MigrationInterface {
  readonly name = 'Idempotency1700000000400';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE idempotency_keys (
        merchant_id  uuid        NOT NULL,
        -- Not {1,255}: PostgreSQL's regular expressions pay for a counted repetition with every character.
        key          text        NOT NULL CONSTRAINT idempotency_key_printable
          CHECK (length(key) BETWEEN 1 AND 255 AND key !~ '[^ -~]'),
        request_hash bytea       NOT NULL CONSTRAINT idempotency_hash_sha256 CHECK (octet_length(request_hash) = 32),
        status       smallint    NOT NULL CONSTRAINT idempotency_status_final CHECK (status BETWEEN 200 AND 499),
        content_type text        NOT NULL,
        body         text        NOT NULL,
        expires_at   timestamptz NOT NULL,
        PRIMARY KEY (merchant_id, key)
      );
      CREATE INDEX idempotency_keys_expired ON idempotency_keys (expires_at);

      SELECT grant_to_service('SELECT, INSERT, UPDATE, DELETE ON idempotency_keys');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE idempotency_keys');
  }
}
