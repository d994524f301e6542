import type { Sql } from '../statements/sql.js';

/** For `options` of a connection. Left out behind a pooler, which would refuse it. */
export const WITHOUT_JIT = '-c jit=off';

/**
 * The statement to run if statements of this connection may be compiled. If the default is already set, and only the
 * pooler's older connections do not have it yet, there is nothing to run.
 */
const MAY_BE_COMPILED = `
  SELECT format('ALTER DATABASE %I SET jit = off', current_database()) AS mend
  WHERE pg_jit_available() AND NOT EXISTS (
    SELECT FROM pg_db_role_setting
    WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
      AND setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = current_user)) AND 'jit=off' = ANY (setconfig))`;

/**
 * What to run if neither the connections nor the migrations could switch off just-in-time compilation: behind a pooler,
 * on a database whose owner is not the role that migrates. Null if there is nothing to run.
 * @param sql a connection like the service's own
 */
export async function jitWarning(sql: Sql): Promise<string | null> {
  const [found] = await sql.query<{ mend: string }>(MAY_BE_COMPILED);
  if (found === undefined) return null;
  return (
    'WARNING: PostgreSQL compiles the service’s statements (jit is on), which makes them many times slower. As ' +
    `the owner of the database run: ${found.mend}`
  );
}
