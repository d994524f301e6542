import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { AdminDatabase } from '../database/admin-database.js';
import { Database } from '../database/database.js';
import { AdminBooks } from './admin-books.js';
import { Books } from './books.js';
import { CommitEvents } from './commit-events.js';
import { GroupCommitSettings } from './group-commit.settings.js';

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
export class GroupCommitModule implements OnApplicationShutdown {
  constructor(
    private readonly books: Books,
    private readonly adminBooks: AdminBooks,
  ) {}

  /**
   * No new writes come: HTTP and the workers have ended. What is still in line is committed and answered. Its listeners
   * may be gone already: the relay's poll stands in for them, and cached pages are old for one TTL at most.
   */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.books.close(), this.adminBooks.close()]);
  }
}
