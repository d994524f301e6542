import { dueSweeps } from '../../../platform/queue/queue.public.js';
import { ConfiguredRecovery } from '../../gateways/gateways.public.js';
import { PaymentReader } from '../domain/payment-reader.js';
import { duePaymentJob } from './payment-jobs.js';

export const paymentSweeps = dueSweeps(
  'payments and refunds',
  { reader: PaymentReader, plan: ConfiguredRecovery },
  duePaymentJob,
);
