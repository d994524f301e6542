import { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Connection } from '../../src/platform/database/connections/connection.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { type PreparedStatements, StatementGroup } from '../../src/platform/database/statements/statement-group.js';
import { sqlStateOf } from '../../src/platform/database/errors/sql-state.js';
import { PostgresProxy } from '../support/postgres-proxy.js';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres-server.js';
import { SqlSession } from '../support/sql-session.js';
import { until } from '../support/wait-for.js';

/** Counts how often it is written to. */
class CountedSocket extends Socket {
  writes = 0;

  override _write(...args: Parameters<Socket['_write']>): void {
    this.writes++;
    super._write(...args);
  }

  override _writev(...args: Parameters<NonNullable<Socket['_writev']>>): void {
    this.writes++;
    super._writev!(...args);
  }
}

let database: TestDatabase;
let socket: CountedSocket;
let client: pg.Client;
let prepared: PreparedStatements;
/** How often the server has said that it is ready for the next group. */
let ready: number;

beforeAll(async () => {
  database = await createMigratedDatabase();
});

afterAll(() => database.drop());

beforeEach(async () => {
  await connectTo(database.superuserUrl);
});

afterEach(() => client.end());

async function connectTo(connectionString: string, options: pg.ClientConfig = {}): Promise<void> {
  socket = new CountedSocket();
  client = new pg.Client({ connectionString, pipeline: true, stream: () => socket, ...options });
  client.on('error', () => undefined);
  await client.connect();
  prepared = new Map();
  ready = 0;
  client.connection.on('readyForQuery', () => ready++);
}

type Text = [text: string, ...values: unknown[]];

/** Sends the statements together; each is named after the beginning of its text. */
function send(...statements: Text[]): Promise<unknown[]>[] {
  return sendNamed((text) => text.slice(0, 60), ...statements);
}

function sendNamed(nameOf: (text: string) => string, ...statements: Text[]): Promise<unknown[]>[] {
  const group = new StatementGroup(prepared);
  const answers = statements.map(([text, ...values]) => group.add(nameOf(text), text, values));
  client.query(group);
  return answers;
}

