import { Injectable } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { type Job, JobQueues, Sweep } from '../../../platform/queue/queue.public.js';
import { type DuePayment, PaymentReader } from '../domain/payment-reader.js';
import { chargeJob, refundJob } from './payment-jobs.js';

/** Asks for the next step of open payments and refunds whose time has come. */
@Injectable()
export class SweepDuePayments extends Sweep<DuePayment> {
  constructor(
    role: ProcessRole,
    queues: JobQueues,
    private readonly payments: PaymentReader,
  ) {
    super('due payments', role, queues);
  }

  protected due(limit: number, after: DuePayment | null): Promise<readonly DuePayment[]> {
    return this.payments.due(limit, after);
  }

  protected jobOf({ merchantId, paymentId, refundId, attempts, origin }: DuePayment): Job {
    const job =
      refundId === null
        ? chargeJob(merchantId, paymentId, attempts)
        : refundJob(merchantId, paymentId, refundId, attempts);
    return { ...job, origin };
  }
}
