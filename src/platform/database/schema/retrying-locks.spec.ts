import { setTimeout as takes } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { LOCK_TIMEOUT_MS, retryingLocks, StillLocked } from './retrying-locks.js';

const locked = (): Error => Object.assign(new pg.DatabaseError('lock timeout', 0, 'error'), { code: '55P03' });

/** Enough for one try of the usual length and the pause after it, but not for two. */
const FOR_ONE_MS = LOCK_TIMEOUT_MS + 700;

async function run(tries: ((progressed: () => void) => Promise<void>)[], longestWaitMs: number): Promise<string[]> {
  const lines: string[] = [];
  const work = (progressed: () => void): Promise<void> => tries.shift()!(progressed);
  await retryingLocks(
    work,
    () => 'It',
    (line) => lines.push(line),
    longestWaitMs,
  );
  return lines;
}

const fails = (): Promise<void> => Promise.reject(locked());
const succeeds = (): Promise<void> => Promise.resolve();

describe('a migration that waits for a lock', () => {
  it('counts what it has waited, not what it has worked', async () => {
    const worksLong = async (): Promise<void> => {
      await takes(FOR_ONE_MS);
      throw locked();
    };
    expect(await run([worksLong, succeeds], FOR_ONE_MS)).toHaveLength(1);
  });

  it('counts its waiting from zero again after a part is done', async () => {
    const failsLater = (progressed: () => void): Promise<void> => {
      progressed();
      return fails();
    };
    const lines = await run([fails, failsLater, succeeds], FOR_ONE_MS);
    expect(lines).toEqual(Array(2).fill('It is waiting for a lock that others hold; trying again in 0.5 s.'));
  });

  it('gives up when it has waited for long, in several tries or in one', async () => {
    const line = /^It did not get its locks: a transaction has been open for too long\. .*, and migrate again\.$/;
    await expect(run([fails, fails, succeeds], FOR_ONE_MS)).rejects.toThrow(line);
    const waitsOn = (): Promise<void> => Promise.reject(new StillLocked(FOR_ONE_MS, locked()));
    await expect(run([waitsOn, succeeds], FOR_ONE_MS)).rejects.toThrow(line);
  });
});
