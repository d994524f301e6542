import type { Sql } from '../statements/sql.js';

/** For `options` of a connection, where no pooler refuses it. */
export const WITHOUT_JIT = '-c jit=off';

/**
 * Whether statements of this connection may be compiled, and what switches that off. A default that is set already and
 * has not reached the pooler's older connections yet is as good as there.
 */
const MAY_BE_COMPILED = `
  SELECT format('ALTER DATABASE %I SET jit = off', current_database()) AS mend
  WHERE pg_jit_available() AND NOT EXISTS (
    SELECT FROM pg_db_role_setting
    WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
      AND setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = current_user)) AND 'jit=off' = ANY (setconfig))`;

/**
 * What to run where neither the connections nor the migrations could switch just-in-time compilation off: behind a
 * pooler, on a database that belongs to somebody else than who migrates. Null when there is nothing to run.
 * @param sql a connection as the service has them
 */
export async function jitWarning(sql: Sql): Promise<string | null> {
  const [found] = await sql.query<{ mend: string }>(MAY_BE_COMPILED);
  if (found === undefined) return null;
  return (
    'WARNING: PostgreSQL compiles the service’s statements (jit is on), which makes them many times slower. As ' +
    `the owner of the database run: ${found.mend}`
  );
}
