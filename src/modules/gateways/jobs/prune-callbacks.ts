import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { Ticker } from '../../../platform/waiting/waiting.public.js';
import { CallbackInbox } from '../domain/callback-inbox.js';
import { CallbackSettings } from '../gateways.settings.js';

const EVERY_MS = 60 * 60_000;

/** How many rows one statement deletes: none runs for long, and a replica can keep up. */
const ROWS = 1_000;

/** Deletes callbacks that were processed long ago. The database refuses to delete unprocessed and recent ones. */
@Injectable()
export class PruneCallbacks implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly ticker: Ticker;

  constructor(
    private readonly role: ProcessRole,
    inbox: CallbackInbox,
    { retentionDays }: CallbackSettings,
  ) {
    const prune = async (): Promise<boolean> => (await inbox.prune(retentionDays, ROWS)) === ROWS;
    this.ticker = new Ticker('pruning of callbacks', EVERY_MS, prune);
  }

  onApplicationBootstrap(): void {
    if (this.role.worker) this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticker.stop();
  }
}
