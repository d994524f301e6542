import { Module } from '@nestjs/common';
import { Books } from '../group-commit/books.js';
import { OutboxRoutes } from './outbox-routes.js';
import { LastEventIdStore, OutboxEventStore } from './outbox-stores.js';

/** Events become rows of the commit that they tell of, also where nothing carries them on: on the command line. */
@Module({ providers: [LastEventIdStore, OutboxEventStore, OutboxRoutes], exports: [OutboxRoutes] })
export class OutboxStoresModule {
  constructor(books: Books, lastIds: LastEventIdStore, events: OutboxEventStore) {
    books.register(lastIds, events);
  }
}
