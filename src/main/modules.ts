import { type DynamicModule, Module } from '@nestjs/common';
import { CacheModule } from '../platform/cache/cache.public.js';
import { ClockModule } from '../platform/clock/clock.public.js';
import { type Config, ConfigModule, type ProcessRole } from '../platform/config/config.public.js';
import {
  DatabaseModule,
  NodesWatch,
  StatusDatabase,
  SUBMISSIONS_STOPPED,
} from '../platform/database/database.public.js';
import { GroupCommitModule } from '../platform/group-commit/group-commit.public.js';
import { Health, HttpModule } from '../platform/http/http.public.js';
import { DatabaseGaugesModule } from '../platform/metrics/metrics.public.js';
import { OutboxModule } from '../platform/outbox/outbox.public.js';
import { PresenceModule, WorkerPresence } from '../platform/presence/presence.public.js';
import { JobQueues, QueueModule } from '../platform/queue/queue.public.js';
import { RateLimitsModule } from '../platform/rate-limits/rate-limits.public.js';
import { CacheRedisWatch, RedisModule, RedisWatch } from '../platform/redis/redis.public.js';
import { SealingModule } from '../platform/sealing/sealing.public.js';
import { TracingModule } from '../platform/tracing/tracing.public.js';
import { GatewaysModule } from '../modules/gateways/gateways.module.js';
import { IdempotencyModule } from '../modules/idempotency/idempotency.module.js';
import { LedgerFilesModule, LedgerModule } from '../modules/ledger/ledger.module.js';
import { MerchantsModule } from '../modules/merchants/merchants.module.js';
import { LimitsAtSignIn } from '../modules/merchants/merchants.public.js';
import { PaymentsModule } from '../modules/payments/payments.module.js';
import { PayoutsModule } from '../modules/payouts/payouts.module.js';
import { SimulatorsModule } from '../modules/simulators/simulators.module.js';
import { WebhooksModule } from '../modules/webhooks/webhooks.module.js';
import { GatewayAdaptersModule } from './adapters.js';
import { FailoversController } from './http/failovers.controller.js';
import { AttentionController } from './http/attention.controller.js';
import { DemoKeysController } from './http/demo-keys.controller.js';
import { DOCUMENT_TAGS } from './http/document-tags.js';
import { MeController } from './http/me.controller.js';
import { ListMerchantsController } from './http/list-merchants.controller.js';
import { OperationsController } from './http/operations.controller.js';
import { REFUSALS } from './refusals.js';
import { SessionController } from './http/session.controller.js';

const STOPPED = `SELECT ${SUBMISSIONS_STOPPED} AS stopped`;

/**
 * The table of contents: the modules of Bahi. The order within a group is the order in which the write path flushes.
 */
const PLATFORM = [
  DatabaseModule,
  ClockModule,
  GroupCommitModule,
  HttpModule.forRoot(REFUSALS, DOCUMENT_TAGS),
  RedisModule,
  QueueModule,
  CacheModule,
  RateLimitsModule,
  OutboxModule,
  PresenceModule,
  DatabaseGaugesModule,
  TracingModule,
  SealingModule,
];
const LEAVES = [MerchantsModule, LedgerModule, LedgerFilesModule, IdempotencyModule, GatewaysModule];
const ADAPTERS = [GatewayAdaptersModule, SimulatorsModule];
const FLOWS = [PayoutsModule, PaymentsModule];
const NEWS = [WebhooksModule];

@Module({
  controllers: [
    AttentionController,
    DemoKeysController,
    FailoversController,
    ListMerchantsController,
    MeController,
    OperationsController,
    SessionController,
  ],
})
export class BahiModule {
  constructor(
    health: Health,
    database: StatusDatabase,
    nodes: NodesWatch,
    limits: LimitsAtSignIn,
    redis: RedisWatch,
    cache: CacheRedisWatch,
    queues: JobQueues,
    workers: WorkerPresence,
  ) {
    health.watch({ name: 'database', vital: true, check: () => database.query('SELECT 1') });
    if (nodes.configured) {
      health.show({
        name: 'nodes',
        look: () => nodes.look(),
        isWell: (seen) => seen.every(({ answers }) => answers),
      });
      health.show({
        name: 'merchant_limits_differing',
        look: () => Promise.resolve(limits.differing()),
        isWell: (count) => count === 0,
      });
    }
    if (redis.configured) {
      health.watch({ name: 'redis', vital: false, check: async () => (await redis.look()).isWell });
      health.show({ name: 'redis_unreachable', look: async () => (await redis.look()).unreachable });
    }
    if (cache.configured)
      health.watch({ name: 'redis_cache', vital: false, check: async () => (await cache.look()).isWell });
    health.show({ name: 'queue', look: () => depthOf(queues) });
    health.show({ name: 'workers', look: () => workers.count(), isWell: (count) => count > 0 });
    health.show({
      name: 'submissions_stopped',
      look: async () => (await database.query<{ stopped: boolean }>(STOPPED))[0]!.stopped,
      isWell: (isStopped) => !isStopped,
    });
  }

  /**
   * @param role whether this process works on the queues or only serves requests, and whether it is the only process
   */
  static forRoot(config: Config, role: Pick<ProcessRole, 'worker'> & Partial<ProcessRole>): DynamicModule {
    return {
      module: BahiModule,
      imports: [ConfigModule.forRoot(config, role), ...PLATFORM, ...LEAVES, ...ADAPTERS, ...FLOWS, ...NEWS],
    };
  }
}

/** All queues together, for a first look; the metrics show them one by one. */
async function depthOf(queues: JobQueues): Promise<{ backend: string; waiting: number; active: number }> {
  const depths = Object.values(await queues.depths());
  const sum = (of: 'waiting' | 'active'): number => depths.reduce((total, depth) => total + depth[of], 0);
  return { backend: queues.backend, waiting: sum('waiting'), active: sum('active') };
}
