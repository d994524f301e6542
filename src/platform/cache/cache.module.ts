import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/config.js';
import { ProcessRole } from '../config/process-role.js';
import type { CacheStore } from './cache-store.js';
import { ListCache } from './list-cache.js';
import { MemoryStore } from './memory-store.js';
import { RedisStore } from './redis-store.js';

/** With several processes and no Redis nothing is cached: a process would not learn what another one has changed. */
function openStore(
  { redisUrl, redisCacheUrl, payoutListCacheTtlSeconds }: Config,
  role: ProcessRole,
): CacheStore | null {
  const url = redisCacheUrl ?? redisUrl;
  if (url !== null) return new RedisStore(url);
  return role.standalone ? new MemoryStore(payoutListCacheTtlSeconds) : null;
}

@Global()
@Module({
  providers: [
    {
      provide: ListCache,
      inject: [Config, ProcessRole],
      useFactory: (config: Config, role: ProcessRole) =>
        new ListCache(openStore(config, role), config.redisKeyPrefix, config.payoutListCacheTtlSeconds),
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
