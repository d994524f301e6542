import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { assert } from '../../shared/assert.js';
import { AdminDatabase } from './connections/admin-database.js';
import { Database } from './connections/database.js';
import { DatabaseFailovers } from './watches/failovers.js';
import { DatabaseSettings } from './database.settings.js';
import { distributionOf } from './shards/distribution.js';
import { WITHOUT_JIT } from './connections/jit.js';
import { Lists } from './reads/lists.js';
import { NodesWatch } from './watches/nodes-watch.js';
import { PointReads } from './reads/point-reads.js';
import { PrimaryServer } from './servers/primary-server.js';
import { PrimaryServerModule } from './primary-server.module.js';
import { PLANNED_EACH_TIME, ReadingClient } from './reads/reading-client.js';
import { clientClass, clientOptions } from './servers/server-client.js';
import { ShardConnections } from './connections/shard-connections.js';
import { NodeServers } from './servers/node-servers.js';
import { ServerWatch } from './watches/server-watch.js';
import { StatusDatabase } from './connections/status-database.js';

/**
 * For reads of a single thing in one process (PointReads). Lists, the write path, the worker's sweeps and the queue
 * have connections of their own.
 */
const MAPPER_CONNECTIONS = 4;

/** A read that takes longer is refused, so that a few slow ones do not keep everybody else waiting. */
const READ_TIMEOUT_MS = 5_000;

/** Whether the books lie on several nodes. Determined at the start, as is the presence of a pooler. */
const DISTRIBUTED = 'books are distributed';

/**
 * The database, for all modules. All pools close in the last phase of the shutdown (`onApplicationShutdown`): timers,
 * workers and the relay end in the phase before (`beforeApplicationShutdown`), and HTTP between the two.
 */
@Global()
@Module({
  imports: [
    PrimaryServerModule,
    TypeOrmModule.forRootAsync({
      imports: [PrimaryServerModule],
      inject: [DatabaseSettings, PrimaryServer],
      useFactory: (settings: DatabaseSettings, primary: PrimaryServer) => ({
        type: 'postgres' as const,
        // The driver is bundled: TypeORM itself would look for it among the installed packages.
        driver: pg,
        url: urlOf(settings),
        applicationName: 'bahi',
        poolSize: MAPPER_CONNECTIONS,
        connectTimeoutMS: READ_TIMEOUT_MS,
        extra: extraOf(urlOf(settings), settings.pooled, primary),
        autoLoadEntities: true,
        synchronize: false,
        migrationsRun: false,
        // The start has just migrated this database; if it is gone now, the error is reported at once.
        retryAttempts: 0,
      }),
    }),
  ],
  providers: [
    {
      provide: DISTRIBUTED,
      inject: [DatabaseSettings, PrimaryServer],
      useFactory: async (settings: DatabaseSettings, primary: PrimaryServer) => {
        const database = new Database(urlOf(settings), 1, settings.pooled, undefined, primary);
        return (await distributionOf(database).finally(() => database.close())) === 'whole';
      },
    },
    {
      provide: Database,
      inject: [DatabaseSettings, PrimaryServer, DISTRIBUTED],
      useFactory: (settings: DatabaseSettings, primary: PrimaryServer, distributed: boolean) =>
        new Database(urlOf(settings), settings.poolSize, settings.pooled, undefined, primary, distributed),
    },
    {
      provide: ShardConnections,
      inject: [Database, NodeServers],
      useFactory: (database: Database, servers: NodeServers) => new ShardConnections(database, servers),
    },
    {
      provide: StatusDatabase,
      inject: [DatabaseSettings, PrimaryServer, DISTRIBUTED],
      useFactory: (settings: DatabaseSettings, primary: PrimaryServer, distributed: boolean) =>
        new StatusDatabase(urlOf(settings), settings.pooled, undefined, primary, distributed),
    },
    {
      provide: NodesWatch,
      inject: [StatusDatabase, DISTRIBUTED],
      useFactory: (database: StatusDatabase, distributed: boolean) => new NodesWatch(database, distributed),
    },
    {
      provide: Lists,
      inject: [DatabaseSettings, PrimaryServer, DISTRIBUTED],
      useFactory: (settings: DatabaseSettings, primary: PrimaryServer, distributed: boolean) =>
        new Lists(urlOf(settings), settings.pooled, primary, distributed),
    },
    {
      provide: PointReads,
      inject: [DataSource, DISTRIBUTED],
      useFactory: (mapper: DataSource, distributed: boolean) => new PointReads(mapper, distributed),
    },
    {
      provide: AdminDatabase,
      inject: [DatabaseSettings, PrimaryServer, DISTRIBUTED],
      useFactory: ({ adminUrl, embedded }: DatabaseSettings, primary: PrimaryServer, distributed: boolean) =>
        new AdminDatabase(adminUrl, embedded, primary, distributed),
    },
    ServerWatch,
    DatabaseFailovers,
  ],
  exports: [
    Database,
    ShardConnections,
    Lists,
    PointReads,
    StatusDatabase,
    NodesWatch,
    AdminDatabase,
    DatabaseFailovers,
  ],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly direct: ShardConnections,
    private readonly status: StatusDatabase,
    private readonly lists: Lists,
    private readonly admin: AdminDatabase,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.admin.close();
    await this.status.close();
    await this.lists.close();
    await this.direct.close();
    await this.database.close();
  }
}

/**
 * Options for the driver: the whole address, because TypeORM itself drops its TLS parameters; and session settings,
 * except behind a pooler, which would refuse them.
 */
function extraOf(url: string, pooled: boolean, primary: PrimaryServer): object {
  const everywhere = { connectionString: url, ...clientOptions(url, primary), query_timeout: READ_TIMEOUT_MS + 1_000 };
  if (pooled) return everywhere;
  return {
    ...everywhere,
    Client: clientClass(ReadingClient),
    statement_timeout: READ_TIMEOUT_MS,
    options: `${WITHOUT_JIT} ${PLANNED_EACH_TIME}`,
  };
}

function urlOf({ url }: DatabaseSettings): string {
  assert(url !== null, 'the embedded server is started, and its address configured, before the modules');
  return url;
}
