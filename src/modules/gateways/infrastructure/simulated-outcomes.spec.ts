import { describe, expect, it } from '@jest/globals';
import { drawnOutcome, forcedOutcome, REJECTIONS, rejection } from './simulated-outcomes.js';

/** Draws the given numbers one after the other. */
function dice(...numbers: number[]): () => number {
  return () => numbers.shift() ?? NaN;
}

describe('the simulated bank', () => {
  it.each([
    ['50100000000001', { verdict: 'paid', answers: 'at_once', settles: 'at_once', comesBack: false }],
    ['50100000000002', { verdict: 'rejected' }],
    ['50100000000003', { verdict: 'never_arrives' }],
    ['50100000000004', { verdict: 'paid', answers: 'never' }],
    ['50100000000005', { verdict: 'paid', answers: 'slowly' }],
    ['50100000000006', { verdict: 'paid', settles: 'later' }],
    ['50100000000007', { verdict: 'paid', comesBack: true }],
    ['50100000000008', { verdict: 'down' }],
  ])('decides by the last four digits of account %s', (accountNumber, outcome) => {
    expect(forcedOutcome(accountNumber)).toMatchObject(outcome);
  });

  it.each(['50100000000009', '50100000010', '00011', 'ABCDE'])('leaves account %s to chance', (accountNumber) => {
    expect(forcedOutcome(accountNumber)).toBeNull();
  });

  it('rejects when the draw is below the failure rate', () => {
    expect(drawnOutcome(0.2, dice(0.2))).toMatchObject({ verdict: 'paid' });
    expect(drawnOutcome(0.2, dice(0.199, 0))).toEqual({ verdict: 'rejected', code: 'bank_account_closed' });
    expect(drawnOutcome(0, dice(0))).toMatchObject({ verdict: 'paid' });
    expect(drawnOutcome(1, dice(0.999, 0.999))).toEqual({ verdict: 'rejected', code: 'gateway_technical_error' });
  });

  it('says of each rejection who can mend it and whether to try again', () => {
    for (const code of Object.keys(REJECTIONS)) {
      expect(rejection(code)).toEqual({
        code,
        reason: expect.stringMatching(/\.$/),
        source: expect.stringMatching(/^(gateway|beneficiary_bank|business|internal)$/),
        retryable: expect.any(Boolean),
      });
    }
    expect(() => rejection('toString')).toThrow(RangeError);
  });
});
