import { expect, it } from '@jest/globals';
import { pausedBankRun } from '../support/paused-bank.js';

/** This number once delayed the recovery of a lost answer by two minutes. */
const PAYOUTS = 30_000;

it('thirty thousand payouts that wait at a paused bank delay nothing, and go on by themselves', async () => {
  const run = await pausedBankRun(PAYOUTS, { PROCESSING_TIMEOUT_SECONDS: '30' });
  expect(run.lostAnswer.besideTheCrowd).toBeLessThan(run.lostAnswer.alone + 3_000);
  expect(run.writesWhileWaiting).toBeLessThan(1_000);
  expect(run.firstAfter).toBeLessThan(1_000);
  expect(run).toMatchObject({ completed: PAYOUTS, findings: [] });
}, 1_200_000);
