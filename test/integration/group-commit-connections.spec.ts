import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/connections/database.js';
import { Overloaded } from '../../src/platform/group-commit/overloaded.js';
import {
  openTestBooks,
  millisecondsOf,
  payoutsOf,
  refusalsOf,
  RUPEE,
  statusesOf,
  times,
  testBooks,
} from '../support/group-commit.js';
import { type Fate, PostgresProxy } from '../support/postgres-proxy.js';
import { startOwnServer } from '../support/postgres-server.js';
import { until } from '../support/wait-for.js';
import { CommitGate, TestBooks } from '../support/write-path.js';
import type { PayoutAnswer, WriteProcess } from '../support/write-process.js';

openTestBooks();

describe('a connection that is lost', () => {
  let proxy: PostgresProxy;
  let service: WriteProcess;

  beforeEach(async () => {
    proxy = await PostgresProxy.to(testBooks.appUrl);
    service = testBooks.process({ through: proxy });
  });

  afterEach(async () => {
    proxy.commit = 'passes';
    proxy.refusing = false;
    await service.close();
    await proxy.close();
  });

  it.each<[Fate, number, number]>([
    ['is lost before the server receives it', 0, 201],
    ['is lost before the client receives the answer', 20, 200],
  ])('when COMMIT %s: all are asked to repeat, nothing runs twice', async (fate, committed, statusOfRepeat) => {
    const merchants = await testBooks.merchants(4, 100n * RUPEE);
    const keys = times(20, () => randomUUID());
    const payAll = (): Promise<PayoutAnswer>[] =>
      keys.map((key, i) => service.payOut(merchants[i % 4]!, RUPEE, { key }));
    const all = merchants.map(({ id }) => id);

    proxy.commit = fate;
    const results = await Promise.allSettled(payAll());
    expect(refusalsOf(results)).toEqual(times(20, () => expect.any(Overloaded)));
    expect(refusalsOf(results)).toMatchObject(times(20, () => ({ mayHaveCommitted: true })));
    expect(proxy.cuts).toBe(1);
    expect(service.decisions).toBe(20);
    expect(await testBooks.count('payouts WHERE merchant_id = ANY($1::uuid[])', [all])).toBe(committed);

    proxy.commit = 'passes';
    expect(statusesOf(await Promise.all(payAll()))).toEqual(times(20, () => statusOfRepeat));
    expect(await testBooks.count('payouts WHERE merchant_id = ANY($1::uuid[])', [all])).toBe(20);
  });

  it('while the server still works on a batch: all are asked to repeat, and repeating has one effect', async () => {
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    const gate = await CommitGate.closed(testBooks);
    const results = Promise.allSettled<unknown>([
      ...times(10, (i) => service.payOut(merchant, RUPEE, { key: `cut ${i}` })),
      service.writeExtra(merchant, gate.statements),
    ]);
    await gate.reached();
    proxy.cutAll();
    const refusals = refusalsOf(await results);
    expect(refusals).toEqual(times(11, () => expect.any(Overloaded)));
    const cause = { message: expect.stringMatching(/terminated unexpectedly|ECONNRESET/) };
    expect(refusals).toMatchObject(times(11, () => ({ mayHaveCommitted: true, cause })));
    // The server has received the COMMIT already, and has not noticed that the client is gone.
    const again = times(10, (i) => service.payOut(merchant, RUPEE, { key: `cut ${i}` }));
    await testBooks.isLockedFor(service, 2);
    await gate.open();
    expect(statusesOf(await Promise.all(again))).toEqual(times(10, () => 200));
    expect(await payoutsOf(testBooks, merchant)).toBe(10);
  });

  it('while nothing is written costs nothing: the next write takes a new one', async () => {
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    await service.payOut(merchant, RUPEE);
    proxy.cutAll();
    await until('the connection is known to be gone', () => !service.database.connections[0]!.alive);
    expect((await service.payOut(merchant, RUPEE)).status).toBe(201);
    expect(service.database.connections).toHaveLength(2);
  });

  it('by the decision of an administrator is replaced', async () => {
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    const gate = await CommitGate.closed(testBooks);
    const results = Promise.allSettled<unknown>([
      service.payOut(merchant, RUPEE, { key: 'terminated' }),
      service.writeExtra(merchant, gate.statements),
    ]);
    await gate.reached();
    await testBooks.superuser.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
      [service.name],
    );
    expect(refusalsOf(await results)).toEqual([expect.any(Overloaded), expect.any(Overloaded)]);
    await gate.open();
    expect((await service.payOut(merchant, RUPEE, { key: 'terminated' })).status).toBe(201);
    expect(await payoutsOf(testBooks, merchant)).toBe(1);
  });

  it('for as long as the server is unreachable: each write is refused at once, and the first one after it succeeds', async () => {
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    await service.payOut(merchant, RUPEE);
    proxy.refusing = true;
    proxy.cutAll();
    for (let i = 0; i < 5; i++) {
      const write = service.payOut(merchant, RUPEE, { key: 'away' });
      expect(await millisecondsOf(expect(write).rejects.toThrow(Overloaded))).toBeLessThan(3_000);
    }
    proxy.refusing = false;
    expect((await service.payOut(merchant, RUPEE, { key: 'away' })).status).toBe(201);
    expect(await payoutsOf(testBooks, merchant)).toBe(2);
  });

  it('silently, as behind a dead router, is given up: all are asked to repeat, and the lane goes on', async () => {
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    await service.payOut(merchant, RUPEE);
    proxy.silent = true;
    const write = service.payOut(merchant, RUPEE, { key: 'silent' });
    const limit = new Promise((resolve) => setTimeout(resolve, 22_000, 'nothing was heard'));
    const outcome = await Promise.race([write.catch((error: unknown) => error), limit]);
    proxy.silent = false;
    proxy.cutAll();
    await write.catch(() => undefined);
    expect(outcome).toBeInstanceOf(Overloaded);
    expect((await service.payOut(merchant, RUPEE, { key: 'silent' })).status).toBeLessThan(300);
    expect(await payoutsOf(testBooks, merchant)).toBe(2);
  });

  it('while books are waited for takes no place from the books that are waited for later', async () => {
    const held = await testBooks.merchants(6, 100n * RUPEE);
    const holder = await testBooks.sqlSession();
    await holder.lock(...held);
    const gate = await CommitGate.closed(testBooks);
    const other = await testBooks.aMerchant(100n * RUPEE);
    for (const merchant of held) {
      // A batch on an intact connection finds the book locked; the extra connection that would wait for it is refused.
      proxy.refusing = false;
      await service.payOut(other, RUPEE);
      proxy.refusing = true;
      await expect(service.payOut(merchant, RUPEE)).rejects.toThrow(Overloaded);
    }
    proxy.refusing = false;
    await gate.open();
    const waiting = service.payOut(held[0]!, RUPEE);
    await testBooks.isLockedFor(service);
    await holder.rollback();
    expect((await waiting).status).toBe(201);
  });
});

