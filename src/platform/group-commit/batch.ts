import { assert, BrokenInvariant } from '../../shared/assert.js';
import { countedLiveMs } from '../../shared/moment.js';
import type { Connection } from '../database/connections/connection.js';
import type { BoundTo } from '../database/statements/bound.js';
import { allOrCause } from '../database/statements/statement-group.js';
import type { BookTable, BookTableStore, StagedRow, Statement } from './book-table-store.js';
import { Book } from './book.js';
import type { BooksCommitted } from './commit-events.js';
import type { PendingWrite } from './write.js';

/**
 * How long `wait-briefly` waits. Another process's batch holds its books for a few milliseconds; this batch does not
 * wait for a book that is held for longer.
 */
const BRIEF_TIMEOUT = '25ms';

/** Only locks: a read in the same statement would use a snapshot from before the lock was granted. */
const LOCK_FREE = `
  SELECT merchant_id FROM books WHERE merchant_id = ANY($1::uuid[])
  ORDER BY merchant_id FOR NO KEY UPDATE SKIP LOCKED`;
/** Every batch locks its books in the order of their ids, so that no two batches wait for each other. */
const LOCK_WAITING = `
  SELECT merchant_id FROM books WHERE merchant_id = ANY($1::uuid[])
  ORDER BY merchant_id FOR NO KEY UPDATE`;

/** Returns when the holder of this book has committed, which frees the holder's other books too. */
const WAIT_FOR_ONE = 'SELECT FROM books WHERE merchant_id = $1 FOR NO KEY UPDATE';

const CLOCK = `
  SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms, (SELECT live_ms FROM live_time) AS live_ms`;

/**
 * How a batch locks its books. A number: it waits for each book for up to so many milliseconds, and fails if one is not
 * free by then. `skip-locked`: it takes the books that are free. `wait-briefly`: it waits until its first book is free,
 * then takes the books that are free.
 */
export type LockMode = number | 'skip-locked' | 'wait-briefly';

/**
 * One transaction for many writes: lock the books, read what the decisions need, decide in memory, write each row once,
 * commit. Statements that do not depend on each other's answers are sent together, so that a batch costs two round
 * trips, whatever its size.
 */
export class Batch implements BooksCommitted {
  private readonly books = new Map<string, Book>();
  private decided = 0;
  private readonly missing = new Set<string>();

  constructor(
    private readonly connection: Connection,
    private readonly stores: readonly BookTableStore<unknown>[],
    private readonly writes: readonly PendingWrite[],
    /** Whether the tables are distributed: then all books of the batch are in one shard. */
    private readonly isOfShard = false,
  ) {
    for (const { merchantId } of writes) {
      if (!this.books.has(merchantId)) this.books.set(merchantId, new Book(merchantId));
    }
  }

  /**
   * Commits the batch and answers its writes.
   * @returns the writes whose book could not be locked (held by another process, or missing); they are unanswered
   * @throws if nothing was committed, or if that is unknown; then no write has been answered
   */
  async run(mode: LockMode, afterCommit: (batch: Batch) => Promise<void>): Promise<PendingWrite[]> {
    const locked = await this.lockAndRead(mode);
    const [ours, others] = partition(this.writes, (write) => locked.has(write.merchantId));
    for (const write of ours) write.decideOn(this.books.get(write.merchantId)!);
    await this.flushAndCommit();
    this.decided = ours.length;
    if (ours.length > 0) await afterCommit(this);
    for (const write of ours) write.answer();
    return others;
  }

  get merchantIds(): string[] {
    return [...this.books.keys()];
  }

  /** How many writes the batch has committed. */
  get size(): number {
    return this.decided;
  }

  /**
   * Whether the merchant has no book. Known only if the batch waited for it: SKIP LOCKED does not tell a missing book
   * from a locked one.
   */
  hasNoBook(merchantId: string): boolean {
    return this.missing.has(merchantId);
  }

  /** All rows that were staged for one table, in the order of the books. */
  staged<Row>(table: BookTable<Row>): StagedRow<Row>[] {
    const all: StagedRow<Row>[] = [];
    for (const book of this.books.values()) all.push(...book.staged(table));
    return all;
  }

