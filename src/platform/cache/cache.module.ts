import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { ProcessRole } from '../config/process-role.js';
import { RELEASE } from '../config/release.js';
import { RedisSettings } from '../redis/redis.settings.js';
import type { CacheStore } from './cache-store.js';
import { CacheSettings } from './cache.settings.js';
import { ListCache } from './list-cache.js';
import { MemoryStore } from './memory-store.js';
import { RedisStore } from './redis-store.js';

/** With several processes and no Redis nothing is cached: a process would not learn what another one has changed. */
function openStore({ ttlSeconds }: CacheSettings, redis: RedisSettings, role: ProcessRole): CacheStore | null {
  const url = redis.cacheUrl ?? redis.url;
  if (url !== null) return new RedisStore(url);
  return role.standalone ? new MemoryStore(ttlSeconds) : null;
}

@Global()
@Module({
  providers: [
    {
      provide: ListCache,
      inject: [CacheSettings, RedisSettings, ProcessRole],
      useFactory: (settings: CacheSettings, redis: RedisSettings, role: ProcessRole) =>
        new ListCache(openStore(settings, redis, role), redis.keyPrefix, RELEASE, settings.ttlSeconds),
    },
  ],
  exports: [ListCache],
})
export class CacheModule implements OnApplicationShutdown {
  constructor(private readonly lists: ListCache) {}

  onApplicationShutdown(): void {
    this.lists.close();
  }
}
