import { Overloaded } from './overloaded.js';
import type { Connection } from '../database/connections/connection.js';
import { sqlStateOf } from '../database/errors/sql-state.js';
import { Batch, type LockMode, partition } from './batch.js';
import { failureOf } from './batch-failure.js';
import type { BookTableStore } from './book-table-store.js';
import { BookNotFound, type PendingWrite } from './write.js';

/**
 * How often a batch that lost a race in the database, or met a changed table, is repeated. Then the caller has to
 * repeat the request.
 */
const MAX_REPEATS = 5;

/** How long a lane skips locked books after one was not free in time: its holder may hang. */
const SKIPPING_MS = 1_000;

export interface LaneOptions {
  /** How long a batch waits for each book that another transaction holds, in milliseconds. */
  readonly waitMs: number;
  /**
   * True for a lane of one book: if the book is not free in time, its writes are answered with "try again" and not put
   * back into the line.
   */
  readonly insists: boolean;
  readonly maxBatch: number;
  readonly maxBooks: number;
  /**
   * How long a book that another transaction holds is tried again with the next batches, before it is waited for alone.
   */
  readonly tryAgainMs: number;
  readonly stores: readonly BookTableStore<unknown>[];
  /** Whether the tables are distributed: then all books of a batch are in one shard. */
  isOfShard(): boolean;
  connect(): Promise<Connection>;
  /** Whether a live connection is still the one to use. Left out if every live connection is. */
  isCurrent?(connection: Connection): boolean;
  /** Called when the shard is no longer where it was: what is known about shards may be out of date. */
  moved?(): void;
  /** For a lane that goes past the coordinator: takes the writes that need the coordinator. They are rolled back. */
  notOnShard?(writes: PendingWrite[]): void;
  /** Called after each commit and before its writers are answered. Never fails, and ends within a tenth of a second. */
  afterCommit(batch: Batch): Promise<void>;
  /** Takes the writes whose book could not be locked. */
  notLocked(writes: PendingWrite[]): void;
  /** Called when the lane's book was not free in time. */
  stuck?(): void;
  /** Called when the lane has nothing left to do. */
  idle?(): void;
}

/**
 * One line of waiting writes and one connection. The writes that arrive while a batch is in flight form the next one.
 * Nothing ever waits for a timer, and a lone write is committed at once.
 */
export class Lane {
  private line: PendingWrite[] = [];
  private connection: Connection | null = null;
  private running: Promise<void> | null = null;
  /**
   * Whether the last batch found none of its books free. The next one then waits for its first book, instead of asking
   * again and again.
   */
  private gotNothing = false;
  /** Until this time (`performance.now()`), batches skip books that another transaction holds. */
  private skippingUntil = 0;

  constructor(private readonly options: LaneOptions) {}

  add(write: PendingWrite): void {
    this.line.push(write);
    this.running ??= this.run();
  }

  /** For the next second, batches take only the books that are free. */
  skipHeldBooks(): void {
    this.skippingUntil = performance.now() + SKIPPING_MS;
  }

  /** Answers all writes that are in line, then closes the connection. */
  async close(): Promise<void> {
    await this.running;
    await this.disconnect();
  }

  private async run(): Promise<void> {
    // Requests that were read from their sockets in the same turn of the event loop share the first batch.
    await new Promise(setImmediate);
    while (this.line.length > 0) await this.commit(this.take());
    this.running = null;
    this.options.idle?.();
  }

  /** Takes the next batch from the line. The writes that do not fit stay there, in order. */
  private take(): PendingWrite[] {
    const { maxBatch, maxBooks } = this.options;
    const books = new Set<string>();
    const taken: PendingWrite[] = [];
    const left: PendingWrite[] = [];
    for (const write of this.line) {
      const fits = taken.length < maxBatch && (books.has(write.merchantId) || books.size < maxBooks);
      if (fits) books.add(write.merchantId);
      (fits ? taken : left).push(write);
    }
    this.line = left;
    return taken;
  }

  /**
   * Commits the writes. Whatever happens, each of them is answered, put back into the line, or handed to another lane.
   */
  private async commit(writes: PendingWrite[], repeats = 0): Promise<void> {
    try {
      await this.commitTogether(writes);
    } catch (error) {
      await this.afterFailure(error, writes, repeats);
    }
  }

  private async commitTogether(writes: PendingWrite[]): Promise<void> {
    const connection = await this.connected();
    const batch = new Batch(connection, this.options.stores, writes, this.options.isOfShard());
    const unlocked = await batch.run(this.mode, (committed) => this.options.afterCommit(committed));
    const [missing, locked] = partition(unlocked, ({ merchantId }) => batch.hasNoBook(merchantId));
    // A book that a node does not have may be on another node by now, which the coordinator knows.
    if (connection.isOnShard) this.options.notOnShard!(missing);
    else failAll(missing, new BookNotFound());
    this.tryAgain(locked, unlocked.length === writes.length);
  }

