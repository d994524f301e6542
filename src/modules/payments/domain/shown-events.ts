import type { PaymentEvent, RefundState } from './payment-state.js';
import type { PaymentStatus } from './payment-status.js';

/** What merchants are shown as events of the API: of payments, and of refunds. */
export const PAYMENT_EVENT_TYPES = [
  'payment.created',
  'payment.processing',
  'payment.succeeded',
  'payment.partially_refunded',
  'payment.refunded',
  'payment.failed',
  'payment.needs_attention',
] as const satisfies readonly `payment.${PaymentStatus | 'needs_attention'}`[];
export const REFUND_EVENT_TYPES = [
  'refund.requested',
  'refund.succeeded',
  'refund.failed',
  'refund.needs_attention',
] as const satisfies readonly `refund.${RefundState['status'] | 'requested' | 'needs_attention'}`[];

/** An entry about one of the payment's refunds. */
export const isOfRefund = ({ type }: PaymentEvent): boolean => type.startsWith('refund.');

const SHOWN_OF_REFUNDS: ReadonlySet<string> = new Set(REFUND_EVENT_TYPES);

/** The request, each change of the status, and that somebody must look. Not that it was submitted once more. */
export function isShown(entry: PaymentEvent): boolean {
  if (isOfRefund(entry)) return SHOWN_OF_REFUNDS.has(entry.type);
  return entry.type === 'payment.needs_attention' || entry.from !== entry.to;
}

/** The status that the entry has ended; null: it has changed none. A refund's own, where it is about one. */
export function endedStatus(entry: PaymentEvent): string | null {
  if (isOfRefund(entry)) return /[.](?:succeeded|failed)$/.test(entry.type) ? 'pending' : null;
  return entry.from === entry.to ? null : entry.from;
}
