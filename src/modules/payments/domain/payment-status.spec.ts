import { describe, expect, it } from '@jest/globals';
import {
  allowedByHand,
  allowedPaymentStatuses,
  assertMayBeEnded,
  assertPaymentTransition,
  InvalidPaymentTransition,
  isCaptured,
  isOpenPayment,
  PAYMENT_STATUSES,
} from './payment-status.js';

/** Moves from the row's status to the column's: `x` allowed, `.` not. Written by hand from the design, not the code. */
const EXPECTED = `
                     created  processing  succeeded  partially_refunded  refunded  failed
  created            .        x           .          .                   .         x
  processing         .        .           x          .                   .         x
  succeeded          .        .           .          x                   x         .
  partially_refunded .        .           .          x                   x         .
  refunded           .        .           .          .                   .         .
  failed             .        .           .          .                   .         .`;

const [header, ...rows] = EXPECTED.trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));
const PAIRS = rows.flatMap(([from, ...marks]) => marks.map((mark, i) => [from!, header![i]!, mark === 'x'] as const));

describe('a payment', () => {
  it('has all its statuses in this table', () => {
    expect(header).toEqual([...PAYMENT_STATUSES]);
    expect(rows.map(([from]) => from)).toEqual([...PAYMENT_STATUSES]);
  });

  it.each(PAIRS)('from %s to %s: %s', (from, to, may) => {
    const move = (): void => assertPaymentTransition(from as 'created', to as 'created');
    if (may) return expect(move).not.toThrow();
    expect(move).toThrow(InvalidPaymentTransition);
    const allowed = PAIRS.filter(([status, , mayIt]) => status === from && mayIt).map(([, other]) => other);
    expect(move).toThrow(expect.objectContaining({ extensions: { current_status: from, allowed_statuses: allowed } }));
  });

  it('is taken back by anybody while no provider has it, and ended by operators while it is open', () => {
    const movable = (by: 'merchant' | 'operator') =>
      Object.fromEntries(PAYMENT_STATUSES.map((from) => [from, allowedByHand(by, from)] as const));
    const nowhere = { succeeded: [], partially_refunded: [], refunded: [], failed: [] };
    expect(movable('merchant')).toEqual({ ...nowhere, created: ['failed'], processing: [] });
    expect(movable('operator')).toEqual({ ...nowhere, created: ['failed'], processing: ['failed'] });
    for (const from of PAYMENT_STATUSES) {
      const allowed = allowedByHand('operator', from);
      expect(allowedPaymentStatuses(from)).toEqual(expect.arrayContaining([...allowed]));
      if (allowed.includes('failed')) expect(() => assertMayBeEnded(from)).not.toThrow();
      else expect(() => assertMayBeEnded(from)).toThrow(InvalidPaymentTransition);
    }
  });

  it('is open until its end is known, and captured from its success on', () => {
    expect(PAYMENT_STATUSES.filter(isOpenPayment)).toEqual(['created', 'processing']);
    expect(PAYMENT_STATUSES.filter(isCaptured)).toEqual(['succeeded', 'partially_refunded', 'refunded']);
  });
});
