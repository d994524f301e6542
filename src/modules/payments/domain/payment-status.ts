import { DomainError } from '../../../shared/domain-error.js';
import { INVALID_TRANSITION } from '../../../shared/problem.js';
import type { ReaderKind } from '../../../shared/submissions/submission-view.js';

export const PAYMENT_STATUSES = [
  'created',
  'processing',
  'succeeded',
  'partially_refunded',
  'refunded',
  'failed',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/**
 * The moves that exist at all. Money comes in only when the gateway reports it, and goes back only by refunds that
 * succeeded; a person can end a payment that is open.
 */
const MACHINE = {
  created: ['processing', 'failed'],
  processing: ['succeeded', 'failed'],
  succeeded: ['partially_refunded', 'refunded'],
  partially_refunded: ['partially_refunded', 'refunded'],
  refunded: [],
  failed: [],
} as const satisfies Record<PaymentStatus, readonly PaymentStatus[]>;

/** Which of these moves a person may make: cancel a payment that no provider has; an operator may end any open one. */
const BY_HAND = {
  merchant: { created: ['failed'] },
  operator: { created: ['failed'], processing: ['failed'] },
} as const satisfies Record<ReaderKind, Partial<Record<PaymentStatus, readonly PaymentStatus[]>>>;

export class InvalidPaymentTransition extends DomainError {
  static override readonly problem = INVALID_TRANSITION;

  /** @param allowed what the caller may do instead */
  constructor(from: PaymentStatus, to: string, allowed: readonly PaymentStatus[] = MACHINE[from]) {
    super(`A payment that is ${from} cannot become ${to} this way.`, {
      current_status: from,
      allowed_statuses: allowed,
    });
  }
}

/** @throws InvalidPaymentTransition */
export function assertPaymentTransition(from: PaymentStatus, to: PaymentStatus): void {
  const allowed: readonly PaymentStatus[] = MACHINE[from];
  if (!allowed.includes(to)) throw new InvalidPaymentTransition(from, to);
}

/** @throws InvalidPaymentTransition unless a person may end a payment in this status as failed */
export function assertMayBeEnded(status: PaymentStatus): void {
  const allowed = allowedByHand('operator', status);
  if (!allowed.includes('failed')) throw new InvalidPaymentTransition(status, 'failed', allowed);
}

/** The statuses to which this kind of key may move a payment. */
export function allowedByHand(by: ReaderKind, from: PaymentStatus): readonly PaymentStatus[] {
  const permitted: Partial<Record<PaymentStatus, readonly PaymentStatus[]>> = BY_HAND[by];
  return permitted[from] ?? [];
}

export function allowedPaymentStatuses(from: PaymentStatus): readonly PaymentStatus[] {
  return MACHINE[from];
}

/** Whether the gateway may still charge it. */
export function isOpenPayment(status: PaymentStatus): boolean {
  return status === 'created' || status === 'processing';
}

/** Whether the money has arrived; it may have been refunded since. */
export function isCaptured(status: PaymentStatus): boolean {
  return status === 'succeeded' || status === 'partially_refunded' || status === 'refunded';
}
