import type { MigrationInterface, QueryRunner } from 'typeorm';

/** UPI: a bank account, a payout's recipient and a simulated transfer may name a virtual payment address instead. */
export class Upi1700000001000 implements MigrationInterface {
  readonly name = 'Upi1700000001000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE bank_accounts
        ALTER COLUMN account_number DROP NOT NULL,
        ALTER COLUMN ifsc DROP NOT NULL,
        ADD COLUMN vpa text CONSTRAINT bank_accounts_vpa_shape
          CHECK (char_length(vpa) <= 100 AND vpa ~ '^[a-z0-9._-]{2,80}@[a-z][a-z0-9.-]{1,63}$'),
        ADD CONSTRAINT bank_accounts_one_destination CHECK (
          (account_number IS NULL) = (ifsc IS NULL) AND (account_number IS NULL) = (vpa IS NOT NULL)),
        ADD CONSTRAINT bank_accounts_vpa_once_per_merchant UNIQUE (merchant_id, vpa);

      ALTER TABLE payouts
        ALTER COLUMN recipient_account_number DROP NOT NULL,
        ALTER COLUMN recipient_ifsc DROP NOT NULL,
        ADD COLUMN recipient_vpa text,
        DROP CONSTRAINT payouts_mode_known,
        ADD CONSTRAINT payouts_mode_known CHECK (mode IN ('IMPS', 'NEFT', 'RTGS', 'UPI')),
        ADD CONSTRAINT payouts_upi_to_a_vpa CHECK (
          (recipient_account_number IS NULL) = (recipient_ifsc IS NULL)
          AND (recipient_account_number IS NULL) = (recipient_vpa IS NOT NULL)
          AND (mode = 'UPI') = (recipient_vpa IS NOT NULL));

      ALTER TABLE bank_simulator.transfers
        ALTER COLUMN account_number DROP NOT NULL,
        ALTER COLUMN ifsc DROP NOT NULL,
        ADD COLUMN vpa text,
        DROP CONSTRAINT transfers_mode_known,
        ADD CONSTRAINT transfers_mode_known CHECK (mode IN ('IMPS', 'NEFT', 'RTGS', 'UPI'));
      ALTER TABLE bank_simulator.movements
        ALTER COLUMN account_number DROP NOT NULL,
        ALTER COLUMN ifsc DROP NOT NULL,
        ADD COLUMN vpa text;

      -- UPI names transfers as IMPS does, by twelve digits.
      CREATE OR REPLACE FUNCTION bank_simulator.next_utr(mode text) RETURNS text LANGUAGE sql VOLATILE AS $$
        SELECT CASE mode
          WHEN 'NEFT' THEN 'SIMBN' || to_char(today, 'YY') || lpad((number % 1000000000)::text, 9, '0')
          WHEN 'RTGS' THEN 'SIMBR5' || to_char(today, 'YYYYMMDD') || lpad((number % 100000000)::text, 8, '0')
          ELSE to_char(today, 'YDDD') || lpad((number % 100000000)::text, 8, '0')
        END
        FROM (SELECT nextval('bank_simulator.utr_numbers') AS number,
          now() AT TIME ZONE 'Asia/Kolkata' AS today) AS next
      $$;
    `);
  }

  async down(): Promise<void> {
    throw new Error('accounts without a number may exist by now; there is no way back');
  }
}
