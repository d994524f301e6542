import { beforeAll, describe, expect, it } from '@jest/globals';
import { type PausedBankRun, pausedBankRun } from '../support/paused-bank.js';

/** More than six sweeps take at once; paused-bank.spec.ts uses ten times as many. */
const PAYOUTS = 3_000;

describe('three thousand payouts that wait at a paused bank', () => {
  let run: PausedBankRun;

  beforeAll(async () => {
    run = await pausedBankRun(PAYOUTS, { PROCESSING_TIMEOUT_SECONDS: '3' });
  }, 300_000);

  it('are not looked at again and again', () => {
    // Compared with what a sweep every second would read; waits that were missed are checked once a minute.
    expect(run.writesWhileWaiting).toBeLessThan(PAYOUTS / 5);
  });

  it('do not delay the recovery of an answer that another bank has lost', () => {
    expect(run.lostAnswer.besideTheCrowd).toBeLessThan(run.lostAnswer.alone + 4_000);
  });

  it('go on when the pause ends: the oldest first, within a second, and all of them', () => {
    expect(run.firstAfter).toBeLessThan(1_000);
    // They are woken in slices; within two slices the order is random.
    expect(Math.max(...run.placesOfTheFirst)).toBeLessThanOrEqual(400);
    expect(run.completed).toBe(PAYOUTS);
  });

  it('and leave all books in order', () => {
    expect(run.findings).toEqual([]);
  });
});
