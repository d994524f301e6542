import type { FactoryProvider } from '@nestjs/common';
import type { DueSubmission } from '../../../shared/due-submission.js';
import type { NextStep } from '../../../shared/submission.js';
import { WAITING_FOR } from '../../../shared/waiting.js';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { JobQueues, Sweep, type SweptSource, WAITING_SWEEP } from '../../../platform/queue/queue.public.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { duePayoutJob } from './payout-jobs.js';

function sweep(
  what: string,
  due: (payouts: PayoutReader) => SweptSource<DueSubmission>['due'],
  options: Partial<SweptSource<DueSubmission>> = {},
): FactoryProvider {
  return {
    provide: `sweep of ${what}`,
    inject: [ProcessRole, JobQueues, PayoutReader],
    useFactory: (role: ProcessRole, queues: JobQueues, payouts: PayoutReader) =>
      new Sweep(role, queues, { what, due: due(payouts), jobOf: duePayoutJob, ...options }),
  };
}

function dueFor(step: NextStep) {
  return (payouts: PayoutReader): SweptSource<DueSubmission>['due'] =>
    (limit, after) =>
      payouts.due(step, limit, after);
}

/**
 * Ask for the next step of open payouts whose time has come; and now and then for that of those that wait, in case a
 * wake was lost. Each has a line of its own: what cannot move does not delay what can.
 */
export const payoutSweeps: readonly FactoryProvider[] = [
  sweep('payouts to inquire about', dueFor('inquire'), {
    jobOf: (due) => ({ ...duePayoutJob(due), goesFirst: true }),
  }),
  sweep('payouts to submit', dueFor('submit')),
  sweep(
    'waiting payouts',
    (payouts) => (limit, after) => payouts.waiting({ for: WAITING_FOR, merchantId: null }, limit, after?.id ?? null),
    WAITING_SWEEP,
  ),
];
