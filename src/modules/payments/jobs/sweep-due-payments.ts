import type { FactoryProvider } from '@nestjs/common';
import type { LongestPlan, NextStep } from '../../../shared/submission.js';
import { WAITING_FOR } from '../../../shared/waiting.js';
import { ProcessRole } from '../../../platform/config/config.public.js';
import {
  JobQueues,
  MISDATED_SWEEP_MS,
  Sweep,
  type SweptSource,
  WAITING_SWEEP,
} from '../../../platform/queue/queue.public.js';
import { Recovery } from '../../gateways/gateways.public.js';
import { type DuePayment, PaymentReader } from '../domain/payment-reader.js';
import { duePaymentJob } from './payment-jobs.js';

function sweep(
  what: string,
  due: (payments: PaymentReader, longest: LongestPlan) => SweptSource<DuePayment>['due'],
  options: Partial<SweptSource<DuePayment>> = {},
): FactoryProvider {
  return {
    provide: `sweep of ${what}`,
    inject: [ProcessRole, JobQueues, PaymentReader, Recovery],
    useFactory: (role: ProcessRole, queues: JobQueues, payments: PaymentReader, { longestPlan }: Recovery) =>
      new Sweep(role, queues, { what, due: due(payments, longestPlan), jobOf: duePaymentJob, ...options }),
  };
}

function dueFor(step: NextStep) {
  return (payments: PaymentReader): SweptSource<DuePayment>['due'] =>
    (limit, after) =>
      payments.due(step, limit, after);
}

/** As those of payouts, for payments and refunds. */
export const paymentSweeps: readonly FactoryProvider[] = [
  sweep('payments and refunds to inquire about', dueFor('inquire'), {
    jobOf: (due) => ({ ...duePaymentJob(due), goesFirst: true }),
  }),
  sweep('payments and refunds to submit', dueFor('submit')),
  sweep(
    'misdated payments and refunds',
    (payments, longest) => (limit, after) => payments.misdated(limit, after, longest),
    {
      everyMs: MISDATED_SWEEP_MS,
    },
  ),
  sweep(
    'waiting payments and refunds',
    (payments) => (limit, after) => payments.waiting({ for: WAITING_FOR, merchantId: null }, limit, after?.id ?? null),
    WAITING_SWEEP,
  ),
];
