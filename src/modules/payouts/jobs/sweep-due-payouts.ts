import { Injectable } from '@nestjs/common';
import type { DueSubmission } from '../../../shared/due-submission.js';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { type Job, JobQueues, Sweep } from '../../../platform/queue/queue.public.js';
import { PayoutReader } from '../domain/payout-reader.js';
import { payoutJob } from './payout-jobs.js';

/** Asks for the next step of open payouts whose time has come. */
@Injectable()
export class SweepDuePayouts extends Sweep<DueSubmission> {
  constructor(
    role: ProcessRole,
    queues: JobQueues,
    private readonly payouts: PayoutReader,
  ) {
    super('due payouts', role, queues);
  }

  protected due(limit: number, after: DueSubmission | null): Promise<readonly DueSubmission[]> {
    return this.payouts.due(limit, after);
  }

  protected jobOf({ merchantId, id, attempts, origin }: DueSubmission): Job {
    return { ...payoutJob(merchantId, id, attempts), origin };
  }
}
