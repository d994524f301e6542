import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ProcessRole } from '../../../platform/config/config.public.js';
import { Ticker } from '../../../platform/waiting/waiting.public.js';
import { ReapExpiredKeys } from '../application/reap-expired-keys.js';

/** A key counts until it is removed, so it is remembered up to this much longer than its window and an hour. */
const EVERY_MS = 5 * 60_000;

@Injectable()
export class ReapIdempotencyKeys implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly ticker: Ticker;

  constructor(
    private readonly role: ProcessRole,
    reap: ReapExpiredKeys,
  ) {
    this.ticker = new Ticker('reaper of idempotency keys', EVERY_MS, async () => void (await reap.execute()));
  }

  onApplicationBootstrap(): void {
    if (this.role.worker) this.ticker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.ticker.stop();
  }
}
