import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { JobQueues } from '../../../platform/queue/queue.public.js';
import { Ticker } from '../../../platform/waiting/waiting.public.js';
import { CallbackInbox } from '../../gateways/gateways.public.js';
import { callbackJob } from './callback-jobs.js';

const EVERY_MS = 1_000;
const BATCH = 500;

/** Finds callbacks that wait in the inbox: their job was lost with the queue, or their time has come again. */
@Injectable()
export class SweepDueCallbacks implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds = new Ticker('sweep of due callbacks', EVERY_MS, () => this.sweep());

  constructor(
    private readonly role: ProcessRole,
    private readonly inbox: CallbackInbox,
    private readonly queues: JobQueues,
  ) {}

  onApplicationBootstrap(): void {
    if (this.role.worker) this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
  }

  private async sweep(): Promise<void> {
    const due = await this.inbox.due(['payout'], BATCH);
    if (due.length > 0) await this.queues.add(due.map(callbackJob));
  }
}
