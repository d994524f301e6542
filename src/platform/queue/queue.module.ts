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
import { PrimaryServer } from '../database/primary-server.js';
import { RedisSettings } from '../redis/redis.settings.js';
import { JobQueues } from './job-queues.js';
import { PostgresQueues } from './postgres-queues.js';
import { QueueBackend } from './queue-backend.js';
import { closeWorkers, QueueWorker } from './queue-worker.js';
import { RedisQueues } from './redis-queues.js';

// Classes that carry `@Processor` are found and given a worker by @nestjs/bullmq; this is the worker that they get.
BullModule.workerClass = QueueWorker;

function openBackend(redis: RedisSettings, database: DatabaseSettings, primary: PrimaryServer): QueueBackend {
  if (redis.url !== null) return new RedisQueues(redis.url, redis.keyPrefix);
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
 * The queues. A module puts jobs in through `JobQueues`, and takes them out through a provider in its `jobs/` folder:
 * `@Processor('payouts') class … extends WorkerHost { async process(job) { … } }`, at most one per queue.
 */
@Global()
@Module({
  imports: [
    QueueBackendModule,
    BullModule.forRootAsync({
      inject: [QueueBackend],
      useFactory: (connection: QueueBackend) => ({ connection: connection as never }),
      // Processors start below, when every module is ready, and in the worker's role only.
      extraOptions: { manualRegistration: true },
    }),
    BullModule.registerQueue(),
  ],
  providers: [JobQueues],
  exports: [JobQueues],
})
export class QueueModule implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  /** Before anything is started. @throws StartupError */
  static check(config: Config): void {
    if (!config.get(DatabaseSettings).pooled || config.get(RedisSettings).url !== null) return;
    throw new StartupError(
      'DATABASE_URL leads to a transaction pooler, behind which the queues cannot live in PostgreSQL: set REDIS_URL, or ' +
        'lead DATABASE_URL to PostgreSQL itself.',
    );
  }

  constructor(
    private readonly role: ProcessRole,
    private readonly registrar: BullRegistrar,
    private readonly backend: QueueBackend,
    private readonly queues: JobQueues,
  ) {}

  onApplicationBootstrap(): void {
    if (this.role.worker) this.registrar.register();
  }

  /** Workers end while all that their jobs need still runs. */
  async beforeApplicationShutdown(): Promise<void> {
    await closeWorkers(this.backend);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queues.close();
    await this.backend.end();
  }
}
