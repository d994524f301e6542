import { DomainError } from '../../../shared/domain-error.js';
import { INVALID_TRANSITION } from '../../../shared/problem.js';

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
 * What the machine allows. Money comes only when the gateway reports it, and goes back by refunds that succeeded; a person
 * can end what is open.
 */
const MACHINE = {
  created: ['processing', 'failed'],
  processing: ['succeeded', 'failed'],
  succeeded: ['partially_refunded', 'refunded'],
  partially_refunded: ['partially_refunded', 'refunded'],
  refunded: [],
  failed: [],
} as const satisfies Record<PaymentStatus, readonly PaymentStatus[]>;

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
  if (!isOpenPayment(status)) throw new InvalidPaymentTransition(status, 'failed', []);
}

export function allowedPaymentStatuses(from: PaymentStatus): readonly PaymentStatus[] {
  return MACHINE[from];
}

/** The gateway may still charge it. */
export function isOpenPayment(status: PaymentStatus): boolean {
  return status === 'created' || status === 'processing';
}

/** The money is here, as far as it was not refunded. */
export function isCaptured(status: PaymentStatus): boolean {
  return status === 'succeeded' || status === 'partially_refunded' || status === 'refunded';
}
