import { Global, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { AdminDatabase } from '../database/connections/admin-database.js';
import { Database } from '../database/connections/database.js';
import { KeptConnection } from '../database/connections/kept-connection.js';
import { ShardConnections } from '../database/connections/shard-connections.js';
import { AdminBooks } from './admin-books.js';
import { Books } from './books.js';
import { CommitEvents } from './commit-events.js';
import { GroupCommitSettings } from './group-commit.settings.js';
import { Shards } from './shards.js';

/**
 * The write path. A module registers its tables in its constructor: `constructor(books: Books, …) { books.register(…);
 * }`.
 */
@Global()
@Module({
  imports: [EventEmitterModule.forRoot()],
  providers: [
    CommitEvents,
    {
      provide: Books,
      inject: [Database, GroupCommitSettings, CommitEvents],
      useFactory: (database: Database, settings: GroupCommitSettings, events: CommitEvents) =>
        new Books(database, settings, events),
    },
    {
      provide: AdminBooks,
      inject: [AdminDatabase, CommitEvents],
      useFactory: (admin: AdminDatabase, events: CommitEvents) => new AdminBooks(admin, events),
    },
  ],
  exports: [Books, AdminBooks],
})
export class GroupCommitModule implements OnApplicationShutdown, OnModuleInit {
  private readonly toShards: KeptConnection;

  constructor(
    private readonly books: Books,
    private readonly adminBooks: AdminBooks,
    private readonly database: Database,
    private readonly direct: ShardConnections,
  ) {
    this.toShards = new KeptConnection(() => database.connect({ pipeline: true }));
  }

  async onModuleInit(): Promise<void> {
    const shards = await Shards.of(this.database, this.toShards);
    // Behind a pooler, and for administrators' few writes, the coordinator carries all batches.
    this.books.divideBy(shards, this.database.pooled ? null : this.direct);
    this.adminBooks.divideBy(shards);
  }

  /**
   * No new writes arrive: HTTP and the workers have ended. The writes in line are committed and answered. Their
   * listeners may be gone already: the relay then finds the events by its poll, and cached pages are out of date for
   * one TTL at most.
   */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.books.close(), this.adminBooks.close()]);
    await this.toShards.close();
  }
}
