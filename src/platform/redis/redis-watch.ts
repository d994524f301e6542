import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { isReady, openRedis, type RedisClient } from './redis.js';
import { RedisSettings } from './redis.settings.js';

/** A Redis that takes longer to answer PING is of no use. */
const PING_TIMEOUT_MS = 1_000;

/** Watches whether Redis is reachable, and logs once when it goes down and once when it is back. */
@Injectable()
export class RedisWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('redis');
  private readonly client: RedisClient | null;
  private unreachable = false;

  constructor({ url }: RedisSettings) {
    const settings = { name: 'bahi-watch', patient: false, commandTimeoutMs: PING_TIMEOUT_MS };
    this.client = url === null ? null : openRedis(url, settings);
  }

  /** False: no REDIS_URL, and nothing to watch. */
  get configured(): boolean {
    return this.client !== null;
  }

  onApplicationBootstrap(): void {
    this.client?.on('ready', () => {
      if (this.unreachable) this.logger.log('Redis is back');
      this.unreachable = false;
    });
    this.client?.on('close', () => {
      if (!this.unreachable) this.logger.warn('Redis is away: payouts are accepted, and go on when it is back');
      this.unreachable = true;
    });
  }

  /** @throws when Redis does not answer */
  async ping(): Promise<void> {
    if (this.client === null || !isReady(this.client)) throw new Error('Redis is away');
    await this.client.ping();
  }

  onApplicationShutdown(): void {
    this.client?.removeAllListeners('close');
    this.client?.disconnect();
  }
}
