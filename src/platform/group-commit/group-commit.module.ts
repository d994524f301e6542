import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { Books } from './books.js';

/** The write path. A module adds its tables in its own constructor: `constructor(books: Books, …) { books.register(…); }`. */
@Global()
@Module({
  providers: [
    {
      provide: Books,
      inject: [Database, Config],
      useFactory: (database: Database, config: Config) =>
        new Books(database, {
          lanes: config.groupCommitLanes,
          maxBatch: config.groupCommitMaxBatch,
          booksPerBatch: config.groupCommitBooksPerBatch,
        }),
    },
  ],
  exports: [Books],
})
export class GroupCommitModule implements OnApplicationShutdown {
  constructor(private readonly books: Books) {}

  /** By now nobody asks any more: HTTP and the workers have ended. What is still in line is committed and answered. */
  async onApplicationShutdown(): Promise<void> {
    await this.books.close();
  }
}
