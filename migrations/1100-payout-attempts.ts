import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each submission to a bank, and each answer of a bank, append-only; and payouts whose money came back. */
export class PayoutAttempts1700000001100 implements MigrationInterface {
  readonly name = 'PayoutAttempts1700000001100';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE payout_attempts (
        merchant_id    uuid        NOT NULL,
        payout_id      uuid        NOT NULL,
        attempt        integer     NOT NULL CONSTRAINT payout_attempts_from_one CHECK (attempt >= 1),
        gateway        text        NOT NULL,
        mode           text        NOT NULL,
        reference      text        NOT NULL,
        request_digest text        NOT NULL CONSTRAINT payout_attempts_digest CHECK (request_digest ~ '^[0-9a-f]{64}$'),
        started_at     timestamptz NOT NULL,
        PRIMARY KEY (merchant_id, payout_id, attempt)
      );
      CREATE TRIGGER payout_attempts_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON payout_attempts
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      CREATE TABLE payout_answers (
        merchant_id     uuid        NOT NULL,
        payout_id       uuid        NOT NULL,
        id              uuid        NOT NULL,
        attempt         integer     NOT NULL,
        gateway         text        NOT NULL,
        kind            text        NOT NULL
          CONSTRAINT payout_answers_kind_known CHECK (kind IN ('submission', 'inquiry', 'callback')),
        ending          text        NOT NULL CONSTRAINT payout_answers_ending_known
          CHECK (ending IN ('succeeded', 'rejected', 'pending', 'returned', 'unknown', 'not_found')),
        reason          text,
        utr             text,
        response_digest text        NOT NULL CONSTRAINT payout_answers_digest CHECK (response_digest ~ '^[0-9a-f]{64}$'),
        asked_at        timestamptz NOT NULL,
        answered_at     timestamptz NOT NULL,
        PRIMARY KEY (merchant_id, payout_id, id)
      );
      CREATE TRIGGER payout_answers_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON payout_answers
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      SELECT grant_to_service('SELECT, INSERT ON payout_attempts, payout_answers');

      ALTER TABLE payouts
        DROP CONSTRAINT payouts_failed_says_why,
        ADD CONSTRAINT payouts_failed_says_why CHECK ((status IN ('failed', 'reversed')) = (failure IS NOT NULL)),
        DROP CONSTRAINT payouts_completed_has_utr,
        ADD CONSTRAINT payouts_completed_has_utr CHECK (status NOT IN ('completed', 'reversed') OR utr IS NOT NULL);
    `);
  }

  async down(): Promise<void> {
    throw new Error('what was said to banks, and by them, is append-only; there is no way back');
  }
}
