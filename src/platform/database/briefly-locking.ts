import { setTimeout as pause } from 'node:timers/promises';
import { StartupError } from '../config/startup-error.js';
import { sqlStateOf } from './database.js';

/**
 * How long a migration waits for a lock. While ALTER TABLE waits for one transaction, all that come after it wait behind
 * it, readers too: a second is what a service's callers do not notice as an outage.
 */
export const LOCK_TIMEOUT = '1s';

/** `lock_not_available`, and `deadlock_detected`, of which the migration may be the victim. */
const LOCKED = /^(55P03|40P01)$/;

/** Whether a statement has not got its locks, so that it may be tried again. */
export const isLocked = (error: unknown): boolean => LOCKED.test(sqlStateOf(error) ?? '');

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** A transaction that is open for longer was forgotten, and somebody has to look for it. */
export const PATIENCE_MS = 5 * 60_000;

/**
 * Runs work that gives up after `LOCK_TIMEOUT`, until it has got its locks; between two tries others have their turn.
 * @param work may be repeated
 * @param waitsFor what to call it now
 * @throws StartupError when it has not got them within `patienceMs`
 */
export async function brieflyLocking(
  work: () => Promise<void>,
  waitsFor: () => string,
  log: (line: string) => void,
  patienceMs: number,
): Promise<void> {
  const end = performance.now() + patienceMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isLocked(error)) throw error;
      if (performance.now() + pauseMs > end)
        throw new StartupError(
          `${waitsFor()} did not get its locks: a transaction is open for long. Find it (SELECT pid, usename, ` +
            'application_name, xact_start FROM pg_stat_activity ORDER BY xact_start), end it, and migrate again.',
        );
      log(`${waitsFor()} waits for a lock that others hold; it tries again in ${pauseMs / 1000} s.`);
      await pause(pauseMs);
    }
  }
}
