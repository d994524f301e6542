import { Global, Module } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { checkRedis } from './redis-check.js';
import { CacheRedisWatch, RedisWatch } from './redis-watch.js';
import { RedisSettings } from './redis.settings.js';

/** Redis, if there is one: it carries the queues and caches pages of lists. No decision depends on it. */
@Global()
@Module({
  providers: [RedisWatch, CacheRedisWatch].map((provide) => {
    return { provide, inject: [RedisSettings], useFactory: (settings: RedisSettings) => new provide(settings) };
  }),
  exports: [RedisWatch, CacheRedisWatch],
})
export class RedisModule {
  /**
   * Called before anything is started.
   * @returns the configuration, with addresses written as those of clusters if clusters answer
   * @throws StartupError when a Redis refuses us
   */
  static async check(config: Config, warn: (line: string) => void): Promise<Config> {
    const given = config.get(RedisSettings);
    const url = given.url === null ? null : await checkRedis('REDIS_URL', given.url, warn);
    const cacheUrl = given.cacheUrl === null ? null : await checkRedis('REDIS_CACHE_URL', given.cacheUrl, warn);
    return config.with(RedisSettings, { url, cacheUrl });
  }
}
