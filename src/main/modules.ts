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
import { FiguresModule } from '../platform/metrics/figures.module.js';
import { OutboxModule } from '../platform/outbox/outbox.module.js';
import { PresenceModule } from '../platform/presence/presence.module.js';
import { WorkerPresence } from '../platform/presence/worker-presence.js';
import { JobQueues } from '../platform/queue/job-queues.js';
import { QueueModule } from '../platform/queue/queue.module.js';
import { RedisWatch } from '../platform/redis/redis-watch.js';
import { RedisModule } from '../platform/redis/redis.module.js';
import { TracingModule } from '../platform/tracing/tracing.module.js';
import { GatewaysModule } from '../modules/gateways/gateways.module.js';
import { IdempotencyModule } from '../modules/idempotency/idempotency.module.js';
import { LedgerModule } from '../modules/ledger/ledger.module.js';
import { MerchantsModule } from '../modules/merchants/merchants.module.js';
import { PaymentsModule } from '../modules/payments/payments.module.js';
import { PayoutsModule } from '../modules/payouts/payouts.module.js';
import { MeController } from './me.controller.js';

/** The table of contents: what Bahi is made of. Order within a group is the order in which the write path flushes. */
const PLATFORM = [
  DatabaseModule,
  GroupCommitModule,
  HttpModule,
  RedisModule,
  QueueModule,
  CacheModule,
  OutboxModule,
  PresenceModule,
  FiguresModule,
  TracingModule,
];
const LEAVES = [MerchantsModule, LedgerModule, IdempotencyModule, GatewaysModule];
const FLOWS = [PayoutsModule, PaymentsModule];

@Module({ controllers: [MeController] })
export class BahiModule {
  constructor(health: Health, database: Database, redis: RedisWatch, queues: JobQueues, workers: WorkerPresence) {
    health.watch({ name: 'database', vital: true, check: () => database.query('SELECT 1') });
    if (redis.configured) health.watch({ name: 'redis', vital: false, check: () => redis.ping() });
    health.show({ name: 'queue', look: () => depthOf(queues) });
    health.show({ name: 'workers', look: () => workers.count(), isWell: (count) => count > 0 });
  }

  /** @param role whether this process works on the queues, or only serves requests; and whether it is the only one */
  static forRoot(config: Config, role: Pick<Role, 'worker'> & Partial<Role>): DynamicModule {
    return { module: BahiModule, imports: [ConfigModule.forRoot(config, role), ...PLATFORM, ...LEAVES, ...FLOWS] };
  }
}

/** All queues together, for a person's first look; the metrics tell them apart. */
async function depthOf(queues: JobQueues): Promise<{ backend: string; waiting: number; active: number }> {
  const depths = Object.values(await queues.depths());
  const sum = (of: 'waiting' | 'active'): number => depths.reduce((total, depth) => total + depth[of], 0);
  return { backend: queues.backend, waiting: sum('waiting'), active: sum('active') };
}