  /** What becomes of the writes of a batch that failed. None of them has been answered. */
  private async afterFailure(error: unknown, writes: PendingWrite[], repeats: number): Promise<void> {
    const mayRepeat = repeats < MAX_REPEATS;
    switch (failureOf(error)) {
      case 'shard moved':
        await this.disconnect();
        this.options.moved?.();
        return mayRepeat ? this.commit(writes, repeats + 1) : this.throughCoordinator(writes);

      case 'needs coordinator':
        return this.throughCoordinator(writes);

      case 'book locked':
        // The writes are tried again, then wait for their books in lanes of their own.
        if (!this.options.insists) return this.notFreeInTime(writes);
        // This is such a lane. It gives its connection to the next book that is waited for, and queues again.
        await this.disconnect();
        failAll(writes, notCommitted(error));
        return this.giveUpLine(notCommitted(error));

      case 'lost race':
        return mayRepeat ? this.commit(writes, repeats + 1) : failAll(writes, notCommitted(error));

      case 'unsupported':
        await this.disconnect();
        if (writes.length > 1) return this.commitEachAlone(writes);
        // A single book is no fault of the write: the coordinator has used a division from before a split.
        return failAll(writes, notCommitted(error));

      case 'broken invariant':
        // Its transaction may still be open. Closing the connection makes the server roll it back.
        await this.disconnect();
        return writes.length > 1 ? this.commitEachAlone(writes) : failAll(writes, error);

      case 'refused data':
        return writes.length > 1 ? this.commitEachAlone(writes) : failAll(writes, error);

      case 'unknown':
        // Without an SQLSTATE, the connection may be in any state. A statement that a node refuses, for a missing right,
        // say, may succeed through the coordinator, to which the lane reconnects.
        if (sqlStateOf(error) === null || this.connection?.isOnShard === true) await this.disconnect();
        return failAll(writes, perhapsCommitted(error));
    }
  }

  /** The batch is rolled back: one of its writes needs the coordinator. Alone, the others stay in this lane. */
  private async throughCoordinator(writes: PendingWrite[]): Promise<void> {
    if (writes.length > 1) await this.commitEachAlone(writes);
    else this.options.notOnShard!(writes);
  }

  private get mode(): LockMode {
    const { insists, waitMs, maxBooks } = this.options;
    // Skipping its book makes a batch of one book no smaller: it only lets the next book go first.
    if (insists || (maxBooks > 1 && performance.now() >= this.skippingUntil)) return waitMs;
    return this.gotNothing ? 'wait-briefly' : 'skip-locked';
  }

  private notFreeInTime(writes: PendingWrite[]): void {
    this.skipHeldBooks();
    this.tryAgain(writes, false);
  }

  /**
   * Puts writes whose book could not be locked back in front of the line. Those that were skipped for too long are
   * handed to `notLocked`.
   */
  private tryAgain(writes: PendingWrite[], gotNothing: boolean): void {
    this.gotNothing = gotNothing;
    if (writes.length === 0) return;
    const { insists, tryAgainMs } = this.options;
    const now = performance.now();
    const again: PendingWrite[] = [];
    const given: PendingWrite[] = [];
    for (const write of writes) {
      const fresh = !insists && now - (write.skippedAt ??= now) < tryAgainMs;
      (fresh ? again : given).push(write);
    }
    this.line.unshift(...again);
    if (given.length > 0) this.options.notLocked(given);
  }

  /** The other writes of this lane are for the same book, and are refused without waiting for it in their turn. */
  private giveUpLine(refusal: Overloaded): void {
    this.options.stuck?.();
    failAll(this.line.splice(0), refusal);
  }

  /** One of the writes makes the batch fail. Committed one by one, only that one fails. */
  private async commitEachAlone(writes: PendingWrite[]): Promise<void> {
    for (const write of writes) await this.commit([write]);
  }

  private async disconnect(): Promise<void> {
    await this.connection?.close();
    this.connection = null;
  }

  private async connected(): Promise<Connection> {
    const { connection } = this;
    // A dead ShardConnection may have a half that is still alive, to the node or to the coordinator. This closes both.
    if (connection !== null && (!connection.alive || this.options.isCurrent?.(connection) === false))
      await this.disconnect();
    return (this.connection ??= await this.options.connect());
  }
}

function failAll(writes: readonly PendingWrite[], reason: unknown): void {
  for (const write of writes) write.fail(reason);
}

const notCommitted = (cause: unknown): Overloaded => tryLater(cause, false);
/** A write without a key of its own must not be run again. */
const perhapsCommitted = (cause: unknown): Overloaded => tryLater(cause, true);

function tryLater(cause: unknown, mayHaveCommitted: boolean): Overloaded {
  const message = 'The request was not answered in time. Repeat it with the same Idempotency-Key.';
  const refusal = new Overloaded(message, { mayHaveCommitted });
  refusal.cause = cause;
  return refusal;
}
