import { type DynamicModule, Module } from '@nestjs/common';
import { CacheModule } from '../platform/cache/cache.module.js';
import type { Config } from '../platform/config/config.js';
import { ConfigModule } from '../platform/config/config.module.js';
import type { Role } from '../platform/config/role.js';
import { Database } from '../platform/database/database.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { GroupCommitModule } from '../platform/group-commit/group-commit.module.js';
import { Health } from '../platform/http/health.js';
import { HttpModule } from '../platform/http/http.module.js';
import { OutboxModule } from '../platform/outbox/outbox.module.js';
import { QueueModule } from '../platform/queue/queue.module.js';
import { RedisWatch } from '../platform/redis/redis-watch.js';
import { RedisModule } from '../platform/redis/redis.module.js';
import { GatewaysModule } from '../modules/gateways/gateways.module.js';
import { IdempotencyModule } from '../modules/idempotency/idempotency.module.js';
import { LedgerModule } from '../modules/ledger/ledger.module.js';
import { MerchantsModule } from '../modules/merchants/merchants.module.js';
import { PayoutsModule } from '../modules/payouts/payouts.module.js';
import { MeController } from './me.controller.js';

/** The table of contents: what Bahi is made of. Order within a group is the order in which the write path flushes. */
const PLATFORM = [DatabaseModule, GroupCommitModule, HttpModule, RedisModule, QueueModule, CacheModule, OutboxModule];
const LEAVES = [MerchantsModule, LedgerModule, IdempotencyModule, GatewaysModule];
const FLOWS = [PayoutsModule];

@Module({ controllers: [MeController] })
export class BahiModule {
  constructor(health: Health, database: Database, redis: RedisWatch) {
    health.watch({ name: 'database', vital: true, check: () => database.query('SELECT 1') });
    if (redis.configured) health.watch({ name: 'redis', vital: false, check: () => redis.ping() });
  }

  /** @param role whether this process works on the queues, or only serves requests; and whether it is the only one */
  static forRoot(config: Config, role: Pick<Role, 'worker'> & Partial<Role>): DynamicModule {
    return { module: BahiModule, imports: [ConfigModule.forRoot(config, role), ...PLATFORM, ...LEAVES, ...FLOWS] };
  }
}
