import { Global, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { AdminDatabase } from '../database/connections/admin-database.js';
import { Database } from '../database/connections/database.js';
import { AdminBooks } from './admin-books.js';
import { Books } from './books.js';
import { CommitEvents } from './commit-events.js';
import { GroupCommitSettings } from './group-commit.settings.js';
import { Shards } from './shards.js';

/**
 * The write path. A module adds its tables in its own constructor: `constructor(books: Books, …) { books.register(…);
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
  constructor(
    private readonly books: Books,
    private readonly adminBooks: AdminBooks,
    private readonly database: Database,
  ) {}

  async onModuleInit(): Promise<void> {
    const shards = await Shards.of(this.database);
    for (const books of [this.books, this.adminBooks]) books.divideBy(shards);
  }

  /**
   * No new writes come: HTTP and the workers have ended. What is still in line is committed and answered. Its listeners
   * may be gone already: the relay's poll stands in for them, and cached pages are old for one TTL at most.
   */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.books.close(), this.adminBooks.close()]);
  }
}
