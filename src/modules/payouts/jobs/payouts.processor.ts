import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import type { CallbackKey } from '../../gateways/gateways.public.js';
import { ProcessPayout } from '../application/process-payout.js';
import { ProcessBankCallback } from '../application/process-bank-callback.js';
import type { PayoutJobData } from './payout-jobs.js';

/**
 * Takes payouts a step further, and acts on callbacks. A job that fails is not repeated here: what is due is the
 * database's to say.
 */
@Processor('payouts')
export class PayoutsProcessor extends WorkerHost {
  constructor(
    private readonly processPayout: ProcessPayout,
    private readonly processCallback: ProcessBankCallback,
  ) {
    super();
  }

  async process({ name, data }: Job<PayoutJobData | CallbackKey>): Promise<void> {
    if (name === 'callback') return this.processCallback.execute(data as CallbackKey);
    const { merchantId, payoutId, origin } = data as PayoutJobData;
    await this.processPayout.execute(merchantId, payoutId, origin);
  }
}
