import { Global, Module } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { checkRedis } from './redis-check.js';
import { RedisWatch } from './redis-watch.js';
import { RedisSettings } from './redis.settings.js';

/** Redis, where there is one: it carries the queues and caches pages of lists. No decision depends on it. */
@Global()
@Module({ providers: [RedisWatch], exports: [RedisWatch] })
export class RedisModule {
  /** Before anything is started. @throws StartupError when a Redis refuses us */
  static async check(config: Config, warn: (line: string) => void): Promise<void> {
    const { url, cacheUrl } = config.get(RedisSettings);
    if (url !== null) await checkRedis('REDIS_URL', url, warn);
    if (cacheUrl !== null) await checkRedis('REDIS_CACHE_URL', cacheUrl, warn);
  }
}
