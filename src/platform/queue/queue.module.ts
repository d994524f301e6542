import { BullModule, BullRegistrar } from '@nestjs/bullmq';
import {
  type BeforeApplicationShutdown,
  Global,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { assert } from '../../shared/assert.js';
import { Config } from '../config/config.js';
import { Role } from '../config/role.js';
import { StartupError } from '../startup-error.js';
import { JobQueues } from './job-queues.js';
import { QueueConnections } from './queue-connections.js';
import { closeWorkers, QueueWorker } from './queue-worker.js';

// Classes that carry `@Processor` are found and given a worker by @nestjs/bullmq; this is the worker that they get.
BullModule.workerClass = QueueWorker;

/** Redis will be chosen here. */
function openConnections(config: Config): QueueConnections {
  assert(config.databaseUrl !== null, 'the database’s address is known before the modules are wired');
  return new QueueConnections(config.databaseUrl);
}

@Global()
@Module({
  providers: [{ provide: QueueConnections, inject: [Config], useFactory: openConnections }],
  exports: [QueueConnections],
})
class QueueConnectionsModule {}

/**
 * The queues. A module puts jobs in through `JobQueues`, and takes them out through a provider in its `jobs/` folder:
 * `@Processor('payouts') class … extends WorkerHost { async process(job) { … } }`, at most one per queue.
 */
@Global()
@Module({
  imports: [
    QueueConnectionsModule,
    BullModule.forRootAsync({
      inject: [QueueConnections],
      useFactory: (connection: QueueConnections) => ({ connection: connection as never }),
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
    if (config.redisUrl === null) return;
    throw new StartupError(
      'REDIS_URL is set, but this version keeps its queues in PostgreSQL (Redis comes in a later one): unset REDIS_URL.',
    );
  }

  constructor(
    private readonly role: Role,
    private readonly registrar: BullRegistrar,
    private readonly connections: QueueConnections,
    private readonly queues: JobQueues,
  ) {}

  onApplicationBootstrap(): void {
    if (this.role.worker) this.registrar.register();
  }

  /** Workers end while all that their jobs need still runs. */
  async beforeApplicationShutdown(): Promise<void> {
    await closeWorkers(this.connections);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queues.close();
    await this.connections.end();
  }
}
