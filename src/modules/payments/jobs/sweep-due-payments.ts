import { dueSweeps } from '../../../platform/orders/orders.public.js';
import { ConfiguredRecovery } from '../../gateways/gateways.public.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { duePaymentJob } from './payment-jobs.js';

export const paymentSweeps = dueSweeps(
  'payments and refunds',
  { reader: PaymentReader, plan: ConfiguredRecovery },
  duePaymentJob,
);
