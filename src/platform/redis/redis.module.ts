import { Global, Module } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { checkRedis } from './redis-check.js';
import { RedisWatch } from './redis-watch.js';

/** Redis, where there is one: it carries the queues and caches pages of lists. No decision depends on it. */
@Global()
@Module({ providers: [RedisWatch], exports: [RedisWatch] })
export class RedisModule {
  /** Before anything is started. @throws StartupError when a Redis refuses us */
  static async check({ redisUrl, redisCacheUrl }: Config, warn: (line: string) => void): Promise<void> {
    if (redisUrl !== null) await checkRedis('REDIS_URL', redisUrl, warn);
    if (redisCacheUrl !== null) await checkRedis('REDIS_CACHE_URL', redisCacheUrl, warn);
  }
}
