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

/** What the machine allows. Nobody moves a payment by hand: the gateway's word does, and refunds that succeeded. */
const MACHINE = {
  created: ['processing'],
  processing: ['succeeded', 'failed'],
  succeeded: ['partially_refunded', 'refunded'],
  partially_refunded: ['partially_refunded', 'refunded'],
  refunded: [],
  failed: [],
} as const satisfies Record<PaymentStatus, readonly PaymentStatus[]>;

export class InvalidPaymentTransition extends DomainError {
  static override readonly problem = INVALID_TRANSITION;

  constructor(from: PaymentStatus, to: PaymentStatus) {
    super(`A payment that is ${from} cannot become ${to}.`, {
      current_status: from,
      allowed_statuses: MACHINE[from],
    });
  }
}

/** @throws InvalidPaymentTransition */
export function assertPaymentTransition(from: PaymentStatus, to: PaymentStatus): void {
  const allowed: readonly PaymentStatus[] = MACHINE[from];
  if (!allowed.includes(to)) throw new InvalidPaymentTransition(from, to);
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
