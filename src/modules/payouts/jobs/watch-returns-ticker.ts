import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { Ticker } from '../../../platform/waiting/waiting.public.js';
import { WatchReturns } from '../application/watch-returns.js';

const EVERY_MS = 1_000;

/** A line of its own: it keeps no open payout waiting, however long it is. */
@Injectable()
export class WatchReturnsTicker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly ticker: Ticker;

  constructor(
    private readonly role: ProcessRole,
    watch: WatchReturns,
  ) {
    this.ticker = new Ticker('watch for returned money', EVERY_MS, () => watch.execute());
  }

  onApplicationBootstrap(): void {
    if (this.role.worker) this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticker.stop();
  }
}
