import { Global, Module } from '@nestjs/common';
import { Books } from '../group-commit/books.js';
import { OutboxBacklog } from './outbox-backlog.js';
import { OutboxPruning } from './outbox-pruning.js';
import { OutboxRoutes } from './outbox-routes.js';
import { OutboxSignal } from './outbox-signal.js';
import { LastEventIdStore, OutboxEventStore } from './outbox-stores.js';
import { OutboxRelay } from './relay.js';

/**
 * Events on their way from a commit to the queues. A module names its routes in its own constructor (`OutboxRoutes`).
 */
@Global()
@Module({
  providers: [
    LastEventIdStore,
    OutboxBacklog,
    OutboxEventStore,
    OutboxPruning,
    OutboxRelay,
    OutboxRoutes,
    OutboxSignal,
  ],
  exports: [OutboxRoutes],
})
export class OutboxModule {
  constructor(books: Books, lastIds: LastEventIdStore, events: OutboxEventStore) {
    books.register(lastIds);
    books.register(events);
  }
}
