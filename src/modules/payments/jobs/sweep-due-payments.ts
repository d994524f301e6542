import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { JobQueues } from '../../../platform/queue/queue.public.js';
import { Ticker } from '../../../platform/waiting/waiting.public.js';
import { CallbackInbox } from '../../gateways/gateways.public.js';
import { type DuePayment, PaymentReader } from '../domain/payment-reader.js';
import { chargeJob, providerCallbackJob, refundJob } from './payment-jobs.js';

const EVERY_MS = 1_000;

/** More due orders than this are a backlog: the workers are busy with the first ones until the next round. */
const BATCH = 500;

/**
 * Finds open payments and refunds whose next step is due, and callbacks that wait, and asks for them again: their job
 * was lost with the queue, their worker died, or the provider has not answered.
 */
@Injectable()
export class SweepDuePayments implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private reached: DuePayment | null = null;
  private readonly rounds = new Ticker('sweep of due payments', EVERY_MS, () => this.sweep());

  constructor(
    private readonly role: ProcessRole,
    private readonly payments: PaymentReader,
    private readonly inbox: CallbackInbox,
    private readonly queues: JobQueues,
  ) {}

  onApplicationBootstrap(): void {
    if (this.role.worker) this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
  }

  /** Goes on behind the last round's orders, so that some that cannot move do not stand before all the others. */
  private async sweep(): Promise<void> {
    const due = await this.payments.due(BATCH, this.reached);
    this.reached = due.length < BATCH ? null : due.at(-1)!;
    const callbacks = await this.inbox.due(['payment', 'refund'], BATCH);
    const jobs = [...due.map(jobOf), ...callbacks.map(providerCallbackJob)];
    if (jobs.length > 0) await this.queues.add(jobs);
  }
}

function jobOf({ merchantId, paymentId, refundId, attempts, origin }: DuePayment) {
  if (refundId === null) return { ...chargeJob(merchantId, paymentId, attempts), origin };
  return { ...refundJob(merchantId, paymentId, refundId, attempts), origin };
}
