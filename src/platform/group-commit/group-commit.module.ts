import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { Books } from './books.js';
import { CommitEvents } from './commit-events.js';

/** The write path. A module adds its tables in its own constructor: `constructor(books: Books, …) { books.register(…); }`. */
@Global()
@Module({
  imports: [EventEmitterModule.forRoot()],
  providers: [
    CommitEvents,
    {
      provide: Books,
      inject: [Database, Config, CommitEvents],
      useFactory: (database: Database, config: Config, events: CommitEvents) => {
        const options = {
          lanes: config.groupCommitLanes,
          maxBatch: config.groupCommitMaxBatch,
          booksPerBatch: config.groupCommitBooksPerBatch,
        };
        return new Books(database, options, events);
      },
    },
  ],
  exports: [Books],
})
export class GroupCommitModule implements OnApplicationShutdown {
  constructor(private readonly books: Books) {}

  /** No new writes come: HTTP and the workers have ended. What is still in line is committed and answered. Its listeners
   * may be gone already: the relay's poll stands in for them, and cached pages are old for one TTL at most. */
  async onApplicationShutdown(): Promise<void> {
    await this.books.close();
  }
}
