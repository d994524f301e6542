import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The books of the simulated payment provider, in a schema of their own: nothing in Bahi refers to them, and no
 * transaction of Bahi changes them.
 */
export class PaymentSimulator1700000001400 implements MigrationInterface {
  readonly name = 'PaymentSimulator1700000001400';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE SCHEMA payment_simulator;

      -- Charges and refunds, one row for each reference.
      CREATE TABLE payment_simulator.orders (
        reference        text        PRIMARY KEY,
        subject          text        NOT NULL CONSTRAINT orders_subject_known CHECK (subject IN ('payment', 'refund')),
        charge_reference text        CONSTRAINT orders_refund_of_charge
          CHECK ((subject = 'refund') = (charge_reference IS NOT NULL)),
        amount_minor     bigint      NOT NULL CONSTRAINT orders_amount_positive CHECK (amount_minor > 0),
        currency         text        NOT NULL,
        rate             text,
        purpose_code     text,
        outcome          text        NOT NULL CONSTRAINT orders_outcome_known CHECK (outcome IN ('done', 'rejected', 'down')),
        failure_code     text        CONSTRAINT orders_rejected_for_a_reason
          CHECK ((outcome = 'rejected') = (failure_code IS NOT NULL)),
        provider_id      text        NOT NULL,
        received_at      timestamptz NOT NULL DEFAULT statement_timestamp(),
        -- Until then it is reported as pending.
        settles_at       timestamptz NOT NULL,
        submissions      integer     NOT NULL DEFAULT 1
      );
      CREATE INDEX orders_of_charge ON payment_simulator.orders (charge_reference) WHERE subject = 'refund';

      -- One row for each time that a payer was really charged, or given money back. Deliberately not unique by
      -- reference: a second charge of one reference must show here, not be prevented here.
      CREATE TABLE payment_simulator.movements (
        id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        reference    text        NOT NULL REFERENCES payment_simulator.orders,
        subject      text        NOT NULL,
        amount_minor bigint      NOT NULL,
        currency     text        NOT NULL,
        moved_at     timestamptz NOT NULL
      );
      CREATE INDEX movements_by_reference ON payment_simulator.movements (reference);
      CREATE TRIGGER movements_never_change BEFORE UPDATE OR DELETE ON payment_simulator.movements
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER movements_never_emptied BEFORE TRUNCATE ON payment_simulator.movements
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      CREATE SEQUENCE payment_simulator.provider_ids;

      -- Callbacks that it has to deliver, and the secret with which it signs them.
      CREATE TABLE payment_simulator.callbacks (
        id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        reference     text        NOT NULL,
        event         text        NOT NULL
          CONSTRAINT callbacks_event_known CHECK (event IN ('pending', 'succeeded', 'rejected')),
        due_at        timestamptz NOT NULL,
        claimed_until timestamptz,
        delivered_at  timestamptz
      );
      CREATE INDEX callbacks_due ON payment_simulator.callbacks (due_at) WHERE delivered_at IS NULL;
      CREATE TABLE payment_simulator.callback_secret (
        secret     text    NOT NULL,
        is_the_one boolean PRIMARY KEY DEFAULT true CONSTRAINT callback_secret_only_one CHECK (is_the_one)
      );
      INSERT INTO payment_simulator.callback_secret (secret)
        SELECT encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'hex');

      SELECT grant_to_service('USAGE ON SCHEMA payment_simulator');
      SELECT grant_to_service('USAGE ON SEQUENCE payment_simulator.provider_ids');
      SELECT grant_to_service('SELECT, INSERT, UPDATE (submissions) ON payment_simulator.orders');
      SELECT grant_to_service('SELECT, INSERT ON payment_simulator.movements');
      SELECT grant_to_service('SELECT, INSERT, UPDATE (claimed_until, delivered_at) ON payment_simulator.callbacks');
      SELECT grant_to_service('SELECT ON payment_simulator.callback_secret');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP SCHEMA payment_simulator CASCADE');
  }
}
