import type pg from 'pg';
import { StartupError } from '../../config/startup-error.js';
import { clientOptions, ServerClient } from '../servers/server-client.js';

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Whether the address leads to a pooler (PgBouncer, say) and not to PostgreSQL itself. Behind one, each transaction may
 * run on another connection of the server, so that a connection must hold no state: no prepared statement, no setting,
 * no lock, no LISTEN.
 *
 * A pooler cannot give a client the server's own process id, because it may be another one with the next transaction.
 * (A pooler in session mode is treated the same, which costs a little and is still right.)
 */
export async function leadsToPooler(url: string): Promise<boolean> {
  // Without any settings but a name: poolers refuse those that they do not know.
  const client = new ServerClient({
    connectionString: url,
    ...clientOptions(url),
    application_name: 'bahi-start',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await isPooled(client);
  } finally {
    await client.end();
  }
}

/** The same for an open connection. */
async function isPooled(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]!.pid !== (client as pg.Client & { readonly processID: number }).processID;
}

/** @throws StartupError: a migration holds a lock that a pooler would lose */
export async function refusePooler(client: pg.Client): Promise<void> {
  if (!(await isPooled(client))) return;
  throw new StartupError(
    'Migrations cannot run through a transaction pooler: set MIGRATION_DATABASE_URL to the address of PostgreSQL itself.',
  );
}
