import { Global, Module } from '@nestjs/common';
import { RetentionMarks } from './retention-marks.js';
import { FollowedEvents } from './followed-events.js';
import { StoredEvents } from './stored-events.js';
import { OutboxBacklog } from './outbox-backlog.js';
import { OutboxWatch } from './outbox-watch.js';
import { OutboxPruning } from './outbox-pruning.js';
import { OutboxSignal } from './outbox-signal.js';
import { OutboxStoresModule } from './outbox-stores.module.js';
import { OutboxRelay } from './relay.js';

/**
 * Events: stored at the commit, carried to the queues, and kept. A module declares its routes in its own constructor
 * (`OutboxRoutes`).
 */
@Global()
@Module({
  imports: [OutboxStoresModule],
  providers: [
    RetentionMarks,
    StoredEvents,
    FollowedEvents,
    OutboxBacklog,
    OutboxWatch,
    OutboxPruning,
    OutboxRelay,
    OutboxSignal,
  ],
  exports: [RetentionMarks, StoredEvents, FollowedEvents, OutboxWatch, OutboxSignal, OutboxStoresModule],
})
export class OutboxModule {}
