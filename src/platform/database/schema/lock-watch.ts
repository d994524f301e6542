import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';

/** Statements of the migration that have waited for so many milliseconds, and the processes for which they wait. */
const WAITING = `
  SELECT left(regexp_replace(a.query, '\\s+', ' ', 'g'), 80) AS statement,
         array_to_string(pg_blocking_pids(a.pid), ', ') AS blockers
  FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid AND NOT l.granted
  WHERE a.datname = current_database() AND a.application_name = 'bahi-migrate' AND a.pid <> pg_backend_pid()
    AND l.waitstart < clock_timestamp() - $1 * interval '1 millisecond'`;

interface Waiting {
  readonly statement: string;
  readonly blockers: string;
}

/**
 * Does the work, and meanwhile logs which of its statements waits for which processes: an index that is built
 * concurrently may wait for minutes. `client` must be free.
 * @param silenceMs how often it looks, and how long a statement may wait without a line
 */
export async function reportingLockWaits(
  client: pg.Client,
  log: (line: string) => void,
  silenceMs: number,
  work: () => Promise<void>,
): Promise<void> {
  const done = new AbortController();
  const reporting = report(client, log, silenceMs, done.signal);
  try {
    // If the client's connection is lost, the work ends as well.
    await Promise.race([work(), reporting]);
  } finally {
    done.abort();
    await reporting.catch(() => undefined);
  }
}

async function report(
  client: pg.Client,
  log: (line: string) => void,
  silenceMs: number,
  signal: AbortSignal,
): Promise<never> {
  let reported = '';
  for (;;) {
    await pause(silenceMs, undefined, { signal });
    const { rows } = await client.query<Waiting>(WAITING, [silenceMs]);
    for (const { statement, blockers } of rows) {
      // It has got its lock, or has just begun to wait for the next process.
      if (blockers === '') continue;
      const line = `"${statement}" is waiting for other transactions to end (process ${blockers}).`;
      if (line !== reported) log(line);
      reported = line;
    }
  }
}
