import type { Sql } from '../statements/sql.js';

/** Up to PostgreSQL 14 everybody may create in `public`: a function there may be called in place of one of ours. */
const OPEN_TO_ALL = `
  SELECT FROM pg_namespace, aclexplode(nspacl)
  WHERE nspname = 'public' AND grantee = 0 AND privilege_type = 'CREATE'`;

/** Run by every migration: revokes this right from everybody, if the role may do so. */
export const CLOSE_PUBLIC_SCHEMA = `
  DO $$ BEGIN
    IF EXISTS (${OPEN_TO_ALL}) AND EXISTS (
      SELECT FROM pg_namespace WHERE nspname = 'public' AND pg_has_role(nspowner, 'USAGE')
    ) THEN
      REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    END IF;
  END $$`;

/** The warning at the start if the migrating role could not revoke it; null if it is revoked. */
export async function publicSchemaWarning(sql: Sql): Promise<string | null> {
  if ((await sql.query(OPEN_TO_ALL)).length === 0) return null;
  return (
    'WARNING: every role may create objects in the schema public, as was the default up to PostgreSQL 14. As a ' +
    'superuser run in this database: ALTER SCHEMA public OWNER TO pg_database_owner; REVOKE CREATE ON SCHEMA ' +
    'public FROM PUBLIC'
  );
}
