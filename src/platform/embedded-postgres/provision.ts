import pg from 'pg';
import { ADMIN, APP, OWNER } from './passwords.js';
import type { Passwords } from './passwords.js';

/** A local server that takes longer than this to accept a connection hangs. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Runs `work` on one connection, which is always closed afterwards. */
export async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // A connection that breaks also rejects the statement in flight; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Creates the roles and the database `bahi` where they are missing. Each start checks, because the first one may have
 * been killed between any two of these statements.
 */
export async function provision(superuser: pg.Client, passwords: Omit<Passwords, 'postgres'>): Promise<void> {
  for (const role of [OWNER, APP, ADMIN] as const) await ensureRole(superuser, role, passwords[role]);
  const database = await superuser.query(`SELECT FROM pg_database WHERE datname = 'bahi'`);
  if (database.rowCount === 0) await superuser.query(`CREATE DATABASE bahi OWNER ${OWNER}`);
  await grantConnect(superuser, 'bahi');
}

/**
 * Creates the role if it is missing. An existing role is not changed, in particular if somebody has locked it out; only
 * the operators' role is given its password if the migration created it without one.
 */
export async function ensureRole(superuser: pg.Client, role: string, password: string): Promise<void> {
  const { rows } = await superuser.query<{ unfinished: boolean }>(
    'SELECT NOT rolcanlogin AND rolpassword IS NULL AS unfinished FROM pg_authid WHERE rolname = $1',
    [role],
  );
  const [existing] = rows;
  if (existing !== undefined && !(role === ADMIN && existing.unfinished)) return;
  const verb = existing === undefined ? 'CREATE' : 'ALTER';
  // A failing statement is logged in full, and the log can be read by people who may not read the passwords.
  await superuser.query('SET log_min_error_statement = panic');
  await superuser.query(`${verb} ROLE ${role} LOGIN PASSWORD ${superuser.escapeLiteral(password)}`);
}

/**
 * Grants the operators' role its rights if it was created after the tables. Otherwise nothing is done: another process
 * may be migrating at the same time.
 */
export async function grantToAdmin(owner: pg.Client): Promise<void> {
  const found = await owner.query(`SELECT to_regprocedure('public.grant_to_admin()') AS grants`);
  const { grants } = (found.rows as { grants: string | null }[])[0]!;
  if (grants === null) return;
  await owner.query(
    `SELECT public.grant_to_admin() WHERE NOT has_table_privilege('${ADMIN}', 'public.acknowledgements', 'INSERT')`,
  );
}

/** The service's roles may connect and nothing else; migrations grant what they may do with each table. */
export async function grantConnect(superuser: pg.Client, database: string): Promise<void> {
  await superuser.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
  await superuser.query(`GRANT CONNECT ON DATABASE ${database} TO ${APP}, ${ADMIN}`);
}
