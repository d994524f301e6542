import { Overloaded } from './overloaded.js';
import type { Connection } from '../database/connections/connection.js';
import type { Database } from '../database/connections/database.js';
import { Semaphore } from '../waiting/semaphore.js';
import type { BookTableStore } from './book-table-store.js';
import type { CommitEvents } from './commit-events.js';
import { Lane, type LaneOptions } from './lane.js';
import type { Shards } from './shards.js';
import { type DirectConnections, ShardRoute } from './shard-route.js';
import { BookNotFound, PendingWrite, type Write } from './write.js';

/**
 * The process refuses every write when this many times `crowdedAt` are waiting. From `crowdedAt` on it refuses new
 * payouts, payments and refunds; the room above is for writes that must not be refused: cancels, answers of gateways,
 * settlements.
 */
const MAX_WAITING_PER_CROWD = 5;

/** Half a second of work at 2,000 writes a second, and several batches: a longer line does not make batches faster. */
export const CROWDED_AT = 1_000;

const TOO_MANY = 'Too many requests are waiting. Try again in a second.';

/** Made once: thousands of requests may be refused in a second, and the stack trace says nothing. */
const CROWDED = new Overloaded(TOO_MANY);

/**
 * A book that did not become free while a lane waited for it alone is held by something that hangs. For this long, only
 * one write at a time tests whether it is free. The others are refused at once, so that they fill neither the line nor
 * the workers.
 */
const STUCK_MS = 30_000;
const STUCK = 'The merchant’s book is locked. Try again in a second, with the same Idempotency-Key.';

/**
 * How long a batch waits for each of its books. A book is nearly always held by another process's batch, which takes a
 * few milliseconds. If batches took the free books and came back for the others, they would get smaller in both
 * processes.
 */
const WAIT_MS = 100;
/** How long a book that is held for longer is tried again, before a lane of its own waits for it. */
const TRY_AGAIN_MS = 250;
const WAIT_ALONE_MS = 3_000;

/** How many books are waited for alone at the same time. Each takes a connection. */
const MAX_BOOKS_WAITED_FOR = 4;

/** What the write path needs to know about shards. */
type Division = Pick<Shards, 'shardOf'> & Partial<Pick<Shards, 'look'>>;

export interface GroupCommitOptions {
  readonly lanes: number;
  readonly maxBatch: number;
  readonly booksPerBatch: number;
  /** From this many waiting writes on, nothing new should be accepted. 1,000 if not given. */
  readonly crowdedAt?: number;
  /** How long a batch waits for each book that another transaction holds: 100 ms if not given. */
  readonly waitMs?: number;
  /** How long a book that was not free by then is tried again with the next batches: 250 ms if not given. */
  readonly tryAgainMs?: number;
}

/**
 * Every change of a merchant's rows goes through here. Writes that arrive together share one transaction (group
 * commit), so that one fsync and a constant number of round trips serve up to 128 of them.
 */
export class Books {
  private readonly stores: BookTableStore<unknown>[] = [];
  private readonly lanes: Lane[];
  private shards: Division | null = null;
  private direct: DirectConnections | null = null;
  /** If the tables are distributed: the lane of each shard. */
  private readonly lanesOfShards = new Map<string, Lane>();
  private readonly routes: ShardRoute[] = [];
  /** If the tables are distributed: the lane for books whose shard is not known yet. Its batches have one book each. */
  private readonly single: Lane;
  /**
   * Lanes of one book each, for books that have been held for long, and for writes that need the coordinator. No other
   * writes wait behind these.
   */
  private readonly waitedFor = new Map<string, Lane>();
  /**
   * Books that did not become free in time. Until this time (`performance.now()`) only one write at a time waits for
   * each.
   */
  private readonly stuckUntil = new Map<string, number>();
  private readonly waitingConnections = new Semaphore(MAX_BOOKS_WAITED_FOR);
  private readonly crowdedAt: number;
  private waiting = 0;
  private closed = false;

  constructor(
    private readonly database: Pick<Database, 'connect'>,
    private readonly options: GroupCommitOptions,
    private readonly events: CommitEvents,
  ) {
    this.crowdedAt = options.crowdedAt ?? CROWDED_AT;
    this.lanes = Array.from({ length: options.lanes }, () => new Lane(this.laneOptions()));
    this.single = new Lane({ ...this.laneOptions(), maxBooks: 1 });
  }

  /**
   * Called at the start. Books of two shards cannot be locked together, so each shard has its own lane.
   * @param shards null if the tables are not distributed
   * @param direct left out if the coordinator carries all batches
   */
  divideBy(shards: Division | null, direct: DirectConnections | null = null): void {
    this.shards = shards;
    this.direct = direct;
  }

  /** Adds tables to the write path. Tables are flushed in the order of their registration. */
  register(...stores: readonly BookTableStore<unknown>[]): void {
    this.stores.push(...stores);
  }

