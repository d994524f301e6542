import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { isReady, openRedis, type RedisClient } from './redis.js';
import { RedisSettings } from './redis.settings.js';

/** A Redis that takes longer to say PONG is of no use to anybody. */
const PING_TIMEOUT_MS = 1_000;

/** Knows whether Redis is there, and tells once when it goes and when it is back. */
@Injectable()
export class RedisWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('redis');
  private readonly client: RedisClient | null;
  private away = false;

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
      if (this.away) this.logger.log('Redis is back');
      this.away = false;
    });
    this.client?.on('close', () => {
      if (!this.away) this.logger.warn('Redis is away: payouts are accepted, and go on when it is back');
      this.away = true;
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
