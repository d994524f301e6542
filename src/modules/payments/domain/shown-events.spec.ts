import { describe, expect, it } from '@jest/globals';
import type { PaymentEvent } from './payment-state.js';
import { PAYMENT_STATUSES } from './payment-status.js';
import { isShown, PAYMENT_EVENT_TYPES, REFUND_EVENT_TYPES } from './shown-events.js';

function anEntry(type: string, from: PaymentEvent['from'], to: PaymentEvent['to']): PaymentEvent {
  return { type, from, to, at: new Date(0), actor: 'system', reason: null, data: {} };
}

describe('what merchants are shown of payments', () => {
  it.each(PAYMENT_STATUSES)('has the change to %s', (status) => {
    expect(isShown(anEntry(`payment.${status}`, status === 'created' ? null : 'created', status))).toBe(true);
  });

  it('has each refund of a part, and not that a payment was submitted once more', () => {
    expect(isShown(anEntry('payment.partially_refunded', 'partially_refunded', 'partially_refunded'))).toBe(true);
    expect(isShown(anEntry('payment.processing', 'processing', 'processing'))).toBe(false);
  });

  it('has no type but those of the lists, whatever changes the status', () => {
    for (const type of ['payment.disputed', 'refund.processing', 'payment.gateway_answered'])
      expect(isShown(anEntry(type, 'processing', 'succeeded'))).toBe(false);
    for (const type of [...PAYMENT_EVENT_TYPES, ...REFUND_EVENT_TYPES])
      expect(isShown(anEntry(type, 'created', 'processing'))).toBe(true);
  });
});
