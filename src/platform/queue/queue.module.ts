import { BullModule, BullRegistrar } from '@nestjs/bullmq';
import {
  type BeforeApplicationShutdown,
  Global,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { assert } from '../../shared/assert.js';
import type { Config } from '../config/config.js';
import { ProcessRole } from '../config/process-role.js';
import { StartupError } from '../config/startup-error.js';
import { DatabaseSettings } from '../database/database.settings.js';
import { PrimaryServer } from '../database/servers/primary-server.js';
import { readRedisUrl } from '../redis/redis.js';
import { RedisSettings } from '../redis/redis.settings.js';
import { JobQueues } from './job-queues.js';
import { PostgresQueues } from './postgres-queues.js';
import { QueueBackend } from './queue-backend.js';
import { QUEUE_NAMES } from './queue-names.js';
import { PartWorkers } from './part-workers.js';
import { closeWorkers, QueueWorker } from './queue-worker.js';
import { RedisQueues } from './redis-queues.js';

// @nestjs/bullmq finds classes with `@Processor` and creates a worker of this class for each.
BullModule.workerClass = QueueWorker;

/** At least twice the number of masters of most clusters, so that each master gets some. */
const PARTS_IN_CLUSTER = 8;

const isCluster = (url: string): boolean => readRedisUrl(url).kind === 'cluster';

function openBackend(redis: RedisSettings, database: DatabaseSettings, primary: PrimaryServer): QueueBackend {
  const { url, keyPrefix, queueParts } = redis;
  if (url !== null) return new RedisQueues(url, keyPrefix, queueParts ?? (isCluster(url) ? PARTS_IN_CLUSTER : 1));
  assert(database.url !== null, 'the database’s address is known before the modules are wired');
  return new PostgresQueues(database.url, primary);
}

@Global()
@Module({
  providers: [
    { provide: QueueBackend, inject: [RedisSettings, DatabaseSettings, PrimaryServer], useFactory: openBackend },
  ],
  exports: [QueueBackend],
})
class QueueBackendModule {}

/**
 * The queues. A module adds jobs through `JobQueues`, and processes them in a provider in its `jobs/` folder:
 * `@Processor('payouts') class … extends WorkerHost { async process(job) { … } }`, at most one per queue.
 */
@Global()
@Module({
  imports: [
    QueueBackendModule,
    BullModule.forRootAsync({
      inject: [QueueBackend],
      useFactory: (connection: QueueBackend) => ({
        connection: connection as never,
        prefix: connection.prefixOf(QUEUE_NAMES[0], 0),
      }),
      // Processors are started below, when every module is ready, and only in workers.
      extraOptions: { manualRegistration: true },
    }),
    BullModule.registerQueue(),
  ],
  providers: [JobQueues],
  exports: [JobQueues],
})
export class QueueModule implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  /** Called before anything is started. @throws StartupError */
  static check(config: Config): void {
    if (!config.get(DatabaseSettings).pooled || config.get(RedisSettings).url !== null) return;
    throw new StartupError(
      'DATABASE_URL leads to a transaction pooler, through which the queues cannot use PostgreSQL. Set ' +
        'REDIS_URL, or set DATABASE_URL to the address of PostgreSQL itself.',
    );
  }

  private readonly workers: PartWorkers;

  constructor(
    private readonly role: ProcessRole,
    private readonly registrar: BullRegistrar,
    private readonly backend: QueueBackend,
    private readonly queues: JobQueues,
  ) {
    this.workers = new PartWorkers(backend);
  }

  onApplicationBootstrap(): void {
    if (!this.role.worker) return;
    this.registrar.register();
    this.workers.start();
  }

  /** Workers end while everything that their jobs need still runs. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.workers.stop();
    await closeWorkers(this.backend);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queues.close();
    await this.backend.end();
  }
}
