import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The balance below which a merchant is notified. */
export class BalanceAlerts1700000002745 implements MigrationInterface {
  readonly name = 'BalanceAlerts1700000002745';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE balance_alerts (
        merchant_id     uuid        NOT NULL CONSTRAINT balance_alerts_pkey PRIMARY KEY,
        -- Null: there was one.
        threshold_paise bigint      CONSTRAINT balance_alerts_threshold CHECK (threshold_paise BETWEEN 1 AND 9007199254740991),
        updated_at      timestamptz NOT NULL
      );
      SELECT grant_to_service('SELECT, INSERT, UPDATE ON balance_alerts');

      CREATE OR REPLACE FUNCTION grant_to_admin() RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bahi_admin') THEN
          RETURN;
        END IF;
        GRANT USAGE ON SCHEMA public TO bahi_admin;
        GRANT SELECT ON merchants, live_time, hold_digests, balance_alerts TO bahi_admin;
        -- FOR NO KEY UPDATE asks for the right to UPDATE; a trigger refuses the change itself.
        GRANT SELECT, UPDATE ON books TO bahi_admin;
        GRANT SELECT, INSERT ON ledger_transactions, ledger_entries, api_keys, acknowledgements TO bahi_admin;
        -- An adjustment too may bring a balance below what its merchant wants to be told of.
        GRANT SELECT, INSERT ON outbox TO bahi_admin;
        BEGIN
          EXECUTE format('GRANT CONNECT ON DATABASE %I TO bahi_admin', current_database());
        EXCEPTION WHEN insufficient_privilege THEN
          -- The database belongs to somebody else, who lets in whom they want.
          NULL;
        END;
      END $$;
      SELECT grant_to_admin();
    `);
  }

  async down(): Promise<void> {
    throw new Error('grant_to_admin() names the table; there is no way back');
  }
}