  private async lockAndRead(mode: LockMode): Promise<Set<string>> {
    const merchantIds = this.merchantIds;
    const waitsForAll = typeof mode === 'number';
    const { sent, locks, clock, reads } = await this.connection.held(() => {
      const sent = [
        ...this.connection.begin(),
        ...(waitsForAll ? [this.connection.query(`SET LOCAL lock_timeout = ${mode}`)] : []),
        ...(mode === 'wait-briefly' ? this.waitForFirst() : []),
      ];
      const lock = waitsForAll ? LOCK_WAITING : LOCK_FREE;
      const locks = this.connection.query<{ merchant_id: string }>(lock, [merchantIds]);
      // The timeout is meant for the locks on books, not for the statements that follow.
      if (mode !== 'skip-locked') sent.push(this.connection.query('SET LOCAL lock_timeout TO DEFAULT'));
      const clock = this.connection.query<{ now_ms: string; live_ms: string | null }>(CLOCK);
      return { sent, locks, clock, reads: this.stores.map((store) => this.load(store, merchantIds)) };
    });
    await this.allOrRollback([...sent, locks, clock, ...reads]);

    const [{ now_ms, live_ms }] = (await clock) as [{ now_ms: string; live_ms: string | null }];
    const liveMs = countedLiveMs(live_ms);
    for (const book of this.books.values()) book.open(Number(now_ms), this.lastIdOf(book), liveMs);
    const locked = new Set((await locks).map((row) => row.merchant_id));
    if (waitsForAll) for (const merchantId of merchantIds) if (!locked.has(merchantId)) this.missing.add(merchantId);
    return locked;
  }

  private get boundTo(): BoundTo {
    return this.isOfShard && !this.connection.isOnShard ? this.merchantIds : null;
  }

  private waitForFirst(): Promise<unknown>[] {
    const { merchantId } = this.writes[0]!;
    return [
      this.connection.query(`SET LOCAL lock_timeout = '${BRIEF_TIMEOUT}'`),
      this.connection.query(WAIT_FOR_ONE, [merchantId]).then((rows) => {
        if (rows.length === 0) this.missing.add(merchantId);
      }),
    ];
  }

  private async load(store: BookTableStore<unknown>, allMerchants: string[]): Promise<void> {
    const merchantIds: string[] = [];
    const keys: string[] = [];
    const name = (merchantId: string, key: string): void => {
      merchantIds.push(merchantId);
      keys.push(key);
      this.books.get(merchantId)!.fill(store.table, key, undefined);
    };
    if (store.everyBook) for (const merchantId of allMerchants) name(merchantId, '');
    for (const { merchantId, write } of this.writes) {
      for (const { table, key } of write.reads) if (table === store.table) name(merchantId, key);
    }
    if (keys.length === 0) return;
    for (const { merchantId, key, row } of await store.load(this.connection, merchantIds, keys, this.boundTo)) {
      this.books.get(merchantId)!.fill(store.table, key, row);
    }
  }

  private lastIdOf(book: Book): string | null {
    let last: string | null = null;
    for (const store of this.stores) {
      if (!store.everyBook || !store.lastId) continue;
      const row = book.get(store.table, '');
      const id = row === undefined ? null : store.lastId(row);
      if (id !== null && (last === null || id > last)) last = id;
    }
    return last;
  }

  private async flushAndCommit(): Promise<void> {
    const statements = this.statements();
    try {
      this.connection.assertTakes(statements.map(({ text }) => text));
    } catch (error) {
      await this.rollBack();
      throw error;
    }
    const { flushes, commit } = await this.connection.held(async () => {
      let unsent = false;
      const flushes = statements.map(({ text, values }) => this.connection.query(text, values));
      for (const flush of flushes) flush.catch(() => (unsent = true));
      // A statement whose values cannot be encoded is never sent, and its promise is rejected before the next tick. The
      // other statements must not be committed without it.
      await new Promise((resolve) => process.nextTick(resolve));
      return { flushes, commit: unsent ? null : this.connection.commit() };
    });
    assert(commit !== null, 'every statement of a batch can be sent');
    await allOrCause([...flushes, commit]);
    // PostgreSQL answers the COMMIT of a failed transaction with ROLLBACK, without an error.
    assert((await commit) === 'COMMIT', 'a transaction without a failed statement commits');
  }

  /**
   * All statements are built before the first is sent. So if a store fails on a row, nothing has been written yet, and
   * the write that staged the row can fail alone.
   */
  private statements(): Statement[] {
    try {
      for (const book of this.books.values()) book.assertStored(this.stores);
      const { boundTo } = this;
      return this.stores.flatMap((store) => {
        const staged = store.flush ? this.staged(store.table) : [];
        return staged.length > 0 ? store.flush!(staged, boundTo) : [];
      });
    } catch (cause) {
      throw new BrokenInvariant('every staged row can be turned into statements', { cause });
    }
  }

  /** An error is ignored: if ROLLBACK fails, the connection is broken, and the server rolls back when it ends. */
  private async rollBack(): Promise<void> {
    await this.connection.command('ROLLBACK').catch(() => undefined);
  }

  private async allOrRollback(statements: Promise<unknown>[]): Promise<void> {
    try {
      await allOrCause(statements);
    } catch (error) {
      await this.rollBack();
      throw error;
    }
  }
}

export function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  const yes: T[] = [];
  const no: T[] = [];
  for (const item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
}
