import type { DomainEvent } from '../../shared/domain-event.js';
import type { Origin } from '../../shared/origin.js';
import type { Book } from '../group-commit/book.js';
import { BookTable } from '../group-commit/book-table.js';

/** An event that was committed together with its cause and waits to be carried to the queues. */
export interface OutboxEvent extends DomainEvent {
  readonly merchantId: string;
  readonly id: string;
  readonly createdAt: Date;
  /** Null: no request caused it. */
  readonly origin: Origin | null;
}

/** Events that the decisions of a batch announce. Only written, never read. Key: the event's id. */
export const outboxEvents = new BookTable<OutboxEvent>('outbox');

/** The id of the book's last event, so that its next ids sort behind it. Null before the first. */
export const lastEventIds = new BookTable<string | null>('last outbox event');

/** Announces the event, once the book is committed: at least once, in no promised order. */
export function announce(book: Book, event: DomainEvent): void {
  const { merchantId, now, origin } = book;
  const id = book.nextId();
  book.put(outboxEvents, id, { merchantId, id, createdAt: now.orderTime, origin, ...event });
}
