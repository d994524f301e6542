import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The banks' own messages, which bank gets which payout, and which banks are down or paused. */
export class Gateways1700000001200 implements MigrationInterface {
  readonly name = 'Gateways1700000001200';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Not of a merchant: whose payout it is about is known only when it is taken in. One row per event, however often
      -- the bank delivers it.
      CREATE TABLE gateway_callbacks (
        gateway      text        NOT NULL,
        event_id     text        NOT NULL CONSTRAINT gateway_callbacks_id_short CHECK (length(event_id) <= 200),
        reference    text        NOT NULL,
        amount_paise bigint      NOT NULL,
        ending       jsonb       NOT NULL,
        body_digest  text        NOT NULL CONSTRAINT gateway_callbacks_digest CHECK (body_digest ~ '^[0-9a-f]{64}$'),
        received_at  timestamptz NOT NULL DEFAULT now(),
        tries        integer     NOT NULL DEFAULT 0,
        -- When to take it in; null once that is done.
        next_try_at  timestamptz DEFAULT now(),
        outcome      text,
        PRIMARY KEY (gateway, event_id),
        CONSTRAINT gateway_callbacks_ended_somehow CHECK ((next_try_at IS NULL) = (outcome IS NOT NULL))
      );
      CREATE INDEX gateway_callbacks_due ON gateway_callbacks (next_try_at) WHERE next_try_at IS NOT NULL;
      -- What banks have signed and cannot be right: a finding of verify.
      CREATE INDEX gateway_callbacks_refused ON gateway_callbacks (reference)
        WHERE outcome IN ('amount_mismatch', 'other_gateway', 'not_confirmed');
      SELECT grant_to_service('SELECT, INSERT, UPDATE (tries, next_try_at, outcome) ON gateway_callbacks');

      CREATE TABLE gateway_states (
        gateway       text        PRIMARY KEY,
        is_paused     boolean     NOT NULL DEFAULT false,
        paused_reason text,
        paused_by     text,
        -- The circuit breaker, shared by all processes: open until then; afterwards one submission at a time tries.
        open_until    timestamptz,
        -- How often in a row it was opened, for the back-off.
        openings      integer     NOT NULL DEFAULT 0,
        probing_until timestamptz,
        updated_at    timestamptz NOT NULL DEFAULT now()
      );
      SELECT grant_to_service('SELECT, INSERT, UPDATE ON gateway_states');

      CREATE TABLE routing_rules (
        id               uuid        PRIMARY KEY,
        priority         integer     NOT NULL CONSTRAINT routing_rules_priority CHECK (priority BETWEEN 0 AND 1000000),
        is_enabled       boolean     NOT NULL,
        gateway          text        NOT NULL,
        mode             text        CONSTRAINT routing_rules_mode CHECK (mode IN ('IMPS', 'NEFT', 'RTGS', 'UPI')),
        min_amount_paise bigint,
        max_amount_paise bigint,
        beneficiary_bank text        CONSTRAINT routing_rules_bank CHECK (beneficiary_bank ~ '^[A-Z]{4}$'),
        merchant_id      uuid,
        percentage       integer     NOT NULL CONSTRAINT routing_rules_percentage CHECK (percentage BETWEEN 1 AND 100),
        created_by       text        NOT NULL,
        updated_by       text        NOT NULL,
        created_at       timestamptz NOT NULL DEFAULT now(),
        updated_at       timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT routing_rules_band CHECK (min_amount_paise <= max_amount_paise)
      );
      SELECT grant_to_service('SELECT, INSERT, UPDATE, DELETE ON routing_rules');

      -- The simulated bank's post: callbacks that it has to deliver, and the secret with which it signs them.
      CREATE TABLE bank_simulator.callbacks (
        id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        reference     text        NOT NULL,
        event         text        NOT NULL
          CONSTRAINT callbacks_event_known CHECK (event IN ('pending', 'succeeded', 'rejected', 'returned')),
        due_at        timestamptz NOT NULL,
        claimed_until timestamptz,
        delivered_at  timestamptz
      );
      CREATE INDEX callbacks_due ON bank_simulator.callbacks (due_at) WHERE delivered_at IS NULL;
      CREATE TABLE bank_simulator.callback_secret (
        secret     text    NOT NULL,
        is_the_one boolean PRIMARY KEY DEFAULT true CONSTRAINT callback_secret_only_one CHECK (is_the_one)
      );
      INSERT INTO bank_simulator.callback_secret (secret)
        SELECT encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'hex');
      SELECT grant_to_service('SELECT, INSERT, UPDATE (claimed_until, delivered_at) ON bank_simulator.callbacks');
      SELECT grant_to_service('SELECT ON bank_simulator.callback_secret');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE bank_simulator.callback_secret, bank_simulator.callbacks, routing_rules, gateway_states, gateway_callbacks
    `);
  }
}