/** For each statement its rows, or the SQLSTATE or message of its error. */
async function outcomesOf(answers: Promise<unknown[]>[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(answers);
  return settled.map((result) =>
    result.status === 'fulfilled' ? result.value : (sqlStateOf(result.reason) ?? (result.reason as Error).message),
  );
}

/** A lock that a statement of the group waits for: `SELECT pg_advisory_xact_lock(7)`. */
async function lockHeld(): Promise<SqlSession> {
  const holder = await SqlSession.at(database.superuserUrl);
  await holder.query('SELECT pg_advisory_lock(7)');
  return holder;
}

const LOCK = 'SELECT pg_advisory_xact_lock(7)';

async function groupWaits(holder: SqlSession): Promise<void> {
  const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await until('the group waits', async () => (await holder.query(waits)).length === 1);
}

describe('statements of one group', () => {
  it('are answered each with its own rows, and the server ends them once', async () => {
    const answers = send(['SELECT 1 AS one'], ['SELECT $1::text AS word', 'hold'], ['SELECT WHERE false'], ['BEGIN']);
    expect(await Promise.all(answers)).toEqual([[{ one: 1 }], [{ word: 'hold' }], [], []]);
    await Promise.all(send(['COMMIT']));
    expect(ready).toBe(2);
  });

  it('read values as the driver does, the first time and when they are prepared', async () => {
    const types = `SELECT 9007199254740993::bigint AS paise, now() AS at, '\\x00ff'::bytea AS hash, NULL::text AS none,
      '{"a":1}'::jsonb AS data, true AS yes`;
    const row = {
      ...{ paise: '9007199254740993', at: expect.any(Date), hash: Buffer.from([0, 255]), none: null },
      ...{ data: { a: 1 }, yes: true },
    };
    for (let round = 0; round < 2; round++) expect(await send([types])[0]).toEqual([row]);
  });

  it('are written to the socket once', async () => {
    const before = socket.writes;
    await Promise.all(send(['SELECT 1 AS n'], ['SELECT $1::text AS word', 'hold']));
    expect(socket.writes - before).toBe(1);
  });

  it('are answered when the server has committed: what fails there fails them all', async () => {
    await client.query('CREATE TABLE serial (n integer UNIQUE DEFERRABLE INITIALLY DEFERRED)');
    const twice = 'INSERT INTO serial VALUES (1), (1)';
    expect(await outcomesOf(send([twice]))).toEqual(['23505']);
    expect(await outcomesOf(send(['SELECT 1 AS n'], [twice]))).toEqual(['23505', '23505']);
    expect((await client.query('SELECT FROM serial')).rows).toEqual([]);
  });

  it('may be empty', async () => {
    expect(await Promise.all(send(['SELECT 1 AS n'], [''], ['SELECT 2 AS n']))).toEqual([[{ n: 1 }], [], [{ n: 2 }]]);
  });

  it('are prepared anew each time where they have no name, as behind a pooler', async () => {
    for (let round = 0; round < 2; round++) {
      const answers = sendNamed(() => '', ['SELECT $1::int AS n', 1], ["SELECT 'a' AS word"], ['SELECT 2 AS n']);
      expect(await Promise.all(answers)).toEqual([[{ n: 1 }], [{ word: 'a' }], [{ n: 2 }]]);
    }
    expect(await outcomesOf(sendNamed(() => '', ['SELECT 1 / 0'], ['SELECT 2 AS n']))).toEqual(['22012', '25P02']);
    expect(await outcomesOf(sendNamed(() => '', ['SELECT 2 AS n']))).toEqual([[{ n: 2 }]]);
    expect(prepared.size).toBe(0);
  });

  it.each<[string, string, Text]>([
    ['cannot be run', '22012', ['SELECT 1 / $1::int AS quotient', 0]],
    ['is no statement', '42601', ['SELEC 1']],
    ['has a value that does not fit', '22P02', ['SELECT $1::int AS n', 'one']],
  ])('are undone with one that %s (%s), and run again with the next group', async (_what, code, broken) => {
    await client.query('CREATE TEMPORARY TABLE note (n integer)');
    const write = 'INSERT INTO note VALUES (1)';
    expect(await outcomesOf(send([write], broken, ['SELECT 2 AS n']))).toEqual(['25P02', code, '25P02']);
    expect((await client.query('SELECT FROM note')).rows).toEqual([]);
    expect(await outcomesOf(send([write], ['SELECT 2 AS n']))).toEqual([[], [{ n: 2 }]]);
  });

  it('are run again with the next group when one has failed that was prepared', async () => {
    const divide = 'SELECT 1 / $1::int AS quotient';
    expect(await outcomesOf(send([divide, 1]))).toEqual([[{ quotient: 1 }]]);
    expect(await outcomesOf(send([divide, 0]))).toEqual(['22012']);
    expect(await Promise.all(send([divide, 1], ['SELECT 2 AS n']))).toEqual([[{ quotient: 1 }], [{ n: 2 }]]);
  });

  it('read behind a lock what its holder has committed', async () => {
    const holder = await SqlSession.at(database.superuserUrl);
    await holder.query('CREATE TABLE purse (id integer PRIMARY KEY, paise integer)');
    await holder.query('INSERT INTO purse VALUES (1, 100)');
    await holder.query('BEGIN');
    await holder.query('UPDATE purse SET paise = 0');
    const [, , read] = send(
      ['BEGIN ISOLATION LEVEL READ COMMITTED'],
      ['SELECT id FROM purse WHERE id = 1 FOR UPDATE'],
      ['SELECT paise FROM purse'],
    );
    await groupWaits(holder);
    await holder.query('COMMIT');
    expect(await read).toEqual([{ paise: 0 }]);
    await holder.close();
  });

  it('are all prepared anew once a table has changed', async () => {
    await client.query('CREATE TABLE coin (id integer, face text)');
    await client.query("INSERT INTO coin VALUES (1, 'lion')");
    const [one, all] = ['SELECT face FROM coin WHERE id = 1', 'SELECT id, face FROM coin'];
    const lion = [[{ face: 'lion' }], [{ id: 1, face: 'lion' }]];
    expect(await outcomesOf(send([one], [all]))).toEqual(lion);
    await client.query('ALTER TABLE coin ALTER COLUMN face TYPE varchar(20)');
    expect(await outcomesOf(send([one], [all]))).toEqual(['0A000', '25P02']);
    expect(await outcomesOf(send([one], [all]))).toEqual(lion);
  });

  it('are all prepared anew once the server has forgotten one', async () => {
    const texts: Text[] = [['SELECT 1 AS n'], ['SELECT 2 AS n']];
    expect(await outcomesOf(send(...texts))).toEqual([[{ n: 1 }], [{ n: 2 }]]);
    await client.query('DEALLOCATE ALL');
    expect(await outcomesOf(send(...texts))).toEqual(['26000', '25P02']);
    expect(await outcomesOf(send(...texts))).toEqual([[{ n: 1 }], [{ n: 2 }]]);
  });

  it('never wait for rows that nobody sends', async () => {
    await client.query('CREATE TABLE heap (n integer)');
    const copy = 'COPY heap FROM STDIN';
    expect(await outcomesOf(send(['SELECT 1 AS n'], [copy]))).toEqual(['25P02', expect.stringContaining('to copy')]);
  });

  it.each([
    ['is kept back', (group: StatementGroup) => group.handlePortalSuspended(), 'has kept back rows'],
    ['is missing', () => undefined, 'without an answer to this statement'],
  ])('are rejected when an answer %s', async (_what, happens, why) => {
    const group = new StatementGroup(prepared);
    const answer = group.add('', 'SELECT 1', []);
    happens(group);
    group.handleReadyForQuery();
    expect(await outcomesOf([answer])).toEqual([expect.stringContaining(why)]);
  });

  it('are given out without those that cannot be read', async () => {
    const answers = send(['SELECT 1 AS n'], [`SELECT '{"a":1}'::jsonb AS data`]);
    const { JSONB } = pg.types.builtins;
    const parse = pg.types.getTypeParser(JSONB, 'text');
    pg.types.setTypeParser(JSONB, () => {
      throw new Error('unreadable');
    });
    try {
      expect(await outcomesOf(answers)).toEqual([[{ n: 1 }], 'unreadable']);
    } finally {
      pg.types.setTypeParser(JSONB, parse);
    }
  });
});

describe('statements of one group on a connection that is lost', () => {
  it('fail together when the server ends it', async () => {
    const answers = send(['SELECT 1 AS n'], ['SELECT pg_terminate_backend(pg_backend_pid())'], ['SELECT 2 AS n']);
    expect(await outcomesOf(answers)).toEqual(['25P02', '57P01', '25P02']);
  });

  it('fail together when it is cut: the cause is with the first that is not answered', async () => {
    const holder = await lockHeld();
    const proxy = await PostgresProxy.to(database.superuserUrl);
    await client.end();
    await connectTo(proxy.url);
    const answers = [...send(['SELECT 1 AS n'], [LOCK], ['SELECT 2 AS n']), ...send(['SELECT 3 AS n'])];
    await groupWaits(holder);
    proxy.cutAll();
    const cut = expect.stringMatching(/terminated unexpectedly|ECONNRESET/);
    expect(await outcomesOf(answers)).toEqual([cut, '25P02', '25P02', cut]);
    await holder.close();
    await proxy.close();
  });

  it('fail together when the server falls silent', async () => {
    const holder = await lockHeld();
    await client.end();
    await connectTo(database.superuserUrl, { query_timeout: 200 });
    const answers = send(['SELECT 1 AS n'], [LOCK], ['SELECT 2 AS n']);
    expect(await outcomesOf(answers)).toEqual(['Query read timeout', '25P02', '25P02']);
    await holder.close();
  });
});

describe('a connection', () => {
  const onConnection = async (work: (connection: Connection) => Promise<void>): Promise<void> => {
    const service = new Database(database.appUrl, 1);
    const connection = await service.connect({ pipeline: true });
    try {
      await work(connection);
    } finally {
      await connection.close();
      await service.close();
    }
  };

  it('sends the others where a value cannot be encoded, which fails its own statement', () =>
    onConnection(async (connection) => {
      const answers = await connection.held(() => [
        connection.query('SELECT 1 AS n'),
        connection.query('SELECT $1::jsonb AS data', [{ paise: 1n }]),
        connection.query('SELECT 2 AS n'),
      ]);
      expect(await outcomesOf(answers)).toEqual([[{ n: 1 }], expect.stringContaining('BigInt'), [{ n: 2 }]]);
    }));

  it('is let go of when something breaks while it is held', () =>
    onConnection(async (connection) => {
      let started: Promise<unknown[]>;
      const held = connection.held(() => {
        started = connection.query('SELECT 1 AS n');
        throw new TypeError('x is undefined');
      });
      await expect(held).rejects.toThrow('x is undefined');
      expect(await outcomesOf([started!, connection.query('SELECT 2 AS n')])).toEqual([[{ n: 1 }], [{ n: 2 }]]);
    }));
});
