import { BookTable } from '../../../shared/book-table.js';
import type { TimelineRow } from '../../../shared/submissions/timeline.js';
import type { PaymentState, RefundState } from './payment-state.js';
import type { PaymentStatus } from './payment-status.js';

/** Key: the payment's id. */
export const paymentRows = new BookTable<PaymentState>('payments');

/** Key: the refund's id. */
export const refundRows = new BookTable<RefundState>('refunds');

/**
 * Which payment has a merchant's reference. Key: the reference_id; the row is the payment's id. Written with the
 * payment.
 */
export const paymentReferences = new BookTable<string>('payment_references');

/** Append-only. Key: `<payment id>/<seq>`. */
export const paymentEvents = new BookTable<TimelineRow<PaymentStatus>>('payment_events');
