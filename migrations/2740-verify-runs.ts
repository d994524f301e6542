import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The results of `verify`, stored for those who read them: its runs, the state of each book when it was last verified,
 * and the findings of that verification. What belongs to no book is stored under a merchant id of zeros, which no
 * merchant has.
 */
export class VerifyRuns1700000002740 implements MigrationInterface {
  readonly name = 'VerifyRuns1700000002740';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE verify_runs (
        id           uuid        NOT NULL CONSTRAINT verify_runs_pkey PRIMARY KEY,
        -- Null: all books, and what belongs to none.
        merchant_id  uuid,
        started_by   text        NOT NULL,
        started_at   timestamptz NOT NULL,
        -- Null: it runs still, or was broken off.
        finished_at  timestamptz,
        books        integer     NOT NULL DEFAULT 0,
        partly_read  integer     NOT NULL DEFAULT 0,
        findings     integer     NOT NULL DEFAULT 0,
        acknowledged integer     NOT NULL DEFAULT 0
      );
      CREATE TABLE verified_books (
        merchant_id  uuid        NOT NULL CONSTRAINT verified_books_pkey PRIMARY KEY,
        run_id       uuid        NOT NULL,
        verified_at  timestamptz NOT NULL,
        -- <seq>:<hash>
        head         text        NOT NULL,
        -- Transactions that were not read, because they were verified before.
        unread       bigint      NOT NULL,
        findings     integer     NOT NULL,
        acknowledged integer     NOT NULL
      );
      CREATE TABLE verify_findings (
        merchant_id    uuid        NOT NULL,
        -- SHA-256: the evidence, or of what is computed its code and detail.
        digest         text        NOT NULL CONSTRAINT verify_findings_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
        id             uuid        NOT NULL CONSTRAINT verify_findings_id_once UNIQUE,
        run_id         uuid        NOT NULL,
        code           text        NOT NULL,
        detail         text        NOT NULL,
        -- Of what a person may acknowledge.
        evidence       text,
        first_found_at timestamptz NOT NULL,
        last_found_at  timestamptz NOT NULL,
        CONSTRAINT verify_findings_pkey PRIMARY KEY (merchant_id, digest)
      );
      CREATE INDEX verify_findings_listed ON verify_findings (merchant_id, id);
      SELECT grant_to_service('SELECT, INSERT, UPDATE ON verify_runs');
      SELECT grant_to_service('SELECT, INSERT, UPDATE ON verified_books');
      SELECT grant_to_service('SELECT, INSERT, UPDATE, DELETE ON verify_findings');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE verify_findings, verified_books, verify_runs');
  }
}
