import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { ProcessRole } from '../config/process-role.js';
import { Database } from '../database/connections/database.js';
import { RedisSettings } from '../redis/redis.settings.js';
import { RateLimits } from './rate-limits.js';
import { DatabaseCounts, type SharedCounts } from './counts.js';

/** @returns null if this process is the only one */
async function sharedCounts(
  { url, keyPrefix }: RedisSettings,
  role: ProcessRole,
  database: Database,
): Promise<SharedCounts | null> {
  if (role.standalone) return null;
  if (url === null) return new DatabaseCounts(database);
  // The package is loaded only where it is used.
  const { RedisCounts } = await import('./redis-counts.js');
  return new RedisCounts(url, keyPrefix);
}

@Global()
@Module({
  providers: [
    {
      provide: RateLimits,
      inject: [RedisSettings, ProcessRole, Database],
      useFactory: async (redis: RedisSettings, role: ProcessRole, database: Database) =>
        new RateLimits(await sharedCounts(redis, role, database)),
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
