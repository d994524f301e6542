import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';
import { Role } from '../../../platform/config/role.js';
import { Rounds } from '../../../platform/queue/rounds.js';
import { ReceiveCallback } from '../application/receive-callback.js';
import { SimulatedPost } from '../domain/simulated-post.js';

const EVERY_MS = 500;
const BATCH = 100;

/**
 * The simulated bank's postman, in every worker while that bank is enabled. He hands callbacks in where the endpoint
 * would, signed and all, since a worker does not know the address of the API.
 */
@Injectable()
export class DeliverSimulatedPost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds = new Rounds('post of the simulated bank', EVERY_MS, () => this.deliver());

  constructor(
    private readonly role: Role,
    private readonly config: Config,
    private readonly post: SimulatedPost,
    private readonly receive: ReceiveCallback,
  ) {}

  onApplicationBootstrap(): void {
    if (this.role.worker && this.config.gateways.includes('bank-simulator')) this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
  }

  private async deliver(): Promise<boolean> {
    const due = await this.post.due(BATCH);
    for (const { id, callback } of due) {
      await this.receive.execute('bank-simulator', callback);
      await this.post.delivered(id);
    }
    return due.length === BATCH;
  }
}
