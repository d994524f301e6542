import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { BrokenInvariant } from '../../shared/assert.js';
import type { Connection } from '../database/connections/connection.js';
import { NotOnShard, ShardMoved } from '../database/connections/not-on-shard.js';
import { Lane, type LaneOptions } from './lane.js';
import { PendingWrite } from './write.js';

/** The last digit of the book whose write makes its batch fail. */
const POISONED = '2';

const bookOf = (digit: string): string => `0198c0de-0000-7000-8000-00000000000${digit}`;

function databaseError(code: string, routine?: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('refused', 0, 'error'), { code, routine });
}

/** A server that grants every lock, and whose COMMIT fails as the test says. */
class Server {
  /** The last digits of the books of each batch that was to be committed. */
  readonly commits: string[] = [];
  readonly connections: { alive: boolean; close(): Promise<void> }[] = [];

  constructor(
    private readonly fails: (books: string, commits: number) => unknown,
    private readonly isOnShard: boolean,
  ) {}

  connect(): Connection {
    let books = '';
    const connection = {
      alive: true,
      isOnShard: this.isOnShard,
      begin: () => [],
      held: <T>(work: () => T): T => work(),
      query: (text: string, [ids]: [string[]?] = []): Promise<object[]> => {
        if (ids !== undefined) books = ids.map((id) => id.at(-1)).join('');
        const rows = text.includes('clock_timestamp')
          ? [{ now_ms: '1', live_ms: '1' }]
          : ids?.map((merchant_id) => ({ merchant_id }));
        return Promise.resolve(rows ?? []);
      },
      assertTakes: () => undefined,
      command: () => Promise.resolve('ROLLBACK'),
      commit: (): Promise<string> => {
        const error = this.fails(books, this.commits.push(books));
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the test says what it is
        return error === null ? Promise.resolve('COMMIT') : Promise.reject(error);
      },
      close: (): Promise<void> => {
        connection.alive = false;
        return Promise.resolve();
      },
    };
    this.connections.push(connection);
    return connection as unknown as Connection;
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

/** Commits writes to three books in one batch, with a server on which it fails. */
async function endingOf(
  fails: (books: string, commits: number) => unknown,
  { isOnShard = false, ...given }: Partial<LaneOptions> & { isOnShard?: boolean } = {},
): Promise<Ending> {
  const server = new Server(fails, isOnShard);
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
    stores: [],
    isOfShard: () => isOnShard,
    connect: () => Promise.resolve(server.connect()),
    moved: () => calls.push('moved'),
    notOnShard: handTo('coordinator'),
    afterCommit: () => Promise.resolve(),
    notLocked: handTo('lane of its own'),
    stuck: () => calls.push('stuck'),
    ...given,
  });
  const writes = ['1', POISONED, '3'].map(
    (digit) => new PendingWrite(bookOf(digit), { reads: [], decide: () => 'committed' }),
  );
  for (const write of writes) lane.add(write);
  const outcomes = writes.map(({ settled }) => settled.catch((reason: unknown) => reason));
  const ended = { writes: await Promise.all(outcomes), isClosed: !server.connections[0]!.alive };
  await lane.close();
  return { ...ended, commits: server.commits, calls };
}

const always = (error: unknown) => () => error;
const once = (error: unknown) => (_books: string, commits: number) => (commits === 1 ? error : null);
const poisonedBy = (error: unknown) => (books: string) => (books.includes(POISONED) ? error : null);

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
