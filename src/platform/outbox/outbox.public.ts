/** Events that are committed with their cause and carried to the queue afterwards. */
export { RetentionMarks } from './retention-marks.js';
export {
  type EventLayout,
  type EventPart,
  type EventPlace,
  type EventRange,
  FollowedEvents,
} from './followed-events.js';
export { type EventFilter, type StoredEvent, StoredEvents } from './stored-events.js';
export { OutboxWatch } from './outbox-watch.js';
export { OutboxRoutes } from './outbox-routes.js';
export { OutboxModule } from './outbox.module.js';
export { OutboxSignal, type Signalled } from './outbox-signal.js';
export { OutboxStoresModule } from './outbox-stores.module.js';
export { SignalledMerchants } from './signalled-merchants.js';
export { EventSettings } from './outbox.settings.js';
export { announce, outboxEvents } from './outbox.js';
