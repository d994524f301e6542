import type { Read } from '../../../shared/book-table.js';
import type { DomainError } from '../../../shared/domain-error.js';
import { foundOrThrow } from '../../../shared/found-or-throw.js';
import type { Moment } from '../../../shared/moment.js';
import type { Origin } from '../../../shared/origin.js';
import type { Book, Books } from '../../../platform/group-commit/group-commit.public.js';

/** Calls the verbs of an order, and may look at the book, so far as that was read. */
export type Change<Order> = (order: Order, now: Moment, book: Book) => void;

export interface ChangeOptions {
  /** What the change looks at besides its order. */
  readonly reads?: readonly Read[];
  /** The request that it goes back to. */
  readonly origin?: Origin | null;
}

/** How orders of a kind are found in their book, and what their verbs have done is stored there. */
interface Kind<Order> {
  readonly find: (book: Book, id: string) => Order | null;
  readonly notFound: new () => DomainError;
  readonly stage: (book: Book, order: Order) => void;
}

/**
 * The frame of every change of one order: under its book's lock, with its money and its timeline, in one commit.
 * Restores the order, lets `change` call its verbs, and stages what they did. A change that does nothing writes nothing.
 * @param order whose it is, its id, and the rows that it is restored from
 * @throws `notFound`, Overloaded, and whatever `change` throws, with nothing changed
 */
export function changeOrder<Order extends { readonly state: object }>(
  books: Books,
  { find, notFound, stage }: Kind<Order>,
  { merchantId, id, rows }: { readonly merchantId: string; readonly id: string; readonly rows: readonly Read[] },
  change: Change<Order>,
  { reads = [], origin = null }: ChangeOptions = {},
): Promise<Order> {
  return books.write(merchantId, {
    origin,
    reads: [...rows, ...reads],
    decide: (book) => {
      const order = foundOrThrow(find(book, id), notFound);
      const before = order.state;
      change(order, book.now, book);
      if (order.state !== before) stage(book, order);
      return order;
    },
  });
}
