import type { FactoryProvider } from '@nestjs/common';
import type { DueSubmission } from '../../../shared/due-submission.js';
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
import { PayoutReader } from '../domain/payout-reader.js';
import { duePayoutJob } from './payout-jobs.js';

function sweep(
  what: string,
  due: (payouts: PayoutReader, longest: LongestPlan) => SweptSource<DueSubmission>['due'],
  options: Partial<SweptSource<DueSubmission>> = {},
): FactoryProvider {
  return {
    provide: `sweep of ${what}`,
    inject: [ProcessRole, JobQueues, PayoutReader, Recovery],
    useFactory: (role: ProcessRole, queues: JobQueues, payouts: PayoutReader, { longestPlan }: Recovery) =>
      new Sweep(role, queues, { what, due: due(payouts, longestPlan), jobOf: duePayoutJob, ...options }),
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
  sweep('misdated payouts', (payouts, longest) => (limit, after) => payouts.misdated(limit, after, longest), {
    everyMs: MISDATED_SWEEP_MS,
  }),
  sweep(
    'waiting payouts',
    (payouts) => (limit, after) => payouts.waiting({ for: WAITING_FOR, merchantId: null }, limit, after?.id ?? null),
    WAITING_SWEEP,
  ),
];