describe('a connection of the write path', () => {
  it('makes one plan of each statement, where PostgreSQL would make one each time for a batch of a single book', async () => {
    const database = new Database(testBooks.appUrl, 1);
    const connection = await database.connect({ pipeline: true });
    try {
      const lock = 'SELECT merchant_id FROM books WHERE merchant_id = ANY($1::uuid[])';
      for (let round = 0; round < 8; round++) await connection.query(lock, [[randomUUID()]]);
      const plans = `SELECT generic_plans::int, custom_plans::int FROM pg_prepared_statements WHERE statement = $1`;
      expect(await connection.query(plans, [lock])).toEqual([{ generic_plans: 8, custom_plans: 0 }]);
    } finally {
      await connection.close();
      await database.close();
    }
  });
});

describe('a server that dies and is started again', () => {
  it('has what was answered, and serves the same lanes', async () => {
    const server = await startOwnServer();
    const database = await server.createDatabase();
    const proxy = await PostgresProxy.to(database.appUrl);
    const own = await TestBooks.open(database);
    try {
      const service = own.process({ through: proxy, lanes: 2 });
      const merchants = await own.merchants(8, 100n * RUPEE);
      const pay = (i: number): Promise<PayoutAnswer> =>
        service.payOut(merchants[i % 8]!, RUPEE, { key: `restart ${i}` });
      await Promise.all(times(8, pay));
      await server.kill();
      expect(refusalsOf(await Promise.allSettled(times(16, pay)))).toEqual(times(16, () => expect.any(Overloaded)));
      await server.restart();
      const { port } = new URL((await server.urls()).appUrl);
      proxy.leadTo(Object.assign(new URL(database.appUrl), { port }).href);
      expect(statusesOf(await Promise.all(times(16, pay)))).toEqual([...times(8, () => 200), ...times(8, () => 201)]);
      expect(await service.database.query('SELECT count(*)::integer AS payouts FROM payouts')).toEqual([
        { payouts: 16 },
      ]);
    } finally {
      // The database goes with its server, which may have another port by now.
      await own.disconnect();
      await proxy.close();
      await server.stop();
    }
  });
});
