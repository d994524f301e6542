import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Until when a hold may lack the digest of what was requested: a week from now, for an upgrade process by process; in a
 * new database not at all, since no version without digests ever runs there (`bahi.new_database`, as `migrate` says).
 * The service cannot change it.
 */
export class HoldDigests1700000002490 implements MigrationInterface {
  readonly name = 'HoldDigests1700000002490';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE hold_digests (
        the_only_row     boolean     PRIMARY KEY DEFAULT true CONSTRAINT hold_digests_one_row CHECK (the_only_row),
        -- Holds that are dated earlier may lack a digest.
        undigested_until timestamptz NOT NULL
      );
      INSERT INTO hold_digests (undigested_until)
        SELECT now() + CASE current_setting('bahi.new_database', true) WHEN 'on' THEN interval '0' ELSE interval '7 days' END;
      SELECT grant_to_service('SELECT ON hold_digests');

      CREATE OR REPLACE FUNCTION grant_to_admin() RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bahi_admin') THEN
          RETURN;
        END IF;
        GRANT USAGE ON SCHEMA public TO bahi_admin;
        GRANT SELECT ON merchants, live_time, hold_digests TO bahi_admin;
        -- FOR NO KEY UPDATE asks for the right to UPDATE; a trigger refuses the change itself.
        GRANT SELECT, UPDATE ON books TO bahi_admin;
        GRANT SELECT, INSERT ON ledger_transactions, ledger_entries, api_keys, acknowledgements TO bahi_admin;
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
