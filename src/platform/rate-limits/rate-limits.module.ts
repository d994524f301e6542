import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { ProcessRole } from '../config/process-role.js';
import { Database } from '../database/database.js';
import { RedisSettings } from '../redis/redis.settings.js';
import { RateLimits } from './rate-limits.js';
import { DatabaseCounts, RedisCounts, type SharedCounts } from './counts.js';

/** @returns null where this process is the only one */
function sharedCounts(redis: RedisSettings, role: ProcessRole, database: Database): SharedCounts | null {
  if (role.standalone) return null;
  return redis.url === null ? new DatabaseCounts(database) : new RedisCounts(redis.url, redis.keyPrefix);
}

@Global()
@Module({
  providers: [
    {
      provide: RateLimits,
      inject: [RedisSettings, ProcessRole, Database],
      useFactory: (redis: RedisSettings, role: ProcessRole, database: Database) =>
        new RateLimits(sharedCounts(redis, role, database)),
    },
  ],
  exports: [RateLimits],
})
export class RateLimitsModule implements OnApplicationShutdown {
  constructor(private readonly limits: RateLimits) {}

  onApplicationShutdown(): void {
    this.limits.close();
  }
}
