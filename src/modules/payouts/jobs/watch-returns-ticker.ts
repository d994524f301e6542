import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { Ticker } from '../../../platform/waiting/waiting.public.js';
import { BankGateways } from '../../gateways/gateways.public.js';
import { WatchReturns } from '../application/watch-returns.js';

const EVERY_MS = 1_000;

/**
 * One ticker for each bank, outside the queues: however long the backlog, no open payout waits for it, and a slow bank
 * does not delay the looks at other banks.
 */
@Injectable()
export class WatchReturnsTicker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly tickers: readonly Ticker[];

  constructor(
    private readonly role: ProcessRole,
    banks: BankGateways,
    watch: WatchReturns,
  ) {
    this.tickers = banks.canBeInquired.map(
      (gateway) => new Ticker(`watch for money returned by ${gateway}`, EVERY_MS, () => watch.execute(gateway)),
    );
  }

  onApplicationBootstrap(): void {
    if (this.role.worker) for (const ticker of this.tickers) ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.tickers.map((ticker) => ticker.stop()));
  }
}