  /**
   * Runs the decision on the locked book and commits what it staged.
   * @returns what the decision returned, once it is durable
   * @throws whatever the decision threw, with nothing changed; BookNotFound; Overloaded when the outcome is unknown
   */
  async write<T>(merchantId: string, write: Write<T>): Promise<T> {
    const refusal = this.refusalFor(merchantId);
    if (refusal !== null) {
      // Callers that repeat a request at once must not starve the work that would free the book.
      await new Promise(setImmediate);
      throw new Overloaded(refusal);
    }
    const pending = new PendingWrite(merchantId, write);
    this.waiting++;
    try {
      const lane = this.waitedFor.get(merchantId) ?? this.laneOf(merchantId);
      // Batches of this lane skip the book if it is still locked, so that other books do not have to wait for it again.
      if (this.isStuck(merchantId)) lane.skipHeldBooks();
      lane.add(pending);
      return (await pending.settled) as T;
    } finally {
      this.waiting--;
    }
  }

  private refusalFor(merchantId: string): string | null {
    if (this.closed) return 'The service is shutting down.';
    if (this.isStuck(merchantId) && this.waitedFor.has(merchantId)) return STUCK;
    return this.waiting >= MAX_WAITING_PER_CROWD * this.crowdedAt ? TOO_MANY : null;
  }

  /**
   * The refusal of a new payout, payment or refund, which would only make a long line longer; null if it may be
   * written.
   */
  refusalOfNew(): Overloaded | null {
    return this.waiting >= this.crowdedAt ? CROWDED : null;
  }

  /** How many writes were accepted and are not answered yet. */
  get waitingWrites(): number {
    return this.waiting;
  }

  /** Commits what is waiting and closes the connections. */
  async close(): Promise<void> {
    this.closed = true;
    for (const lane of [...this.lanes, ...this.lanesOfShards.values(), this.single]) await lane.close();
    for (const lane of this.waitedFor.values()) await lane.close();
    for (const route of this.routes) await route.close();
  }

  /** The same book always takes the same lane, so that two lanes of one process never wait for each other. */
  private laneOf(merchantId: string): Lane {
    if (this.shards !== null) return this.laneOfShard(this.shards.shardOf(merchantId));
    // The last digits of a version 7 UUID are random.
    return this.lanes[parseInt(merchantId.slice(-6), 16) % this.lanes.length]!;
  }

  private laneOfShard(shard: string | null): Lane {
    if (shard === null) return this.single;
    let lane = this.lanesOfShards.get(shard);
    if (lane === undefined) {
      lane = this.laneTo(shard);
      this.lanesOfShards.set(shard, lane);
    }
    return lane;
  }

  private laneTo(shard: string): Lane {
    if (this.direct === null) return new Lane(this.laneOptions());
    const route = new ShardRoute(this.database, this.direct, shard);
    this.routes.push(route);
    return new Lane({
      ...this.laneOptions(),
      connect: () => route.connect(),
      isCurrent: (connection) => route.isCurrent(connection),
      moved: () => void this.shards?.look?.(),
      notOnShard: (writes) => writes.forEach((write) => this.waitFor(write)),
    });
  }

  private laneOptions(): LaneOptions {
    return {
      waitMs: this.options.waitMs ?? WAIT_MS,
      insists: false,
      maxBatch: this.options.maxBatch,
      maxBooks: this.options.booksPerBatch,
      tryAgainMs: this.options.tryAgainMs ?? TRY_AGAIN_MS,
      stores: this.stores,
      isOfShard: () => this.shards !== null,
      connect: () => this.database.connect({ pipeline: true }),
      afterCommit: (batch) => this.events.publish(batch),
      notLocked: (writes) => writes.forEach((write) => this.waitFor(write)),
    };
  }

  private waitFor(write: PendingWrite): void {
    let lane = this.waitedFor.get(write.merchantId);
    if (lane !== undefined && this.isStuck(write.merchantId)) return write.fail(new Overloaded(STUCK));
    if (lane === undefined) {
      lane = this.laneForOneBook(write.merchantId);
      this.waitedFor.set(write.merchantId, lane);
    }
    lane.add(write);
  }

  private isStuck(merchantId: string): boolean {
    const until = this.stuckUntil.get(merchantId);
    if (until === undefined || until > performance.now()) return until !== undefined;
    this.stuckUntil.delete(merchantId);
    return false;
  }

  /** A lane that waits for its one book. */
  private laneForOneBook(merchantId: string): Lane {
    const lane: Lane = new Lane({
      ...this.laneOptions(),
      waitMs: WAIT_ALONE_MS,
      insists: true,
      connect: () => this.connectToWait(),
      notLocked: (writes) => writes.forEach((write) => write.fail(new BookNotFound())),
      afterCommit: (batch) => {
        this.stuckUntil.delete(merchantId);
        return this.events.publish(batch);
      },
      stuck: () => this.stuckUntil.set(merchantId, performance.now() + STUCK_MS),
      idle: () => {
        this.waitedFor.delete(merchantId);
        void lane.close();
      },
    });
    return lane;
  }

  /**
   * Opens one of the few connections that may wait for a book. Its permit is released when the connection ends, or
   * could not be opened.
   */
  private async connectToWait(): Promise<Connection> {
    await this.waitingConnections.acquire();
    try {
      const connection = await this.database.connect({ pipeline: true });
      connection.onEnd(() => this.waitingConnections.release());
      return connection;
    } catch (error) {
      this.waitingConnections.release();
      throw error;
    }
  }
}
