import { describe, expect, it } from '@jest/globals';
import { drawnOutcome, forcedOutcome, webhooksOf } from './bank-outcomes.js';

/** Returns the given numbers one after the other. */
function dice(...numbers: number[]): () => number {
  return () => numbers.shift() ?? NaN;
}

const to = (accountNumber: string) => ({ name: 'Asha Rao', accountNumber, ifsc: 'HDFC0000001' });

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
    expect(forcedOutcome(to(accountNumber))).toMatchObject(outcome);
  });

  it('decides by the last four digits before the @ of a VPA', () => {
    expect(forcedOutcome({ name: 'Asha Rao', vpa: 'asha0002@okaxis' })).toMatchObject({ verdict: 'rejected' });
    expect(forcedOutcome({ name: 'Asha Rao', vpa: 'asha@ok0002' })).toBeNull();
  });

  it.each(['50100000000009', '50100000010', '00011', 'ABCDE'])('leaves account %s to chance', (accountNumber) => {
    expect(forcedOutcome(to(accountNumber))).toBeNull();
  });

  const none = { rejected: 0, eachFault: 0 };

  it('rejects when the draw is below the failure rate', () => {
    const some = { ...none, rejected: 0.2 };
    expect(drawnOutcome(some, dice(0.2))).toMatchObject({ verdict: 'paid' });
    expect(drawnOutcome(some, dice(0.199, 0))).toEqual({ verdict: 'rejected', code: 'bank_account_closed' });
    expect(drawnOutcome(none, dice(0))).toMatchObject({ verdict: 'paid' });
    const all = { ...none, rejected: 1 };
    expect(drawnOutcome(all, dice(0.999, 0.999))).toEqual({ verdict: 'rejected', code: 'gateway_technical_error' });
  });

  it.each([
    [0, { verdict: 'never_arrives' }],
    [0.05, { verdict: 'paid', answers: 'never' }],
    [0.1, { verdict: 'paid', answers: 'slowly' }],
    [0.15, { verdict: 'paid', settles: 'later' }],
    [0.2, { verdict: 'paid', comesBack: true }],
    [0.25, { verdict: 'paid', disorderedWebhooks: true }],
    [0.3, { verdict: 'paid', answers: 'at_once', settles: 'at_once', comesBack: false, disorderedWebhooks: false }],
  ])('suffers each fault at its rate: drawn %d', (draw, outcome) => {
    expect(drawnOutcome({ rejected: 0, eachFault: 0.05 }, dice(0.9, draw + 1e-9))).toMatchObject(outcome);
  });

  it('sends webhooks of what came later, and disordered ones twice and in the wrong order', () => {
    const delays = { slowAnswerMs: 1, settlementMs: 10, returnMs: 100 };
    const sent = (ending: string) => webhooksOf(forcedOutcome(to(`5010000000${ending}`))!, delays);
    expect([sent('0001'), sent('0002'), sent('0004')]).toEqual([[], [], []]);
    expect(sent('0006')).toEqual([{ event: 'succeeded', afterMs: 10 }]);
    expect(sent('0007')).toEqual([{ event: 'returned', afterMs: 100 }]);
    const disordered = drawnOutcome({ rejected: 0, eachFault: 0.1 }, dice(0.9, 0.55));
    expect(webhooksOf(disordered, delays).map(({ event }) => event)).toEqual(['succeeded', 'succeeded', 'pending']);
  });
});
