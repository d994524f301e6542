import { AppendedRowStore, ReferenceStore, RowStore } from '../../../platform/group-commit/group-commit.public.js';
import { paymentEvents, paymentReferences, paymentRows, refundRows } from '../domain/payment-tables.js';
import { paymentEventRows, payments, refunds } from './payment-row.js';

/** How payments and refunds are read and written on the write path. */
export const PAYMENT_STORES = [
  new RowStore(paymentRows, payments),
  new RowStore(refundRows, refunds),
  new ReferenceStore(paymentReferences, 'payments'),
  new AppendedRowStore(paymentEvents, paymentEventRows),
];
