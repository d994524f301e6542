import type { FactoryProvider } from '@nestjs/common';
import type { DueSubmission } from '../../../shared/due-submission.js';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { type Job, JobQueues, Sweep } from '../../../platform/queue/queue.public.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { payoutJob } from './payout-jobs.js';

function jobOf({ merchantId, id, attempts, origin }: DueSubmission): Job {
  return { ...payoutJob(merchantId, id, attempts), origin };
}

/** Asks for the next step of open payouts whose time has come. */
export const sweepDuePayouts: FactoryProvider = {
  provide: 'sweep of due payouts',
  inject: [ProcessRole, JobQueues, PayoutReader],
  useFactory: (role: ProcessRole, queues: JobQueues, payouts: PayoutReader) =>
    new Sweep(role, queues, { what: 'due payouts', due: (limit, after) => payouts.due(limit, after), jobOf }),
};
