import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { StartupError } from '../../config/startup-error.js';
import { refusePooler } from '../connections/pooler.js';
import { SILENCE_MS } from './retrying-locks.js';
import { clientOptions, ServerClient } from '../servers/server-client.js';

/** Spells `bahi`. A process that migrates, drops everything or makes the demo holds this lock: TypeORM takes none. */
const LOCK_KEY = 0x62616869;

const POLL_MS = 200;

/**
 * Runs `work` while no other process migrates. The lock lives on a connection of its own and ends with it, however this
 * process ends.
 *
 * The lock is polled. A process that waited inside `pg_advisory_lock` would have a statement open, and CREATE INDEX
 * CONCURRENTLY, in the process that holds the lock, would wait for this statement to end.
 * @throws StartupError when the connection ends before the work: another process may migrate from then on
 */
export async function withMigratorsLock<T>(
  ownerUrl: string,
  log: (line: string) => void,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new ServerClient({
    connectionString: ownerUrl,
    ...clientOptions(ownerUrl),
    application_name: 'bahi-migrate',
    keepAlive: true,
  });
  const lost = endOf(client);
  await client.connect();
  try {
    await refusePooler(client);
    // The connection is idle while an index is made, and must outlast that, whatever the role or the database has set.
    await client.query('SET idle_session_timeout = 0; SET statement_timeout = 0');
    const since = performance.now();
    for (let announced = false; !(await takesLock(client)); await pause(POLL_MS)) {
      if (announced || performance.now() < since + SILENCE_MS) continue;
      log('Another process is migrating this database or creating its demo data; waiting for it to end.');
      announced = true;
    }
    return await Promise.race([work(client), lost]);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Rejects when the connection ends. */
function endOf(client: pg.Client): Promise<never> {
  let reason: string | null = null;
  // Without a listener the error would end the process.
  client.on('error', ({ message }) => (reason ??= message));
  const lost = new Promise<never>((_resolve, reject) => {
    client.once('end', () =>
      reject(
        new StartupError(
          `The connection that holds the lock against other migrations was lost (${reason ?? 'it was closed'}). Run ` +
            'the command again.',
        ),
      ),
    );
  });
  // The connection ends in any case, and by then nobody waits for this promise.
  lost.catch(() => undefined);
  return lost;
}

async function takesLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [LOCK_KEY]);
  return rows[0]!.locked;
}
