import { Logger } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { SubmissionSettings } from '../gateways.settings.js';
import { configFrom } from '../../../main/settings.js';
import { Overloaded } from '../../../platform/group-commit/group-commit.public.js';
import { AlwaysSucceeds } from '../../simulators/infrastructure/always-succeeds.js';
import { BankGateways } from './bank-gateways.js';
import { PaymentGateways } from './payment-gateways.js';
import { ConfiguredRecovery } from './configured-recovery.js';
import { Settlements } from './settlements.js';

const recovery = new ConfiguredRecovery(configFrom({}).get(SubmissionSettings));
const settlements = new Settlements(
  new BankGateways([new AlwaysSucceeds()], 10),
  new PaymentGateways([], 10),
  recovery,
);
const ABOUT = { what: 'payout', id: 'p', gateway: 'always-succeeds', ending: 'succeeded' } as const;
const DONE = { status: 'completed', contradicted: false };

/** Fails this many times before it settles. */
function settlingAfter(failures: readonly Error[]) {
  let tries = 0;
  const settle = (): Promise<typeof DONE> => {
    const failure = failures[tries++];
    return failure === undefined ? Promise.resolve(DONE) : Promise.reject(failure);
  };
  return { settle, tries: () => tries };
}

describe('a settlement of a job', () => {
  it('is tried again while its book is busy', async () => {
    const { settle, tries } = settlingAfter([new Overloaded('locked'), new Overloaded('locked')]);
    expect(await settlements.retried(settle)).toBe(DONE);
    expect(tries()).toBe(3);
  });

  it('is never run again when nobody knows whether it was committed', async () => {
    const { settle, tries } = settlingAfter([new Overloaded('lost in COMMIT', { mayHaveCommitted: true })]);
    await expect(settlements.retried(settle)).rejects.toBeInstanceOf(Overloaded);
    expect(tries()).toBe(1);
  });

  it('is not tried again for any other failure', async () => {
    const { settle, tries } = settlingAfter([new Error('a broken invariant')]);
    await expect(settlements.retried(settle)).rejects.toThrow('a broken invariant');
    expect(tries()).toBe(1);
  });
});

describe('a settlement', () => {
  it('raises an alarm when the gateway contradicts an end, and only then', async () => {
    const errors: unknown[] = [];
    const ignore = (): void => undefined;
    Logger.overrideLogger({ log: ignore, warn: ignore, error: (message: unknown) => void errors.push(message) });
    await settlements.run(ABOUT, null, () => Promise.resolve(DONE));
    const failed = { status: 'failed', contradicted: true };
    await settlements.run(ABOUT, { request_id: 'r-1' }, () => Promise.resolve(failed));
    Logger.overrideLogger(false);
    expect(errors).toEqual([
      {
        msg: 'ALARM: payout p is failed, but always-succeeds says succeeded. Find out at always-succeeds which is right',
        request_id: 'r-1',
      },
    ]);
  });

  it('goes by what its gateway declares, and relies on nothing of one that is not enabled', async () => {
    const policies: boolean[] = [];
    const settle = (_: unknown, { idempotentSubmission }: { idempotentSubmission: boolean }): Promise<typeof DONE> => {
      policies.push(idempotentSubmission);
      return Promise.resolve(DONE);
    };
    await settlements.run(ABOUT, null, settle);
    await settlements.run({ ...ABOUT, gateway: 'gone-bank' }, null, settle);
    expect(policies).toEqual([true, false]);
  });
});
