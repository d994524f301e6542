import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type PreparedStatements, StatementGroup } from '../../src/platform/database/statement-group.js';
import { sqlStateOf } from '../../src/platform/database/sql-state.js';
import { createMigratedDatabase, type TestDatabase } from '../support/postgres-server.js';
import { SqlSession } from '../support/sql-session.js';
import { until } from '../support/wait-for.js';

let database: TestDatabase;
let client: pg.Client;
let prepared: PreparedStatements;
/** How often the server has said that it is ready for the next group. */
let ready: number;

beforeAll(async () => {
  database = await createMigratedDatabase();
});

afterAll(() => database.drop());

beforeEach(async () => {
  client = new pg.Client({ connectionString: database.superuserUrl, pipeline: true });
  await client.connect();
  prepared = new Map();
  ready = 0;
  client.connection.on('readyForQuery', () => ready++);
});

afterEach(() => client.end());

/** Sends the statements together; the name of each is how its text begins. */
function send(...statements: [text: string, ...values: unknown[]][]): Promise<unknown[]>[] {
  const group = new StatementGroup(prepared);
  const answers = statements.map(([text, ...values]) => group.add(text.slice(0, 60), text, values));
  client.query(group);
  return answers;
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

  it('are passed by behind one that fails, and run again with the next group', async () => {
    const divide = 'SELECT 1 / $1::int AS quotient';
    const answers = send(['SELECT 1 AS n'], [divide, 0], ['SELECT 2 AS n']);
    const settled = await Promise.allSettled(answers);
    expect(settled[0]).toMatchObject({ value: [{ n: 1 }] });
    expect(settled.slice(1).map((result) => result.status === 'rejected' && sqlStateOf(result.reason))).toEqual([
      '22012',
      '25P02',
    ]);
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
    const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await until('the group waits for the row', async () => (await holder.query(waits)).length === 1);
    await holder.query('COMMIT');
    expect(await read).toEqual([{ paise: 0 }]);
    await holder.close();
  });

  it('fail together when the connection is lost', async () => {
    const answers = send(['SELECT 1 AS n'], ['SELECT pg_terminate_backend(pg_backend_pid())'], ['SELECT 2 AS n']);
    client.on('error', () => undefined);
    const states = (await Promise.allSettled(answers)).map(({ status }) => status);
    expect(states.slice(1)).toEqual(['rejected', 'rejected']);
  });
});
