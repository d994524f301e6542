import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { idempotencyRecords } from '../../src/modules/idempotency/idempotency.public.js';
import { IdempotencyStore } from '../../src/modules/idempotency/infrastructure/idempotency-store.js';
import { BrokenInvariant } from '../../src/shared/assert.js';
import type { Connection } from '../../src/platform/database/connections/connection.js';
import { NotOnShard, ShardMoved } from '../../src/platform/database/connections/not-on-shard.js';
import { Lane, type LaneOptions } from '../../src/platform/group-commit/lane.js';
import { PendingWrite } from '../../src/platform/group-commit/write.js';
import { openTestBooks, testBooks } from '../support/group-commit.js';

openTestBooks();

/** The name of the book whose write makes its batch fail. The books of each test are 1, 2 and 3, in their order. */
const POISONED = '2';

function databaseError(code: string, routine?: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('refused', 0, 'error'), { code, routine });
}

/** Says why the server refuses to commit these books; null: it commits. */
type Fault = (books: string, commits: number) => Error | null;

/** Connections to a real server that roll back, and fail, where a test says so. */
class FaultyConnections {
  /** The names of the books of each batch that was to be committed. */
  readonly commits: string[] = [];
  readonly opened: Connection[] = [];

  constructor(
    private readonly merchantIds: readonly string[],
    private readonly fault: Fault,
    private readonly isOnShard: boolean,
  ) {}

  async connect(): Promise<Connection> {
    const connection = await testBooks.process().database.connect({ pipeline: true });
    const query = connection.query.bind(connection);
    const commit = connection.commit.bind(connection);
    let books = '';
    Object.defineProperty(connection, 'isOnShard', { value: this.isOnShard });
    connection.query = (text, values = []) => {
      if (text.includes('FOR NO KEY UPDATE')) books = this.namesOf(values[0] as string[]);
      return query(text, values);
    };
    connection.commit = async () => {
      const error = this.fault(books, this.commits.push(books));
      if (error === null) return commit();
      await connection.command('ROLLBACK');
      throw error;
    };
    this.opened.push(connection);
    return connection;
  }

  private namesOf(locked: readonly string[]): string {
    return this.merchantIds.flatMap((id, place) => (locked.includes(id) ? [place + 1] : [])).join('');
  }
}

interface Ending {
  /** For each of the three writes: `committed`, its refusal, or who took it. */
  readonly writes: unknown[];
  readonly commits: string[];
  /** Whether the lane's first connection was closed. */
  readonly isClosed: boolean;
  readonly calls: string[];
}

/** Commits writes to three books in one batch, and checks that exactly those that were answered are in the database. */
async function endingOf(
  fault: Fault,
  { isOnShard = false, ...given }: Partial<LaneOptions> & { isOnShard?: boolean } = {},
): Promise<Ending> {
  const merchantIds = (await testBooks.merchants(3)).map(({ id }) => id);
  const connections = new FaultyConnections(merchantIds, fault, isOnShard);
  const calls: string[] = [];
  const handTo = (whom: string) => (writes: PendingWrite[]) => {
    for (const write of writes) write.fail(whom);
  };
  const lane = new Lane({
    waitMs: 100,
    insists: false,
    maxBatch: 3,
    maxBooks: 3,
    tryAgainMs: 0,
    stores: [new IdempotencyStore()],
    isOfShard: () => isOnShard,
    connect: () => connections.connect(),
    moved: () => calls.push('moved'),
    notOnShard: handTo('coordinator'),
    afterCommit: () => Promise.resolve(),
    notLocked: handTo('lane of its own'),
    stuck: () => calls.push('stuck'),
    ...given,
  });
  const pending = merchantIds.map((id) => new PendingWrite(id, A_WRITE));
  for (const write of pending) lane.add(write);
  const writes = await Promise.all(pending.map(({ settled }) => settled.catch((reason: unknown) => reason)));
  const isClosed = !connections.opened[0]!.alive;
  await lane.close();
  for (const [place, id] of merchantIds.entries()) {
    const rows = await testBooks.count('idempotency_keys WHERE merchant_id = $1', [id]);
    expect(rows).toBe(writes[place] === 'committed' ? 1 : 0);
  }
  return { writes, commits: connections.commits, isClosed, calls };
}

const A_WRITE: PendingWrite['write'] = {
  reads: [idempotencyRecords.row('key')],
  decide: (book) => {
    book.put(idempotencyRecords, 'key', {
      status: 201,
      contentType: 'text/plain',
      body: '',
      requestHash: new Uint8Array(32),
      expiresAt: book.now.clockTime,
      expiresAtLiveMs: null,
    });
    return 'committed';
  },
};

const always = (error: Error) => () => error;
const once = (error: Error) => (_books: string, commits: number) => (commits === 1 ? error : null);
const poisonedBy = (error: Error) => (books: string) => (books.includes(POISONED) ? error : null);

