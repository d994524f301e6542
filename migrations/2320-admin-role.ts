import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Only the role `bahi_admin` inserts operator keys, adjustments and acknowledgements: the service's own role does not
 * need to, and with its stolen password one could fund a book or act as an operator.
 *
 * The login role decides (`session_user`), so that neither SET ROLE nor a function gets around it. Members of the role
 * may insert, and so may the owner of the tables and superusers: they could drop the triggers anyway. Enforced at once:
 * the previous release inserts these rows only from its command line, which then reports the refusal.
 *
 * Roles belong to the server, and the migrating role may have no right to create one: then `migrate` says what to run,
 * and grants the rights when it is run again.
 */
export class AdminRole1700000002320 implements MigrationInterface {
  readonly name = 'AdminRole1700000002320';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bahi_admin') THEN
          CREATE ROLE bahi_admin NOLOGIN;
        END IF;
      EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
        NULL;
      END $$;

      -- What its statements need and nothing else: they run through the same write path, and the same triggers.
      CREATE FUNCTION grant_to_admin() RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bahi_admin') THEN
          RETURN;
        END IF;
        GRANT USAGE ON SCHEMA public TO bahi_admin;
        GRANT SELECT ON merchants, live_time TO bahi_admin;
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
      REVOKE EXECUTE ON FUNCTION grant_to_admin FROM PUBLIC;
      SELECT grant_to_admin();

      CREATE FUNCTION may_administer() RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
        SELECT EXISTS (
          SELECT FROM pg_roles r
          WHERE (r.rolname = 'bahi_admin' OR r.oid = (SELECT relowner FROM pg_class WHERE oid = 'public.books'::regclass))
            AND pg_has_role(session_user, r.oid, 'MEMBER'))
      $$;

      CREATE FUNCTION refuse_all_but_admin() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp SET jit = off AS $$
      BEGIN
        IF NOT public.may_administer() THEN
          RAISE EXCEPTION '% on % is refused (%): % is not bahi_admin', TG_OP, TG_RELID::regclass, TG_NAME, session_user
            USING ERRCODE = '42501', HINT = 'Set ADMIN_DATABASE_URL to the role bahi_admin.';
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER operator_keys_by_admin AFTER INSERT ON api_keys FOR EACH ROW
        WHEN (NEW.kind = 'operator') EXECUTE FUNCTION refuse_all_but_admin();
      CREATE TRIGGER adjustments_by_admin AFTER INSERT ON ledger_transactions FOR EACH ROW
        WHEN (NEW.kind = 'adjustment') EXECUTE FUNCTION refuse_all_but_admin();
      CREATE TRIGGER acknowledgements_by_admin AFTER INSERT ON acknowledgements FOR EACH ROW
        EXECUTE FUNCTION refuse_all_but_admin();
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP FUNCTION refuse_all_but_admin(), may_administer(), grant_to_admin() CASCADE`);
  }
}
