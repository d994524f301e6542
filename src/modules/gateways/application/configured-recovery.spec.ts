import { describe, expect, it } from '@jest/globals';
import { configFrom } from '../../../main/settings.js';
import { SubmissionSettings } from '../gateways.settings.js';
import { monotonicNow } from './process-clocks.js';
import { ConfiguredRecovery } from './configured-recovery.js';

const recoveryWith = (seconds: number): ConfiguredRecovery =>
  new ConfiguredRecovery(configFrom({ PROCESSING_TIMEOUT_SECONDS: `${seconds}` }).get(SubmissionSettings));

describe('a call to a gateway', () => {
  it.each([
    // The call itself may take a third of the time-out, but at most ten seconds.
    [1, 666],
    [9, 2_000],
    // From here on the whole reserve for live time fits.
    [12, 2_000],
    [18, 6_000],
    [30, 14_000],
    [300, 284_000],
  ])(
    'with a time-out of %i s may begin until %i ms after its step was claimed: so it ends before its lease, by live time too',
    (seconds, lastMs) => {
      const recovery = recoveryWith(seconds);
      expect(recovery.fitsIntoLease(monotonicNow() - lastMs + 300)).toBe(true);
      expect(recovery.fitsIntoLease(monotonicNow() - lastMs - 1)).toBe(false);
    },
  );
});
