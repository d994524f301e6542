import { RateLimiterRedis } from 'rate-limiter-flexible';
import { openRedis, type RedisClient } from '../redis/redis.js';
import { SharedCounts } from './counts.js';

/** No caller waits this long; it only ends commands that a silent connection would hold for ever. */
const COMMAND_TIMEOUT_MS = 1_000;

/** The library's counter: a script that adds, and sets the key's expiry when it is created. */
export class RedisCounts extends SharedCounts {
  private readonly client: RedisClient;
  private readonly limiter: RateLimiterRedis;

  constructor(url: string, keyPrefix: string) {
    super();
    this.client = openRedis(url, { name: 'bahi-limits', waitsForServer: false, commandTimeoutMs: COMMAND_TIMEOUT_MS });
    const storeClient = this.client;
    // The library's own limit is not used: each merchant may have another one.
    const limits = { points: Number.MAX_SAFE_INTEGER, duration: 1 };
    this.limiter = new RateLimiterRedis({ storeClient, keyPrefix: `${keyPrefix}:limit`, ...limits });
  }

  override async add(subject: string, points: number) {
    const { consumedPoints, msBeforeNext } = await this.limiter.penalty(subject, points);
    return { total: consumedPoints, resetMs: msBeforeNext };
  }

  override close(): void {
    this.client.disconnect();
  }
}
