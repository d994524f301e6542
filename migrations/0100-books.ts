import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The book of one merchant: the unit of locking and of sharding. The row is never updated; its purpose is to be locked.
 * Grants are for the role with which the service connects; if there is no such role, the service is the owner.
 */
export class Books1700000000100 implements MigrationInterface {
  readonly name = 'Books1700000000100';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE books (
        merchant_id uuid PRIMARY KEY,
        currency    text NOT NULL DEFAULT 'INR' CONSTRAINT books_currency_inr CHECK (currency = 'INR')
      );

      CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '% on % is refused: it is append-only', TG_OP, TG_RELID::regclass USING ERRCODE = 'P0001';
      END $$;

      CREATE FUNCTION grant_to_service(what text) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'bahi_app') THEN
          EXECUTE format('GRANT %s TO bahi_app', what);
        END IF;
      END $$;
      REVOKE EXECUTE ON FUNCTION grant_to_service FROM PUBLIC;

      SELECT grant_to_service('USAGE ON SCHEMA public');
      -- FOR NO KEY UPDATE asks for the right to UPDATE; the trigger below still refuses the change itself.
      SELECT grant_to_service('SELECT, INSERT, UPDATE ON books');
      CREATE TRIGGER books_never_change BEFORE UPDATE OR DELETE OR TRUNCATE ON books
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE books;
      DROP FUNCTION grant_to_service;
      DROP FUNCTION refuse_change;
    `);
  }
}
