import { Module } from '@nestjs/common';
import { AdminBooks } from '../group-commit/admin-books.js';
import { Books } from '../group-commit/books.js';
import { OutboxRoutes } from './outbox-routes.js';
import { OutboxHeadStore, OutboxEventStore } from './outbox-stores.js';

/** Stores events in the same commit as their cause, even where nothing carries them on: on the command line. */
@Module({ providers: [OutboxHeadStore, OutboxEventStore, OutboxRoutes], exports: [OutboxRoutes] })
export class OutboxStoresModule {
  constructor(books: Books, adminBooks: AdminBooks, heads: OutboxHeadStore, events: OutboxEventStore) {
    for (const path of [books, adminBooks]) path.register(heads, events);
  }
}
