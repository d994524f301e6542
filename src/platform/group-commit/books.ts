import { Overloaded } from './overloaded.js';
import type { Connection } from '../database/connections/connection.js';
import type { Database } from '../database/connections/database.js';
import { Semaphore } from '../waiting/semaphore.js';
import type { BookTableStore } from './book-table-store.js';
import type { CommitEvents } from './commit-events.js';
import { Lane, type LaneOptions } from './lane.js';
import type { Shards } from './shards.js';
import { type StraightConnections, WayToShard } from './way-to-shard.js';
import { BookNotFound, PendingWrite, type Write } from './write.js';

/**
 * Writes that may wait in this process, for each one at which it counts as crowded. Between the two there is room for
 * what must not be refused: cancels, answers of gateways, settlements.
 */
const MAX_WAITING_PER_CROWD = 5;

/** At 2,000 a second it is half a second of work, and several batches: more in line makes none of them faster. */
export const CROWDED_AT = 1_000;

const TOO_MANY = 'Too many requests are waiting. Try again in a second.';

/** Made once: its stack says nothing, and there are thousands of them a second. */
const CROWDED = new Overloaded(TOO_MANY);

/**
 * A book that was waited for in vain is held by something that hangs. For so long one write at a time finds out whether
 * it is free; the others are refused at once, so that they fill neither the line nor the workers.
 */
const STUCK_MS = 30_000;
const STUCK = 'The merchant’s book is locked. Try again in a second, with the same Idempotency-Key.';

/**
 * Nearly always a book is held by another process's batch, which takes some milliseconds. A batch that waits for it
 * stays whole: batches that took what was free and came back for the rest would shrink on both sides.
 */
const WAIT_MS = 100;
/** A book that is held for longer is tried again for so long, before it is waited for alone. */
const TRY_AGAIN_MS = 250;
const WAIT_ALONE_MS = 3_000;

/** Books that are waited for at the same time. Each takes a connection of its own. */
const MAX_BOOKS_WAITED_FOR = 4;

/** What is known of shards. */
type Division = Pick<Shards, 'shardOf'> & Partial<Pick<Shards, 'look'>>;

export interface GroupCommitOptions {
  readonly lanes: number;
  readonly maxBatch: number;
  readonly booksPerBatch: number;
  /** So many waiting writes are enough: nothing new should be taken in. 1,000 if not given. */
  readonly crowdedAt?: number;
  /** How long a batch waits for each book that somebody else holds: 100 ms if not given. */
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
  private straight: StraightConnections | null = null;
  /** Where the tables are distributed, the lanes of their shards. */
  private readonly lanesOfShards = new Map<string, Lane>();
  private readonly ways: WayToShard[] = [];
  /** Where they are, books whose shard is not known yet go alone. */
  private readonly single: Lane;
  /** Books that another process held when we tried. Their writes wait in lines of their own and stall no others. */
  private readonly waitedFor = new Map<string, Lane>();
  /** Books that were waited for in vain, until when (`performance.now()`) only one write at a time waits for each again. */
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
   * For the start. Books of two shards cannot be locked together, so that each shard has a lane.
   * @param straight left out: the coordinator carries everything
   */
  divideBy(shards: Division | null, straight: StraightConnections | null = null): void {
    this.shards = shards;
    this.straight = straight;
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
      // Callers who repeat at once must not starve the work that would free the book.
      await new Promise(setImmediate);
      throw new Overloaded(refusal);
    }
    const pending = new PendingWrite(merchantId, write);
    this.waiting++;
    try {
      const lane = this.waitedFor.get(merchantId) ?? this.laneOf(merchantId);
      // A book that was held for long keeps no other one waiting again.
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

  /** For what has not begun: it would only make a long line longer. Null: it may be written. */
  refusalOfNew(): Overloaded | null {
    return this.waiting >= this.crowdedAt ? CROWDED : null;
  }

  /** Accepted and not yet answered. */
  get waitingWrites(): number {
    return this.waiting;
  }

  /** Commits what is waiting and closes the connections. */
  async close(): Promise<void> {
    this.closed = true;
    for (const lane of [...this.lanes, ...this.lanesOfShards.values(), this.single]) await lane.close();
    for (const lane of this.waitedFor.values()) await lane.close();
    for (const way of this.ways) await way.close();
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
    if (lane === undefined) this.lanesOfShards.set(shard, (lane = this.laneTo(shard)));
    return lane;
  }

  private laneTo(shard: string): Lane {
    if (this.straight === null) return new Lane(this.laneOptions());
    const way = new WayToShard(this.database, this.straight, shard);
    this.ways.push(way);
    return new Lane({
      ...this.laneOptions(),
      connect: () => way.connect(),
      isCurrent: (connection) => way.isCurrent(connection),
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
   * One of the few connections that may wait for a book. Its permit is released when it ends, or could not be opened.
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
