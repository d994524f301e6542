import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { refusePooler } from './pooler.js';
import { SILENCE_MS } from './retrying-locks.js';

/** Spells `bahi`. Whoever migrates, or drops everything, holds this lock: TypeORM itself takes none. */
const LOCK_KEY = 0x62616869;

const POLL_MS = 200;

/**
 * Runs `work` while no other process migrates. The lock lives on a connection of its own and ends with it, however this
 * process ends.
 *
 * It is asked for again and again. A process that waited for it inside `pg_advisory_lock` would have a statement open,
 * for the end of which CREATE INDEX CONCURRENTLY of the one that has the lock waits.
 */
export async function withMigratorsLock(
  ownerUrl: string,
  log: (line: string) => void,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'bahi-migrate', keepAlive: true });
  // What breaks the connection also rejects the statement in flight; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await refusePooler(client);
    const since = performance.now();
    for (let said = false; !(await takesLock(client)); await pause(POLL_MS)) {
      if (said || performance.now() < since + SILENCE_MS) continue;
      log('Another process migrates this database; waiting for its end.');
      said = true;
    }
    await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function takesLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [LOCK_KEY]);
  return rows[0]!.locked;
}
