import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { EventSettings, RetentionMarks } from '../../../platform/outbox/outbox.public.js';
import { Ticker } from '../../../platform/waiting/waiting.public.js';
import { Deliveries } from '../domain/deliveries.js';

const EVERY_MS = 60 * 60_000;
const ROWS = 1_000;

/**
 * All attempts are made within so many days. Pending deliveries are kept that long even if events are kept for less.
 */
const DAYS_OF_ATTEMPTS = 4;

/** Used while no retention mark is that old yet: nothing is older than this. */
const NEVER = new Date(0);

/** Removes old deliveries. They are kept as long as events, and at least until their last attempt. */
@Injectable()
export class PruneDeliveries implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly ticker = new Ticker('pruning of webhook deliveries', EVERY_MS, () => this.prune());

  constructor(
    private readonly role: ProcessRole,
    private readonly deliveries: Deliveries,
    private readonly settings: EventSettings,
    private readonly ages: RetentionMarks,
  ) {}

  onApplicationBootstrap(): void {
    if (this.role.worker) this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticker.stop();
  }

  /** @returns whether there may be more */
  async prune(): Promise<boolean> {
    const { retentionDays } = this.settings;
    const oldest = await this.ages.oldest(retentionDays);
    const oldestPending = await this.ages.oldest(Math.max(retentionDays, DAYS_OF_ATTEMPTS));
    if (oldest === null) return false;
    return (await this.deliveries.prune(oldest, oldestPending ?? NEVER, ROWS)) === ROWS;
  }
}
