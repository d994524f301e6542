import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Money in: payments, their refunds and timelines, and the ledger's transaction kinds for refunds. */
export class Payments1700000001300 implements MigrationInterface {
  readonly name = 'Payments1700000001300';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Not checked again for what is there: the new list has every word of the old one.
      ALTER TABLE ledger_transactions DROP CONSTRAINT ledger_kind_known;
      ALTER TABLE ledger_transactions ADD CONSTRAINT ledger_kind_known CHECK (kind IN ('payment', 'payout_hold',
        'payout_settlement', 'payout_release', 'payout_reversal', 'refund_hold', 'refund', 'refund_release',
        'adjustment')) NOT VALID;

      CREATE TABLE payments (
        merchant_id        uuid        NOT NULL,
        id                 uuid        NOT NULL,
        amount_minor       bigint      NOT NULL
          CONSTRAINT payments_amount_in_range CHECK (amount_minor BETWEEN 1 AND 10000000000000),
        currency           text        NOT NULL CONSTRAINT payments_currency_code CHECK (currency ~ '^[A-Z]{3}$'),
        description        text,
        customer           jsonb,
        purpose_code       text        CONSTRAINT payments_purpose_code CHECK (purpose_code ~ '^P[0-9]{4}$'),
        reference_id       text        CONSTRAINT payments_reference_short CHECK (length(reference_id) <= 40),
        status             text        NOT NULL CONSTRAINT payments_status_known CHECK (status IN ('created',
          'processing', 'succeeded', 'partially_refunded', 'refunded', 'failed')),
        gateway            text,
        provider_id        text,
        -- What the merchant is credited with; known since before the payer is charged.
        rate               text,
        quote_id           text,
        gross_paise        bigint,
        fee_paise          bigint,
        tax_paise          bigint,
        net_paise          bigint,
        attempts           integer     NOT NULL,
        failure            jsonb,
        next_step          text        CONSTRAINT payments_step_known CHECK (next_step IN ('submit', 'inquire')),
        next_attempt_at    timestamptz,
        submission_ends_at timestamptz,
        not_found_at       timestamptz,
        inquiries          integer     NOT NULL,
        needs_attention    boolean     NOT NULL,
        gateway_disagrees  boolean     NOT NULL,
        -- In open and in successful refunds together, and of that in successful ones.
        claimed_minor      bigint      NOT NULL,
        claimed_paise      bigint      NOT NULL,
        claimed_fee_paise  bigint      NOT NULL,
        claimed_tax_paise  bigint      NOT NULL,
        refunded_minor     bigint      NOT NULL,
        refunded_paise     bigint      NOT NULL,
        events             integer     NOT NULL,
        created_at         timestamptz NOT NULL,
        updated_at         timestamptz NOT NULL,
        PRIMARY KEY (merchant_id, id),
        CONSTRAINT payments_open_is_due CHECK ((status IN ('created', 'processing')) = (next_attempt_at IS NOT NULL)
          AND (next_step IS NULL) = (next_attempt_at IS NULL)),
        CONSTRAINT payments_failed_says_why CHECK ((status = 'failed') = (failure IS NOT NULL)),
        CONSTRAINT payments_captured_is_known CHECK (status NOT IN ('succeeded', 'partially_refunded', 'refunded')
          OR (provider_id IS NOT NULL AND gross_paise IS NOT NULL)),
        CONSTRAINT payments_receipt_adds_up CHECK (gross_paise = fee_paise + tax_paise + net_paise AND net_paise >= 0
          AND fee_paise >= 0 AND tax_paise >= 0),
        CONSTRAINT payments_refunds_within_captured CHECK (refunded_minor BETWEEN 0 AND claimed_minor
          AND claimed_minor <= amount_minor AND claimed_paise >= 0 AND (claimed_paise = 0 OR claimed_paise <= gross_paise))
      );
      CREATE UNIQUE INDEX payments_reference_once ON payments (merchant_id, reference_id) WHERE reference_id IS NOT NULL;
      CREATE INDEX payments_by_id ON payments (id);
      CREATE INDEX payments_due ON payments (next_attempt_at, id) WHERE next_attempt_at IS NOT NULL;
      CREATE INDEX payments_to_look_at ON payments (merchant_id, id) WHERE needs_attention OR gateway_disagrees;

