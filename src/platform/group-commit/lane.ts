import { Overloaded } from './overloaded.js';
import { BrokenInvariant } from '../../shared/assert.js';
import type { Connection } from '../database/connections/connection.js';
import { NotOnShard, ShardMoved } from '../database/connections/not-on-shard.js';
import { sqlStateOf } from '../database/errors/sql-state.js';
import { isStalePlan } from '../database/statements/statement-group.js';
import { Batch, type LockMode, partition } from './batch.js';
import type { BookTableStore } from './book-table-store.js';
import { BookNotFound, type PendingWrite } from './write.js';

/** A batch that lost a race in the database, or met a changed table, is repeated this often; then the caller repeats it. */
const MAX_REPEATS = 5;

/** After a book was not free in time, its lane takes what is free for so long: who holds that book may hang. */
const SKIPPING_MS = 1_000;

/** `lock_timeout` has passed. */
const LOCK_NOT_AVAILABLE = '55P03';

export interface LaneOptions {
  /** How long a batch waits for each book that somebody else holds, in milliseconds. */
  readonly waitMs: number;
  /** For a lane of one book: a book that is not free by then is answered with "try again", and not passed by. */
  readonly insists: boolean;
  readonly maxBatch: number;
  readonly maxBooks: number;
  /** So long a book that somebody else holds is tried again with the next batches, before it is waited for alone. */
  readonly tryAgainMs: number;
  readonly stores: readonly BookTableStore<unknown>[];
  /** The tables are distributed: all books of a batch stand in one shard. */
  isOfShard(): boolean;
  connect(): Promise<Connection>;
  /** Left out: a connection is good as long as it lives. */
  isCurrent?(connection: Connection): boolean;
  /** The shard is not where it was: what is known of it may be out of date. */
  moved?(): void;
  /** Takes the writes for which the coordinator is needed, of a lane that goes past it; they are rolled back. */
  notOnShard?(writes: PendingWrite[]): void;
  /** Called after each commit and before its writers are answered. Never fails, and ends within a tenth of a second. */
  afterCommit(batch: Batch): Promise<void>;
  /** Takes the writes whose book could not be locked. */
  notLocked(writes: PendingWrite[]): void;
  /** The lane has waited for its book in vain. */
  stuck?(): void;
  /** The lane has nothing left to do. */
  idle?(): void;
}

/**
 * One line of waiting writes and one connection. Whatever arrives while a batch is in flight forms the next one;
 * nothing ever waits for a timer, and a lone write is committed at once.
 */
export class Lane {
  private line: PendingWrite[] = [];
  private connection: Connection | null = null;
  private running: Promise<void> | null = null;
  /**
   * The last batch that passed by what is not free got nothing: the next one waits for its first book, instead of asking
   * again and again.
   */
  private gotNothing = false;
  /** By `performance.now()`: until then books that are not free are passed by. */
  private skippingUntil = 0;

  constructor(private readonly options: LaneOptions) {}

  add(write: PendingWrite): void {
    this.line.push(write);
    this.running ??= this.run();
  }

  /** For the next second its batches take what is free. */
  skipHeldBooks(): void {
    this.skippingUntil = performance.now() + SKIPPING_MS;
  }

  /** Answers everything that is in line, then closes the connection. */
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

  /** The next batch. Writes of books for which it has no place are passed by and stay in order. */
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

