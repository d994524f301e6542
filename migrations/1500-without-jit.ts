import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Switches off just-in-time compilation. `enable_seqscan = off` gives a plan without an index a cost of 10^10, and a
 * server with JIT (Debian's and the clouds' up to PostgreSQL 17) takes that for work worth compiling, at each
 * execution: the ledger's triggers look up the other table in a catalog that has no index for it.
 *
 * The functions carry the setting themselves, so that it applies on every connection, including a pooler's. The
 * database's default covers all other statements. If the migrating role may not set it, the roles' own default is
 * tried; if that is refused too, the start says what to run (jit.ts).
 */
export class WithoutJit1700000001500 implements MigrationInterface {
  readonly name = 'WithoutJit1700000001500';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER FUNCTION refuse_change() SET jit = off;
      ALTER FUNCTION ledger_transactions_follow() SET jit = off;
      ALTER FUNCTION ledger_entries_balance() SET jit = off;

      DO $$
      DECLARE
        service name;
      BEGIN
        EXECUTE format('ALTER DATABASE %I SET jit = off', current_database());
      EXCEPTION WHEN insufficient_privilege THEN
        FOR service IN SELECT rolname FROM pg_roles WHERE rolname IN ('bahi_app', current_user) LOOP
          BEGIN
            EXECUTE format('ALTER ROLE %I IN DATABASE %I SET jit = off', service, current_database());
          EXCEPTION WHEN insufficient_privilege THEN
            -- The service's connections ask for it themselves where no pooler is in between.
            NULL;
          END;
        END LOOP;
      END $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER FUNCTION refuse_change() RESET jit;
      ALTER FUNCTION ledger_transactions_follow() RESET jit;
      ALTER FUNCTION ledger_entries_balance() RESET jit;

      DO $$
      DECLARE
        service name;
      BEGIN
        EXECUTE format('ALTER DATABASE %I RESET jit', current_database());
      EXCEPTION WHEN insufficient_privilege THEN
        FOR service IN SELECT rolname FROM pg_roles WHERE rolname IN ('bahi_app', current_user) LOOP
          BEGIN
            EXECUTE format('ALTER ROLE %I IN DATABASE %I RESET jit', service, current_database());
          EXCEPTION WHEN insufficient_privilege THEN
            NULL;
          END;
        END LOOP;
      END $$;
    `);
  }
}
