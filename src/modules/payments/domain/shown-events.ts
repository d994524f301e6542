import type { PaymentEvent, RefundState } from './payment-state.js';
import type { PaymentStatus } from './payment-status.js';

type PaymentEventType = `payment.${PaymentStatus | 'needs_attention'}`;
type RefundEventType = `refund.${Exclude<RefundState['status'], 'pending'> | 'requested' | 'needs_attention'}`;

/** A record, so that a status without its event does not compile. */
const OF_PAYMENTS: Readonly<Record<PaymentEventType, true>> = {
  'payment.created': true,
  'payment.processing': true,
  'payment.succeeded': true,
  'payment.partially_refunded': true,
  'payment.refunded': true,
  'payment.failed': true,
  'payment.needs_attention': true,
};
const OF_REFUNDS: Readonly<Record<RefundEventType, true>> = {
  'refund.requested': true,
  'refund.succeeded': true,
  'refund.failed': true,
  'refund.needs_attention': true,
};

/** The types of the events of payments and of refunds that the API shows to merchants. */
export const PAYMENT_EVENT_TYPES = Object.keys(OF_PAYMENTS) as readonly PaymentEventType[];
export const REFUND_EVENT_TYPES = Object.keys(OF_REFUNDS) as readonly RefundEventType[];

const SHOWN: ReadonlySet<string> = new Set([...PAYMENT_EVENT_TYPES, ...REFUND_EVENT_TYPES]);

/** An entry about one of the payment's refunds. */
export const isOfRefund = ({ type }: PaymentEvent): boolean => type.startsWith('refund.');

/** Whether merchants are shown the event: it has a type of the API, and is not a repeated submission. */
export function isShown({ type, from, to }: PaymentEvent): boolean {
  return SHOWN.has(type) && !(type === 'payment.processing' && from === to);
}

/** The status before the entry; null if it did not change. For an entry about a refund, the status of the refund. */
export function endedStatus(entry: PaymentEvent): string | null {
  if (isOfRefund(entry)) return /[.](?:succeeded|failed)$/.test(entry.type) ? 'pending' : null;
  return entry.from === entry.to ? null : entry.from;
}
