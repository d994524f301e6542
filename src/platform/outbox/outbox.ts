import { assert } from '../../shared/assert.js';
import type { DomainEvent } from '../../shared/domain-event.js';
import type { Origin } from '../../shared/origin.js';
import type { Book } from '../group-commit/book.js';
import { BookTable } from '../group-commit/book-table-store.js';

/** An event that was committed together with its cause and waits to be carried to the queues. */
export interface OutboxEvent extends Pick<DomainEvent, 'type' | 'payload'> {
  readonly merchantId: string;
  readonly id: string;
  readonly createdAt: Date;
  /** Null: no request caused it. */
  readonly origin: Origin | null;
}

/** An event as it is stored, with what merchants are shown. */
export interface RecordedEvent extends OutboxEvent {
  /** Its number among the events that the merchant is shown: 1, 2, 3 … without gaps. Null: it is shown to nobody. */
  readonly sequence: number | null;
  /** The object's id, and the object as the API showed it then, as JSON. Both are null if the sequence is. */
  readonly objectId: string | null;
  readonly object: string | null;
  readonly previousStatus: string | null;
}

/** The last id and number that a book has used. */
export interface OutboxHead {
  /** The id of the book's last row, so that its next ids sort after it. Null before the first. */
  readonly id: string | null;
  /** The last number given to an event; 0 before the first. */
  readonly sequence: number;
}

/** Events that the decisions of a batch announce. Written, never read. Key: the event's id. */
export const outboxEvents = new BookTable<RecordedEvent>('outbox');

/** Read for every book; never written, because the outbox itself contains it. Key: `''`. */
export const outboxHeads = new BookTable<OutboxHead>('outbox heads');

/**
 * Announces the event once the book is committed: to the queues at least once, in no guaranteed order. A shown event
 * gets the book's next number, and stores what it shows as text, so that it reads the same everywhere.
 */
export function announce(book: Book, { type, payload, shown }: DomainEvent): void {
  const { merchantId, now, origin } = book;
  const id = book.nextId();
  const sequence = shown === undefined ? null : nextSequence(book);
  const object = shown === undefined ? null : JSON.stringify(shown.view);
  const { id: objectId, previousStatus } = shown ?? { id: null, previousStatus: null };
  const createdAt = now.orderTime;
  const row = { merchantId, id, type, payload, createdAt, origin, sequence, objectId, object, previousStatus };
  book.put(outboxEvents, id, row);
}

function nextSequence(book: Book): number {
  const head = book.get(outboxHeads, '');
  assert(head !== undefined, 'every book has counted its events, a new one too');
  const sequence = head.sequence + 1;
  book.put(outboxHeads, '', { ...head, sequence });
  return sequence;
}