      CREATE TABLE refunds (
        merchant_id        uuid        NOT NULL,
        id                 uuid        NOT NULL,
        payment_id         uuid        NOT NULL,
        amount_minor       bigint      NOT NULL CONSTRAINT refunds_amount_positive CHECK (amount_minor > 0),
        -- What leaves 'received' again, and what of the fee is given back with it.
        amount_paise       bigint      NOT NULL CONSTRAINT refunds_paise_not_negative CHECK (amount_paise >= 0),
        fee_paise          bigint      NOT NULL,
        tax_paise          bigint      NOT NULL,
        status             text        NOT NULL
          CONSTRAINT refunds_status_known CHECK (status IN ('pending', 'succeeded', 'failed')),
        provider_id        text,
        attempts           integer     NOT NULL,
        failure            jsonb,
        next_step          text        CONSTRAINT refunds_step_known CHECK (next_step IN ('submit', 'inquire')),
        next_attempt_at    timestamptz,
        submission_ends_at timestamptz,
        not_found_at       timestamptz,
        inquiries          integer     NOT NULL,
        needs_attention    boolean     NOT NULL,
        gateway_disagrees  boolean     NOT NULL,
        created_at         timestamptz NOT NULL,
        updated_at         timestamptz NOT NULL,
        PRIMARY KEY (merchant_id, id),
        CONSTRAINT refunds_open_is_due CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL)
          AND (next_step IS NULL) = (next_attempt_at IS NULL)),
        CONSTRAINT refunds_failed_says_why CHECK ((status = 'failed') = (failure IS NOT NULL)),
        CONSTRAINT refunds_fee_within CHECK (fee_paise >= 0 AND tax_paise >= 0 AND fee_paise + tax_paise <= amount_paise)
      );
      CREATE INDEX refunds_by_id ON refunds (id);
      CREATE INDEX refunds_of_payment ON refunds (merchant_id, payment_id, id);
      CREATE INDEX refunds_due ON refunds (next_attempt_at, id) WHERE next_attempt_at IS NOT NULL;
      CREATE INDEX refunds_open ON refunds (merchant_id) WHERE next_attempt_at IS NOT NULL;
      CREATE INDEX refunds_to_look_at ON refunds (merchant_id, id) WHERE needs_attention OR gateway_disagrees;

      CREATE TABLE payment_events (
        merchant_id uuid        NOT NULL,
        payment_id  uuid        NOT NULL,
        seq         integer     NOT NULL CONSTRAINT payment_events_from_one CHECK (seq >= 1),
        type        text        NOT NULL,
        from_status text,
        to_status   text        NOT NULL,
        at          timestamptz NOT NULL,
        actor       text        NOT NULL,
        reason      text,
        data        jsonb       NOT NULL,
        PRIMARY KEY (merchant_id, payment_id, seq)
      );
      CREATE TRIGGER payment_events_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_events
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      -- What was asked for never changes, whoever has the service's password.
      SELECT grant_to_service('SELECT, INSERT, UPDATE (status, gateway, provider_id, rate, quote_id, gross_paise,
        fee_paise, tax_paise, net_paise, attempts, failure, next_step, next_attempt_at, submission_ends_at, not_found_at,
        inquiries, needs_attention, gateway_disagrees, claimed_minor, claimed_paise, claimed_fee_paise,
        claimed_tax_paise, refunded_minor, refunded_paise, events, updated_at) ON payments');
      SELECT grant_to_service('SELECT, INSERT, UPDATE (status, provider_id, attempts, failure, next_step,
        next_attempt_at, submission_ends_at, not_found_at, inquiries, needs_attention, gateway_disagrees, updated_at)
        ON refunds');
      SELECT grant_to_service('SELECT, INSERT ON payment_events');

      -- Callbacks are about payouts, payments or refunds, and their amounts in minor units of a currency.
      ALTER TABLE gateway_callbacks RENAME COLUMN amount_paise TO amount_minor;
      ALTER TABLE gateway_callbacks
        ADD COLUMN subject text NOT NULL DEFAULT 'payout'
          CONSTRAINT gateway_callbacks_subject CHECK (subject IN ('payout', 'payment', 'refund')),
        ADD COLUMN currency text NOT NULL DEFAULT 'INR';
    `);
  }

  async down(): Promise<void> {
    throw new Error('payments may have been credited by now; there is no way back');
  }
}
