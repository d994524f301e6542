import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Ticker } from '../../waiting/ticker.js';
import { PrimaryServer } from '../servers/primary-server.js';
import { stateOf } from '../servers/server-state.js';
import { StatusDatabase } from '../connections/status-database.js';

/** How long a process that has not noticed a promotion may go on with an old primary that still runs. */
const EVERY_MS = 3_000;

/** Checks every few seconds, in every process, whether the server in use is still the one that takes commits. */
@Injectable()
export class ServerWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly ticker = new Ticker('look at the database’s servers', EVERY_MS, () => this.look());

  constructor(
    private readonly primary: PrimaryServer,
    private readonly status: StatusDatabase,
  ) {}

  onApplicationBootstrap(): void {
    this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticker.stop();
  }

  private async look(): Promise<void> {
    await this.primary.recall();
    await Promise.all([
      stateOf(this.status).then((state) => this.primary.observe(state)),
      this.primary.hostsOf(this.status.url).lookAtOthers(),
    ]);
  }
}
