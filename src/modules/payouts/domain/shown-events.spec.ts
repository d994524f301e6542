import { describe, expect, it } from '@jest/globals';
import type { PayoutEvent } from './payout-state.js';
import { PAYOUT_STATUSES } from './payout-status.js';
import { isShown, PAYOUT_EVENT_TYPES } from './shown-events.js';

function anEntry(type: string, from: PayoutEvent['from'], to: PayoutEvent['to']): PayoutEvent {
  return { type, from, to, at: new Date(0), actor: 'system', reason: null, data: {} };
}

describe('what merchants are shown of payouts', () => {
  it('has the request and the change to each other status, and not that one was submitted once more', () => {
    expect(isShown(anEntry('payout.requested', null, 'pending'))).toBe(true);
    for (const status of PAYOUT_STATUSES.filter((other) => other !== 'pending'))
      expect(isShown(anEntry(`payout.${status}`, 'pending', status))).toBe(true);
    expect(isShown(anEntry('payout.processing', 'processing', 'processing'))).toBe(false);
  });

  it('has no type but those of the lists, whatever changes the status', () => {
    for (const type of ['payout.on_hold', 'payout.archived'])
      expect(isShown(anEntry(type, 'processing', 'completed'))).toBe(false);
    for (const type of PAYOUT_EVENT_TYPES) expect(isShown(anEntry(type, 'pending', 'processing'))).toBe(true);
  });
});
