import type pg from 'pg';
import type { Sql } from '../statements/sql.js';
import { userOf } from '../servers/user-of.js';

/** The role that may make what the service's own role may not: see migration 2320. */
const ADMIN = 'bahi_admin';

const MAKES = 'operator keys, adjustments and acknowledgements';

/**
 * Grants the role what it needs, at every run of the migrations: the role may have been made after its migration was
 * applied.
 * @param client connected as the tables' owner
 * @returns what a superuser has to run if there is no such role, or if it cannot log in; otherwise null
 */
export async function completeAdminRole(client: pg.Client): Promise<string | null> {
  await client.query('SELECT grant_to_admin()');
  const { rows } = await client.query<{ rolcanlogin: boolean }>('SELECT rolcanlogin FROM pg_roles WHERE rolname = $1', [
    ADMIN,
  ]);
  if (rows[0]?.rolcanlogin) return null;
  return rows.length === 0
    ? `There is no role ${ADMIN}, which is required for ${MAKES}. The embedded server creates it at its start. On ` +
        `another server run as a superuser: CREATE ROLE ${ADMIN} LOGIN PASSWORD '…'; then migrate again.`
    : `The role ${ADMIN}, which is required for ${MAKES}, cannot log in yet. As a superuser run: ALTER ROLE ` +
        `${ADMIN} LOGIN PASSWORD '…'`;
}

const SERVICE_ROLE = 'SELECT session_user AS name, may_administer() AS may';

const OWNS_TABLES = `
  SELECT FROM pg_roles r JOIN pg_class c ON c.oid = 'public.books'::regclass
  WHERE r.rolname = $1 AND pg_has_role(r.oid, c.relowner, 'MEMBER')`;

/**
 * The warnings at the start if two of the roles are the same, so that one stolen password gives the rights of both.
 * The administrators' own connection is not opened for this.
 * @param sql a connection of the service
 */
export async function roleWarnings(sql: Sql, adminUrl: string | null): Promise<string[]> {
  const [service] = await sql.query<{ name: string; may: boolean }>(SERVICE_ROLE);
  const { name, may } = service!;
  if (adminUrl === null) return may ? [withService(`DATABASE_URL logs in as ${name}`)] : [];
  const admin = userOf(adminUrl);
  if (admin === name) {
    const both = `DATABASE_URL and ADMIN_DATABASE_URL log in as the same role, ${name}`;
    return [may ? withService(both) : `WARNING: ${both}, which may not create ${MAKES}, so those are refused.`];
  }
  const warnings = may ? [withService(`DATABASE_URL logs in as ${name}`)] : [];
  if ((await sql.query(OWNS_TABLES, [admin])).length > 0)
    warnings.push(
      `WARNING: ADMIN_DATABASE_URL logs in as ${admin}, which owns the tables and can switch off their guards: ` +
        `use ${ADMIN} instead.`,
    );
  return warnings;
}

const withService = (which: string): string =>
  `WARNING: ${which}: ${MAKES} can be created with the password of the service. Let the service log in as ` +
  `bahi_app, and ADMIN_DATABASE_URL as ${ADMIN}.`;

/** Logged at the start of a process that has operators' endpoints but cannot serve some of them. */
export const WITHOUT_ADMIN =
  'ADMIN_DATABASE_URL is not set: POST /acknowledgements answers 403 here, and operator keys and adjustments can ' +
  'be created only where it is set.';
