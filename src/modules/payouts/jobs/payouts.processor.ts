import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { ProcessPayout } from '../application/process-payout.js';
import type { PayoutJobData } from './payout-jobs.js';

/** Takes payouts a step further. A job that fails is not repeated here: what is due is the database's to say. */
@Processor('payouts')
export class PayoutsProcessor extends WorkerHost {
  constructor(private readonly processPayout: ProcessPayout) {
    super();
  }

  async process({ data }: Job<PayoutJobData>): Promise<void> {
    await this.processPayout.execute(data.merchantId, data.payoutId, data.origin);
  }
}
