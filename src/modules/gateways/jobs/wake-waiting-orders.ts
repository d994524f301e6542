import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { Ticker } from '../../../platform/waiting/waiting.public.js';
import { Router } from '../application/router.js';
import { Wakes } from '../application/wakes.js';
import { Availability } from '../domain/availability.js';
import { endedBetween, type Look, mayBeTried } from '../domain/wait-ends.js';

/** An order goes within a second after what it waited for has ended, through whichever process that was done. */
const EVERY_MS = 500;

/**
 * Looks at gateways and routing rules in the database, and wakes what waited for them. In every worker: what one of them
 * has decided by what it knew before, the others' wakes find again.
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
    // Only now: what could not be put into the queue is tried again.
    this.before = now;
    for (const { gateway } of now.gateways.filter(mayBeTried)) await this.wakes.offer(gateway);
  }
}
