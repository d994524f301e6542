import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The books of the simulated bank, in a schema of their own: nothing in Bahi refers to them, and no transaction of Bahi
 * changes them.
 */
export class BankSimulator1700000000500 implements MigrationInterface {
  readonly name = 'BankSimulator1700000000500';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE SCHEMA bank_simulator;

      CREATE TABLE bank_simulator.transfers (
        reference        text        PRIMARY KEY,
        amount_paise     bigint      NOT NULL CONSTRAINT transfers_amount_positive CHECK (amount_paise > 0),
        mode             text        NOT NULL CONSTRAINT transfers_mode_known CHECK (mode IN ('IMPS', 'NEFT', 'RTGS')),
        beneficiary_name text        NOT NULL,
        account_number   text        NOT NULL,
        ifsc             text        NOT NULL,
        narration        text,
        outcome          text        NOT NULL
          CONSTRAINT transfers_outcome_known CHECK (outcome IN ('paid', 'rejected', 'down')),
        failure_code     text        CONSTRAINT transfers_rejected_for_a_reason
          CHECK ((outcome = 'rejected') = (failure_code IS NOT NULL)),
        utr              text        CONSTRAINT transfers_paid_under_a_utr
          CHECK ((outcome = 'paid') = (utr IS NOT NULL)),
        received_at      timestamptz NOT NULL DEFAULT statement_timestamp(),
        -- Until then a paid transfer is reported as pending.
        settles_at       timestamptz NOT NULL,
        -- When the money comes back; null for nearly all.
        returns_at       timestamptz
          CONSTRAINT transfers_only_paid_return CHECK (returns_at IS NULL OR outcome = 'paid'),
        submissions      integer     NOT NULL DEFAULT 1
      );

      -- One row for each time that money really left. Deliberately not unique by reference: a second payment of one
      -- reference must show here, not be prevented here.
      CREATE TABLE bank_simulator.movements (
        id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        reference      text        NOT NULL REFERENCES bank_simulator.transfers,
        amount_paise   bigint      NOT NULL,
        account_number text        NOT NULL,
        ifsc           text        NOT NULL,
        utr            text        NOT NULL,
        paid_at        timestamptz NOT NULL
      );
      CREATE INDEX movements_by_reference ON bank_simulator.movements (reference);
      CREATE TRIGGER movements_never_change BEFORE UPDATE OR DELETE ON bank_simulator.movements
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER movements_never_emptied BEFORE TRUNCATE ON bank_simulator.movements
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

      -- As banks write them: IMPS 12 digits (year, day of the year, number), NEFT 16 characters, RTGS 22 (bank, R,
      -- channel, date, number). The number makes them unique: a hundred million a day, or a thousand million a year.
      CREATE SEQUENCE bank_simulator.utr_numbers;
      CREATE FUNCTION bank_simulator.next_utr(mode text) RETURNS text LANGUAGE sql VOLATILE AS $$
        SELECT CASE mode
          WHEN 'IMPS' THEN to_char(today, 'YDDD') || lpad((number % 100000000)::text, 8, '0')
          WHEN 'NEFT' THEN 'SIMBN' || to_char(today, 'YY') || lpad((number % 1000000000)::text, 9, '0')
          WHEN 'RTGS' THEN 'SIMBR5' || to_char(today, 'YYYYMMDD') || lpad((number % 100000000)::text, 8, '0')
        END
        FROM (SELECT nextval('bank_simulator.utr_numbers') AS number,
          now() AT TIME ZONE 'Asia/Kolkata' AS today) AS next
      $$;

      SELECT grant_to_service('USAGE ON SCHEMA bank_simulator');
      SELECT grant_to_service('USAGE ON SEQUENCE bank_simulator.utr_numbers');
      SELECT grant_to_service('SELECT, INSERT, UPDATE (submissions) ON bank_simulator.transfers');
      SELECT grant_to_service('SELECT, INSERT ON bank_simulator.movements');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP SCHEMA bank_simulator CASCADE');
  }
}