const committed = ['committed', 'committed', 'committed'];
const eachOf = (reason: unknown): unknown[] => [reason, reason, reason];
const alone = (reason: unknown): unknown[] => ['committed', reason, 'committed'];
const tryLater = (cause: unknown, mayHaveCommitted: boolean): unknown =>
  expect.objectContaining({ code: 'overloaded', mayHaveCommitted, cause });
const TOGETHER = '123';
const ONE_BY_ONE = [TOGETHER, '1', '2', '3'];
const TRIED_TO_THE_END = Array.from({ length: 6 }, () => TOGETHER);

describe('a batch whose shard has moved', () => {
  const moved = new ShardMoved('elsewhere');

  it('is repeated on a new connection, and the move is reported', async () => {
    const ending = await endingOf(once(moved), { isOnShard: true });
    expect(ending).toEqual({ writes: committed, commits: [TOGETHER, TOGETHER], isClosed: true, calls: ['moved'] });
  });

  it('again and again is split, and the write that cannot be committed goes to the coordinator', async () => {
    const { writes, commits } = await endingOf(poisonedBy(moved), { isOnShard: true });
    expect(writes).toEqual(alone('coordinator'));
    expect(commits).toEqual([...TRIED_TO_THE_END, '1', ...TRIED_TO_THE_END.map(() => '2'), '3']);
  });
});

describe('a batch with a write that needs the coordinator', () => {
  it('hands that write to the coordinator alone, and keeps its connection', async () => {
    const ending = await endingOf(poisonedBy(new NotOnShard('only there')), { isOnShard: true });
    expect(ending).toEqual({ writes: alone('coordinator'), commits: ONE_BY_ONE, isClosed: false, calls: [] });
  });
});

describe('a batch with a locked book', () => {
  const locked = databaseError('55P03');

  it('is tried again, in lanes of their own in the end, and keeps its connection', async () => {
    const ending = await endingOf(always(locked));
    expect(ending).toEqual({ writes: eachOf('lane of its own'), commits: [TOGETHER], isClosed: false, calls: [] });
  });

  it('is given up by a lane that waits for that book, with its line and its connection', async () => {
    const ending = await endingOf(always(locked), { insists: true, maxBooks: 1 });
    expect(ending).toEqual({
      writes: eachOf(tryLater(locked, false)),
      commits: ['1'],
      isClosed: true,
      calls: ['stuck'],
    });
  });
});

describe('a batch that has lost a race', () => {
  const races: [string, pg.DatabaseError][] = [
    ['a serialization failure', databaseError('40001')],
    ['a deadlock', databaseError('40P01')],
    ['a table that was changed', databaseError('0A000', 'RevalidateCachedQuery')],
    ['a prepared statement that is gone', databaseError('26000')],
  ];

  it.each(races)('(%s) is repeated as a whole, on the same connection', async (_what, error) => {
    const ending = await endingOf(once(error));
    expect(ending).toEqual({ writes: committed, commits: [TOGETHER, TOGETHER], isClosed: false, calls: [] });
  });

  it.each(races)('(%s) is given up after five repeats', async (_what, error) => {
    const ending = await endingOf(always(error));
    expect(ending).toEqual({
      writes: eachOf(tryLater(error, false)),
      commits: TRIED_TO_THE_END,
      isClosed: false,
      calls: [],
    });
  });
});

describe('a batch with a write that makes it fail', () => {
  it.each(['22003', '23514', 'P0001'])('commits the others; that write gets its error (%s)', async (code) => {
    const error = databaseError(code);
    const ending = await endingOf(poisonedBy(error));
    expect(ending).toEqual({ writes: alone(error), commits: ONE_BY_ONE, isClosed: false, calls: [] });
  });

  it('commits the others on a new connection if a rule was broken', async () => {
    const error = new BrokenInvariant('broken');
    const ending = await endingOf(poisonedBy(error));
    expect(ending).toEqual({ writes: alone(error), commits: ONE_BY_ONE, isClosed: true, calls: [] });
  });

  it('commits the others on a new connection if it is not supported; that write may be tried again', async () => {
    const error = databaseError('0A000');
    const ending = await endingOf(poisonedBy(error));
    expect(ending).toEqual({
      writes: alone(tryLater(error, false)),
      commits: ONE_BY_ONE,
      isClosed: true,
      calls: [],
    });
  });
});

describe('a batch with an unknown outcome', () => {
  it('is not run again, and its connection is closed if the server has not answered', async () => {
    const error = new Error('Connection terminated unexpectedly');
    const ending = await endingOf(always(error));
    expect(ending).toEqual({
      writes: eachOf(tryLater(error, true)),
      commits: [TOGETHER],
      isClosed: true,
      calls: [],
    });
  });

  it.each([
    ['keeps a connection to the coordinator', false],
    ['closes a connection to a node', true],
  ])('%s if the server has answered with an error', async (_what, isOnShard) => {
    const error = databaseError('42501');
    const ending = await endingOf(always(error), { isOnShard });
    expect(ending).toEqual({
      writes: eachOf(tryLater(error, true)),
      commits: [TOGETHER],
      isClosed: isOnShard,
      calls: [],
    });
  });
});
