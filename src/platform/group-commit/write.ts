import { refusalWith } from '../../shared/domain-error.js';
import { NOT_FOUND } from '../../shared/problem.js';
import type { Origin } from '../../shared/origin.js';
import type { Book } from './book.js';
import type { Read } from './book-table-store.js';

/** What a use case asks of one merchant's book. */
export interface Write<T> {
  /** The rows that `decide` may read, besides those that are read for every book. */
  readonly reads: readonly Read[];

  /**
   * Decides on the locked book and stages the changes. Pure and synchronous: it may run more than once, and if it
   * throws a refusal, everything that it staged is taken back.
   */
  readonly decide: (book: Book) => T;

  /** Stored with the events that `decide` announces. Left out if no request caused the write. */
  readonly origin?: Origin | null;
}

/** A write that waits for its turn. Settled exactly once. */
export class PendingWrite {
  private settle!: {
    resolve: (value: unknown) => void;
    reject: (reason: unknown) => void;
  };
  readonly settled = new Promise<unknown>((resolve, reject) => (this.settle = { resolve, reject }));
  /** When its book was first found to be held by another transaction (`performance.now()`); null if never. */
  skippedAt: number | null = null;
  private outcome: { readonly value: unknown } | { readonly refusal: unknown } | null = null;

  constructor(
    readonly merchantId: string,
    readonly write: Write<unknown>,
  ) {}

  /** Runs the decision; its outcome is reported only when the batch has been committed. */
  decideOn(book: Book): void {
    book.origin = this.write.origin ?? null;
    try {
      this.outcome = { value: book.savepoint(() => this.write.decide(book)) };
    } catch (refusal) {
      this.outcome = { refusal };
    }
  }

  answer(): void {
    if (this.outcome === null) this.fail(new Error('a write was answered before it was decided'));
    else if ('value' in this.outcome) this.settle.resolve(this.outcome.value);
    else this.settle.reject(this.outcome.refusal);
  }

  fail(reason: unknown): void {
    this.settle.reject(reason);
  }
}

/** No book has this merchant's id. */
export class BookNotFound extends refusalWith(NOT_FOUND, 'There is no such merchant.') {}
