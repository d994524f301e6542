import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { Ticker } from '../../../platform/waiting/waiting.public.js';
import { Router } from '../application/router.js';
import { Wakes } from '../application/wakes.js';
import { Availability } from '../domain/availability.js';
import { endedBetween, type Look, mayBeTried } from '../domain/wait-ends.js';

/** An order goes within a second after what it waited for has ended, whichever process ended it. */
const EVERY_MS = 500;

/**
 * Looks at gateways and routing rules in the database, and wakes the orders that waited for a change. It runs in every
 * worker: an order that one worker lets wait because its knowledge is outdated is found by the wakes of the others.
 */
@Injectable()
export class WakeWaitingOrders implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly ticker = new Ticker('wakes of waiting orders', EVERY_MS, () => this.look());
  private before: Look | null = null;

  constructor(
    private readonly role: ProcessRole,
    private readonly availability: Availability,
    private readonly router: Router,
    private readonly wakes: Wakes,
  ) {}

  onApplicationBootstrap(): void {
    if (this.role.worker) this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticker.stop();
  }

  private async look(): Promise<void> {
    const gateways = await this.availability.refresh();
    const { isStopped } = await this.availability.now();
    const now = { gateways, rules: await this.router.changed(), isStopped };
    const reasons = endedBetween(this.before, now);
    if (reasons.length > 0) await this.wakes.wake({ for: reasons, merchantId: null });
    // Set only now, so that a wake that could not be enqueued is tried again.
    this.before = now;
    for (const { gateway } of now.gateways.filter(mayBeTried)) await this.wakes.offer(gateway);
  }
}
