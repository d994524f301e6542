import { Injectable, Logger } from '@nestjs/common';
import { EventEmitter2, EventEmitterReadinessWatcher } from '@nestjs/event-emitter';
import { withTimeout } from '../waiting/with-timeout.js';
import type { BookTable, StagedRow } from './book-table-store.js';

/** Emitted in this process once for every committed batch, before its writers are answered. */
export const BOOKS_COMMITTED = 'books.committed';

/** What a listener of {@link BOOKS_COMMITTED} gets: `@OnEvent(BOOKS_COMMITTED) update(committed: BooksCommitted)`. */
export interface BooksCommitted {
  /**
   * All books of the batch, not only those that it changed: a replayed request may be the first sign that an earlier
   * commit, whose outcome was unknown, has changed its book.
   */
  readonly merchantIds: readonly string[];
  /** How many writes shared the batch. */
  readonly size: number;
  /** The rows of one table that were written, each in its last state, in the order of the books. */
  staged<Row>(table: BookTable<Row>): StagedRow<Row>[];
}

/** The commit is already durable. Its listeners may delay the answer by this much at most. */
const LISTENER_TIMEOUT_MS = 100;

/**
 * Publishes every commit to the listeners of this process. Each listener's failure is caught and logged by Nest, so
 * that it affects neither the writer nor the next listener. Nothing may rely on a listener: a crash after the commit
 * skips them all. What must not be lost goes through the outbox.
 *
 * Nest registers `@OnEvent` methods when the application boots, after the constructors and `onModuleInit`. A batch that
 * is committed before that (by the demo's seed, which runs before the service listens) is answered without listeners,
 * and published to them once they are registered. That is before the first request is accepted, so a page that another
 * run left in a shared cache is not shown after the seed.
 */
@Injectable()
export class CommitEvents {
  private readonly logger = new Logger('commit');
  /** Batches committed before the listeners were registered; null once they are. */
  private early: BooksCommitted[] | null = [];

  constructor(
    private readonly emitter: EventEmitter2,
    listeners: EventEmitterReadinessWatcher,
  ) {
    // Named decision: listeners that cannot be registered end the process (an unhandled rejection). Without them
    // nothing would renew the cached lists.
    void listeners.waitUntilReady().then(() => this.publishEarly());
  }

  /** Returns when all listeners are done, or after 100 ms. Never fails. */
  async publish(committed: BooksCommitted): Promise<void> {
    if (this.early !== null) this.early.push(committed);
    else if (this.emitter.hasListeners(BOOKS_COMMITTED)) await withTimeout(LISTENER_TIMEOUT_MS, this.emit(committed));
  }

  private publishEarly(): void {
    const early = this.early ?? [];
    this.early = null;
    for (const committed of early) void this.publish(committed);
  }

  private async emit(committed: BooksCommitted): Promise<void> {
    try {
      await this.emitter.emitAsync(BOOKS_COMMITTED, committed);
    } catch (error) {
      this.logger.error(`a listener of ${BOOKS_COMMITTED} failed; the commit is not affected: ${String(error)}`);
    }
  }
}
