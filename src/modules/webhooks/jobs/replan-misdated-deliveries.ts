import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { Ticker } from '../../../platform/waiting/waiting.public.js';
import { DeliveryWork } from '../domain/deliveries.js';
import { longestPlansMs } from '../domain/delivery.js';
import { WebhookSettings } from '../webhooks.settings.js';

const EVERY_MS = 30_000;
const ROWS = 1_000;

/**
 * Makes deliveries due that were planned by a clock that ran ahead: after the clock is set right, they would wait for
 * as long as it was ahead. An extra attempt does no harm, because receivers recognize the id.
 */
@Injectable()
export class ReplanMisdatedDeliveries implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly ticker = new Ticker('webhook deliveries dated ahead', EVERY_MS, () => this.plan());

  constructor(
    private readonly role: ProcessRole,
    private readonly work: DeliveryWork,
    private readonly settings: WebhookSettings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.role.worker) this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticker.stop();
  }

  /** @returns whether there may be more */
  private async plan(): Promise<boolean> {
    return (await this.work.planMisdated(longestPlansMs(this.settings.retryScale), ROWS)) === ROWS;
  }
}