  /** Commits the writes and answers each of them in any case. */
  private async commit(writes: PendingWrite[]): Promise<void> {
    for (let repeats = 0; ; repeats++) {
      try {
        const connection = await this.connected();
        const batch = new Batch(connection, this.options.stores, writes, this.options.isOfShard());
        const unlocked = await batch.run(this.mode, (committed) => this.options.afterCommit(committed));
        const [lost, others] = partition(unlocked, ({ merchantId }) => batch.hasNoBook(merchantId));
        if (connection.isOnShard) this.options.notOnShard!(lost);
        else for (const write of lost) write.fail(new BookNotFound());
        return this.tryAgain(others, unlocked.length === writes.length);
      } catch (error) {
        if (error instanceof ShardMoved) {
          await this.disconnect();
          this.options.moved?.();
          if (repeats < MAX_REPEATS) continue;
        }
        if (error instanceof NotOnShard) return await this.notOnShard(writes);
        if (!this.options.insists && sqlStateOf(error) === LOCK_NOT_AVAILABLE) return this.notFreeInTime(writes);
        const verdict = verdictOn(error);
        const isUnsupported = verdict === 'isolate' && sqlStateOf(error)?.startsWith('0A') === true;
        // Whatever state the connection is in, the server rolls back what it had not committed.
        // A book that stays locked releases its connection to the next book that is waited for, and queues again.
        // The coordinator may carry what a node refuses, for a right that is missing there, say.
        const isRefusedByNode = verdict === 'unknown' && this.connection?.isOnShard === true;
        if (sqlStateOf(error) === null || sqlStateOf(error) === LOCK_NOT_AVAILABLE || isUnsupported || isRefusedByNode)
          await this.disconnect();
        if (verdict === 'repeat' && repeats < MAX_REPEATS) continue;
        if (verdict === 'isolate' && writes.length > 1) return await this.commitEachAlone(writes);
        // What a coordinator does not support of one book alone is no fault of the write: it has looked at an old division.
        for (const write of writes) write.fail(verdict === 'isolate' && !isUnsupported ? error : unavailable(error));
        if (sqlStateOf(error) === LOCK_NOT_AVAILABLE) this.giveUpLine(unavailable(error));
        return;
      }
    }
  }

  /** Rolled back. One of them needs the coordinator; the others stay. */
  private async notOnShard(writes: PendingWrite[]): Promise<void> {
    if (writes.length > 1) await this.commitEachAlone(writes);
    else this.options.notOnShard!(writes);
  }

  private get mode(): LockMode {
    const { insists, waitMs, maxBooks } = this.options;
    // A batch of one book is as whole when the next one goes before it.
    if (insists || (maxBooks > 1 && performance.now() >= this.skippingUntil)) return waitMs;
    return this.gotNothing ? 'wait-briefly' : 'skip-locked';
  }

  private notFreeInTime(writes: PendingWrite[]): void {
    this.skipHeldBooks();
    this.tryAgain(writes, false);
  }

  /**
   * Puts writes whose book could not be locked in front of the line, or gives up on those that were there too often.
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

  /** The writes behind the one that has waited in vain need not try the same. */
  private giveUpLine(refusal: Overloaded): void {
    this.options.stuck?.();
    for (const write of this.line.splice(0)) write.fail(refusal);
  }

  /** One of them is poisoned; alone, it fails alone. */
  private async commitEachAlone(writes: PendingWrite[]): Promise<void> {
    for (const write of writes) await this.commit([write]);
  }

  private async disconnect(): Promise<void> {
    await this.connection?.close();
    this.connection = null;
  }

  private async connected(): Promise<Connection> {
    const { connection } = this;
    // One that has died may have another half that lives: see ShardConnection.
    if (connection !== null && (!connection.alive || this.options.isCurrent?.(connection) === false))
      await this.disconnect();
    return (this.connection ??= await this.options.connect());
  }
}

/**
 * What a failed flush means for its writes:
 * `repeat`: a serialization failure, a deadlock, or a statement that was prepared before a table was changed; rolled back
 * for certain, and through no fault of the writes.
 * `isolate`: a data or constraint error (SQLSTATE class 22, 23, P0), books of two shards since one was split (0A), or a
 * broken invariant; rolled back for certain, and through one of the writes.
 * `unknown`: anything else, above all a connection lost in COMMIT, or a warning to it; it may have been committed, so
 * nothing is run again.
 */
function verdictOn(error: unknown): 'repeat' | 'isolate' | 'unknown' {
  const state = sqlStateOf(error);
  if (state === '40001' || state === '40P01' || isStalePlan(error)) return 'repeat';
  if (error instanceof BrokenInvariant || (state !== null && /^(22|23|P0|0A)/.test(state))) return 'isolate';
  return 'unknown';
}

function unavailable(cause: unknown): Overloaded {
  const mayHaveCommitted = verdictOn(cause) === 'unknown' && sqlStateOf(cause) !== LOCK_NOT_AVAILABLE;
  const message = 'The request was not answered in time. Repeat it with the same Idempotency-Key.';
  const refusal = new Overloaded(message, { mayHaveCommitted });
  refusal.cause = cause;
  return refusal;
}
