import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Money out, and the append-only timeline of each payout. */
export class Payouts1700000000700 implements MigrationInterface {
  readonly name = 'Payouts1700000000700';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE payouts (
        merchant_id              uuid        NOT NULL,
        id                       uuid        NOT NULL,
        bank_account_id          uuid        NOT NULL,
        recipient_name           text        NOT NULL,
        recipient_account_number text        NOT NULL,
        recipient_ifsc           text        NOT NULL,
        amount_paise             bigint      NOT NULL
          CONSTRAINT payouts_amount_in_range CHECK (amount_paise BETWEEN 100 AND 10000000000000),
        mode                     text        NOT NULL CONSTRAINT payouts_mode_known CHECK (mode IN ('IMPS', 'NEFT', 'RTGS')),
        reference_id             text        CONSTRAINT payouts_reference_short CHECK (length(reference_id) <= 40),
        narration                text        CONSTRAINT payouts_narration_plain
          CHECK (length(narration) BETWEEN 1 AND 30 AND narration !~ '[^A-Za-z0-9 ]'),
        status                   text        NOT NULL CONSTRAINT payouts_status_known CHECK (status IN ('pending',
          'processing', 'completed', 'failed', 'cancelled', 'reversed')),
        gateway                  text,
        attempts                 integer     NOT NULL,
        utr                      text,
        failure                  jsonb,
        next_step                text        CONSTRAINT payouts_step_known CHECK (next_step IN ('submit', 'inquire')),
        next_attempt_at          timestamptz,
        submission_ends_at       timestamptz,
        not_found_at             timestamptz,
        inquiries                integer     NOT NULL,
        needs_attention          boolean     NOT NULL,
        bank_disagrees           boolean     NOT NULL,
        archived_at              timestamptz,
        events                   integer     NOT NULL,
        created_at               timestamptz NOT NULL,
        updated_at               timestamptz NOT NULL,
        PRIMARY KEY (merchant_id, id),
        CONSTRAINT payouts_open_is_due CHECK ((status IN ('pending', 'processing')) = (next_attempt_at IS NOT NULL)
          AND (next_step IS NULL) = (next_attempt_at IS NULL)),
        CONSTRAINT payouts_completed_has_utr CHECK (status <> 'completed' OR utr IS NOT NULL),
        CONSTRAINT payouts_failed_says_why CHECK ((status = 'failed') = (failure IS NOT NULL))
      );
      CREATE UNIQUE INDEX payouts_reference_once ON payouts (merchant_id, reference_id) WHERE reference_id IS NOT NULL;
      -- An operator knows the id, or the UTR that the bank names, but not the merchant.
      CREATE INDEX payouts_by_id ON payouts (id);
      CREATE INDEX payouts_by_utr ON payouts (utr) WHERE utr IS NOT NULL;
      -- Due work: what the sweep looks for. Payouts that have ended leave the index.
      CREATE INDEX payouts_due ON payouts (next_attempt_at, id) WHERE next_attempt_at IS NOT NULL;
      CREATE INDEX payouts_open ON payouts (merchant_id) WHERE next_attempt_at IS NOT NULL;
      CREATE INDEX payouts_to_look_at ON payouts (merchant_id, id) WHERE needs_attention OR bank_disagrees;

      CREATE TABLE payout_events (
        merchant_id uuid        NOT NULL,
        payout_id   uuid        NOT NULL,
        seq         integer     NOT NULL CONSTRAINT payout_events_from_one CHECK (seq >= 1),
        type        text        NOT NULL,
        from_status text,
        to_status   text        NOT NULL,
        at          timestamptz NOT NULL,
        actor       text        NOT NULL,
        reason      text,
        data        jsonb       NOT NULL,
        PRIMARY KEY (merchant_id, payout_id, seq)
      );
      CREATE TRIGGER payout_events_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON payout_events
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      -- Not what was requested: nobody with the service's password sends a payout to another account.
      SELECT grant_to_service('SELECT, INSERT, UPDATE (status, gateway, attempts, utr, failure, next_step, next_attempt_at,
        submission_ends_at, not_found_at, inquiries, needs_attention, bank_disagrees, archived_at, events, updated_at)
        ON payouts');
      SELECT grant_to_service('SELECT, INSERT ON payout_events');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE payout_events, payouts');
  }
}
