import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { Ticker } from '../../../platform/waiting/waiting.public.js';
import { GatewaySettings, ReceiveCallback } from '../../gateways/gateways.public.js';
import { AllSimulatedWebhooks } from '../domain/simulated-webhooks.js';

const EVERY_MS = 500;
const BATCH = 100;

/**
 * Delivers the simulators' webhooks, in every worker if a simulator is enabled. They are signed, but go directly to the
 * use case behind the endpoint, since a worker does not know the address of the API.
 */
@Injectable()
export class DeliverSimulatedWebhooks implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly ticker = new Ticker('webhooks of the simulators', EVERY_MS, () => this.deliver());

  constructor(
    private readonly role: ProcessRole,
    private readonly gateways: GatewaySettings,
    private readonly webhooks: AllSimulatedWebhooks,
    private readonly receive: ReceiveCallback,
  ) {}

  onApplicationBootstrap(): void {
    if (this.role.worker && this.enabled.length > 0) this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticker.stop();
  }

  private get enabled() {
    return this.webhooks.all.filter(({ gateway }) => this.gateways.enabled.includes(gateway));
  }

  private async deliver(): Promise<boolean> {
    let more = false;
    for (const webhooks of this.enabled) {
      const due = await webhooks.due(BATCH);
      for (const { id, callback } of due) {
        await this.receive.execute(webhooks.gateway, callback);
        await webhooks.delivered(id);
      }
      more ||= due.length === BATCH;
    }
    return more;
  }
}
