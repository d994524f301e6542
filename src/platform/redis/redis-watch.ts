import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { isReady, openRedis, type RedisClient } from './redis.js';
import { RedisSettings } from './redis.settings.js';

/** A Redis that takes longer to answer is of no use. */
const PROBE_TIMEOUT_MS = 1_000;

/** Somebody who looks for it finds it; it does not outlive an installation. */
const PROBE_TTL_SECONDS = 60;

/** Watches whether Redis is reachable and takes what is written, and logs once when it goes down and once when it is back. */
@Injectable()
export class RedisWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('redis');
  private readonly client: RedisClient | null;
  private readonly probeKey: string;
  private unreachable = false;
  private refusing = false;

  constructor({ url, keyPrefix }: RedisSettings) {
    this.probeKey = `{${keyPrefix}}:probe`;
    const settings = { name: 'bahi-watch', waitsForServer: false, commandTimeoutMs: PROBE_TIMEOUT_MS };
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
      if (!this.unreachable) this.logger.warn('Redis is unreachable: payouts are accepted, and go on when it is back');
      this.unreachable = true;
    });
  }

  /**
   * Writes a key: one that is full, or whose disk is, or that has become a replica answers PING, and takes no job.
   * @throws when Redis does not answer, or takes nothing
   */
  async probe(): Promise<void> {
    if (this.client === null || !isReady(this.client)) throw new Error('Redis is unreachable');
    try {
      await this.client.set(this.probeKey, '1', 'EX', PROBE_TTL_SECONDS);
      this.refusing = false;
    } catch (error) {
      if (!this.refusing) this.logger.warn(`Redis cannot be written to: ${(error as Error).message}`);
      this.refusing = true;
      throw error;
    }
  }

  onApplicationShutdown(): void {
    this.client?.removeAllListeners('close');
    this.client?.disconnect();
  }
}
