import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { Ticker } from '../../../platform/waiting/waiting.public.js';
import { ReceiveCallback } from '../application/receive-callback.js';

const EVERY_MS = 1_000;
const BATCH = 500;

/**
 * Offers stored callbacks to their flows again: their job was lost with the queue, or their time has come once more.
 */
@Injectable()
export class SweepDueCallbacks implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly ticker = new Ticker('sweep of due callbacks', EVERY_MS, () => this.callbacks.offerDue(BATCH));

  constructor(
    private readonly role: ProcessRole,
    private readonly callbacks: ReceiveCallback,
  ) {}

  onApplicationBootstrap(): void {
    if (this.role.worker) this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticker.stop();
  }
}
