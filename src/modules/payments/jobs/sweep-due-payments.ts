import type { FactoryProvider } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { type Job, JobQueues, Sweep } from '../../../platform/queue/queue.public.js';
import { type DuePayment, PaymentReader } from '../domain/payment-reader.js';
import { chargeJob, refundJob } from './payment-jobs.js';

function jobOf({ merchantId, paymentId, refundId, attempts, origin }: DuePayment): Job {
  if (refundId === null) return { ...chargeJob(merchantId, paymentId, attempts), origin };
  return { ...refundJob(merchantId, paymentId, refundId, attempts), origin };
}

/** Asks for the next step of open payments and refunds whose time has come. */
export const sweepDuePayments: FactoryProvider = {
  provide: 'sweep of due payments',
  inject: [ProcessRole, JobQueues, PaymentReader],
  useFactory: (role: ProcessRole, queues: JobQueues, payments: PaymentReader) =>
    new Sweep(role, queues, { what: 'due payments', due: (limit, after) => payments.due(limit, after), jobOf }),
};
