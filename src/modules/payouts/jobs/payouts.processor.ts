import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job } from 'bullmq';
import { type CallbackKey, type Wake, Wakes } from '../../gateways/gateways.public.js';
import { ProcessPayout } from '../application/process-payout.js';
import { ProcessBankCallback } from '../application/process-bank-callback.js';
import type { PayoutJobData } from './payout-jobs.js';

/**
 * Takes payouts a step further, wakes those that wait, and acts on callbacks. A job that fails is not repeated here: what is due is the
 * database's to say.
 */
@Processor('payouts')
export class PayoutsProcessor extends WorkerHost {
  constructor(
    private readonly wakes: Wakes,
    private readonly processPayout: ProcessPayout,
    private readonly processCallback: ProcessBankCallback,
  ) {
    super();
  }

  async process({ name, data }: Job<PayoutJobData | CallbackKey | Wake>): Promise<void> {
    if (name === 'callback') return this.processCallback.execute(data as CallbackKey);
    if (name === 'wake') return this.wakes.execute('payouts', data as Wake);
    const { merchantId, payoutId, origin } = data as PayoutJobData;
    await this.processPayout.execute(merchantId, payoutId, origin);
  }
}
