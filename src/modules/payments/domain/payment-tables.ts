import { BookTable } from '../../../shared/book-table.js';
import type { PaymentEvent, PaymentState, RefundState } from './payment-state.js';

/** Key: the payment's id. */
export const paymentRows = new BookTable<PaymentState>('payments');

/** Key: the refund's id. */
export const refundRows = new BookTable<RefundState>('refunds');

/** Which payment carries a merchant's reference. Key: the reference_id; the row is the payment's id. Read only. */
export const paymentReferences = new BookTable<string>('payment_references');

export interface PaymentEventRow extends PaymentEvent {
  readonly paymentId: string;
  readonly seq: number;
}

/** Appended only. Key: `<payment id>/<seq>`. */
export const paymentEvents = new BookTable<PaymentEventRow>('payment_events');
