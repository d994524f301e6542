import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { Ticker } from '../../../platform/waiting/waiting.public.js';
import { GatewaySettings, ReceiveCallback } from '../../gateways/gateways.public.js';
import { AllSimulatedWebhooks } from '../domain/simulated-webhooks.js';

const EVERY_MS = 500;
const BATCH = 100;

/**
 * The simulators' postman, in every worker while one of them is enabled. He hands callbacks in where the endpoint would,
 * signed and all, since a worker does not know the address of the API.
 */
@Injectable()
export class DeliverSimulatedWebhooks implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds = new Ticker('post of the simulators', EVERY_MS, () => this.deliver());

  constructor(
    private readonly role: ProcessRole,
    private readonly gateways: GatewaySettings,
    private readonly posts: AllSimulatedWebhooks,
    private readonly receive: ReceiveCallback,
  ) {}

  onApplicationBootstrap(): void {
    if (this.role.worker && this.enabled.length > 0) this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
  }

  private get enabled() {
    return this.posts.all.filter(({ gateway }) => this.gateways.enabled.includes(gateway));
  }

  private async deliver(): Promise<boolean> {
    let more = false;
    for (const post of this.enabled) {
      const due = await post.due(BATCH);
      for (const { id, callback } of due) {
        await this.receive.execute(post.gateway, callback);
        await post.delivered(id);
      }
      more ||= due.length === BATCH;
    }
    return more;
  }
}
