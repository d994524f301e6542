import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { JobQueues } from '../../../platform/queue/queue.public.js';
import { Ticker } from '../../../platform/waiting/waiting.public.js';
import { type DuePayout, PayoutReader } from '../domain/payout-reader.js';
import { payoutJob } from './payout-jobs.js';

const EVERY_MS = 1_000;

/** More due payouts than this are a backlog: the workers are busy with the first ones until the next round. */
const BATCH = 500;

/**
 * Finds open payouts whose next step is due and asks for it again: payouts whose job was lost with the queue, whose
 * worker died, or whom the bank has not answered. A plain timer in every worker, because a timer in the queue would be
 * lost with it.
 */
@Injectable()
export class SweepDuePayouts implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private reached: DuePayout | null = null;
  private readonly rounds = new Ticker('sweep of due payouts', EVERY_MS, () => this.sweep());

  constructor(
    private readonly role: ProcessRole,
    private readonly payouts: PayoutReader,
    private readonly queues: JobQueues,
  ) {}

  onApplicationBootstrap(): void {
    if (this.role.worker) this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
  }

  /** Goes on behind the last round's payouts, so that some that cannot move do not stand before all the others. */
  private async sweep(): Promise<void> {
    const due = await this.payouts.due(BATCH, this.reached);
    this.reached = due.length < BATCH ? null : due.at(-1)!;
    if (due.length === 0) return;
    await this.queues.add(
      due.map(({ merchantId, id, attempts, origin }) => ({ ...payoutJob(merchantId, id, attempts), origin })),
    );
  }
}
