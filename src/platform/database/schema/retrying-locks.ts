import { setTimeout as pause } from 'node:timers/promises';
import { StartupError } from '../../config/startup-error.js';
import { sqlStateOf } from '../errors/sql-state.js';

/**
 * How long a migration waits for a lock. While ALTER TABLE waits for one transaction, all later ones on the table wait
 * behind it, readers too: callers of a service do not notice a second as an outage.
 */
export const LOCK_TIMEOUT_MS = 1_000;

/** `lock_not_available`, and `deadlock_detected`, of which the migration may be the victim. */
const LOCKED = /^(55P03|40P01)$/;

/** Whether a statement failed because it did not get its locks, so that it may be tried again. */
export const isLocked = (error: unknown): boolean =>
  error instanceof StillLocked || LOCKED.test(sqlStateOf(error) ?? '');

/** A statement has waited for a lock for longer than `LOCK_TIMEOUT_MS`, in vain. */
export class StillLocked extends Error {
  constructor(
    readonly waitedMs: number,
    cause: unknown,
  ) {
    super('A lock could not be obtained.', { cause });
  }
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** How long a process waits before it logs what it waits for. */
export const SILENCE_MS = 10_000;

/** A transaction that is open for longer was forgotten, and a person has to find it. */
export const LONGEST_WAIT_MS = 5 * 60_000;

/**
 * Runs work that gives up on a lock after a while, until it gets its locks; between two tries others have their turn.
 * Only the time spent waiting counts: a backfill or an index may take an hour before.
 * @param work may be repeated; calls `progressed` when a part of it is done for good, which resets the time waited
 * @param waitsFor the name of the step for the log
 * @throws StartupError when it has waited for longer than `longestWaitMs`
 */
export async function retryingLocks(
  work: (progressed: () => void) => Promise<void>,
  waitsFor: () => string,
  log: (line: string) => void,
  longestWaitMs: number,
): Promise<void> {
  let waitedMs = 0;
  let pauseMs = FIRST_PAUSE_MS;
  const progressed = (): void => {
    waitedMs = 0;
    pauseMs = FIRST_PAUSE_MS;
  };
  for (;;) {
    try {
      return await work(progressed);
    } catch (error) {
      if (!isLocked(error)) throw error;
      waitedMs += (error instanceof StillLocked ? error.waitedMs : LOCK_TIMEOUT_MS) + pauseMs;
      if (waitedMs > longestWaitMs)
        throw new StartupError(
          `${waitsFor()} did not get its locks: a transaction has been open for too long. Find it (SELECT pid, usename, ` +
            'application_name, xact_start FROM pg_stat_activity ORDER BY xact_start), end it, and migrate again.',
        );
      log(`${waitsFor()} is waiting for a lock that others hold; trying again in ${pauseMs / 1000} s.`);
      await pause(pauseMs);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }
}
