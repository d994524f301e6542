import { Module } from '@nestjs/common';
import { Books } from '../group-commit/books.js';
import { OutboxRoutes } from './outbox-routes.js';
import { OutboxHeadStore, OutboxEventStore } from './outbox-stores.js';

/** Events become rows of the commit that they tell of, also where nothing carries them on: on the command line. */
@Module({ providers: [OutboxHeadStore, OutboxEventStore, OutboxRoutes], exports: [OutboxRoutes] })
export class OutboxStoresModule {
  constructor(books: Books, heads: OutboxHeadStore, events: OutboxEventStore) {
    books.register(heads, events);
  }
}
