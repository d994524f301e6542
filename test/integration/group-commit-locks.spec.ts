import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Overloaded } from '../../src/platform/group-commit/overloaded.js';
import { BookNotFound } from '../../src/platform/group-commit/write.js';
import { nextId } from '../../src/shared/ids.js';
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
import { until } from '../support/wait-for.js';
import { CommitGate, together } from '../support/write-path.js';
import type { TestMerchant } from '../support/write-process.js';

openTestBooks();

describe('a book that somebody else holds', () => {
  it('stalls only its own merchant, who is served when it is free again', async () => {
    const service = testBooks.process();
    const [held, ...others] = (await testBooks.merchants(11, 100n * RUPEE)) as [TestMerchant, ...TestMerchant[]];
    const holder = await testBooks.sqlSession();
    await holder.lock(held);
    let served = 0;
    const waiting = times(20, () => service.payOut(held, RUPEE).finally(() => served++));
    const latencies: number[] = [];
    // Longer than it takes to find out that the book is locked, and to wait for it alone.
    for (const begun = performance.now(); performance.now() - begun < 1_000;) {
      const writes = others.map((merchant) => millisecondsOf(service.payOut(merchant, RUPEE)));
      latencies.push(...(await Promise.all(writes)));
    }
    expect(served).toBe(0);
    // The locked book is waited for for three seconds.
    expect(Math.max(...latencies)).toBeLessThan(2_500);
    await holder.rollback();
    expect(statusesOf(await Promise.all(waiting))).toEqual(times(20, () => 201));
  });

  it('for a moment is waited for by the whole batch, which stays one', async () => {
    const service = testBooks.process({ waitMs: 60_000 });
    const merchants = await testBooks.merchants(20, 100n * RUPEE);
    const holder = await testBooks.sqlSession();
    await holder.lock(merchants[11]!);
    const answers = Promise.all(merchants.map((merchant) => service.payOut(merchant, RUPEE)));
    await testBooks.isLockedFor(service);
    await holder.rollback();
    expect(statusesOf(await answers)).toEqual(times(20, () => 201));
    const transactions = await testBooks.superuser.query(
      'SELECT DISTINCT xmin::text FROM payouts WHERE merchant_id = ANY($1)',
      [merchants.map(({ id }) => id)],
    );
    expect(transactions).toHaveLength(1);
  });

  it('is waited for some seconds; then its writes are asked to repeat, and repeating has one effect', async () => {
    const service = testBooks.process();
    const held = await testBooks.aMerchant(100n * RUPEE);
    const holder = await testBooks.sqlSession();
    await holder.lock(held);
    const keys = times(5, () => randomUUID());
    const begun = performance.now();
    const results = await Promise.allSettled(keys.map((key) => service.payOut(held, RUPEE, { key })));
    const waited = performance.now() - begun;
    expect(refusalsOf(results)).toEqual(times(5, () => expect.any(Overloaded)));
    expect(waited).toBeGreaterThan(1_000);
    expect(waited).toBeLessThan(10_000);
    await holder.rollback();
    expect(statusesOf(await Promise.all(keys.map((key) => service.payOut(held, RUPEE, { key }))))).toEqual(
      times(5, () => 201),
    );
    expect(await payoutsOf(testBooks, held)).toBe(5);
  });

  it('is waited for by one write at a time once it is known to be held; the others are refused at once', async () => {
    const service = testBooks.process();
    const held = await testBooks.aMerchant(100n * RUPEE);
    const holder = await testBooks.sqlSession();
    await holder.lock(held);
    const first = service.payOut(held, RUPEE);
    await testBooks.isLockedFor(service);
    const behind = times(300, () => service.payOut(held, RUPEE));
    // Requests that queued after the first do not each wait for a time-out of their own.
    expect(await millisecondsOf(Promise.allSettled([first, ...behind]))).toBeLessThan(5_000);
    await expect(first).rejects.toThrow(Overloaded);
    expect(refusalsOf(await Promise.allSettled(behind))).toHaveLength(300);

    const oneWhoFindsOut = service.payOut(held, RUPEE);
    await testBooks.isLockedFor(service);
    const others = Promise.allSettled(times(300, () => service.payOut(held, RUPEE)));
    // They are answered while the first one still waits: none of them has waited for the lock itself.
    const answered = await Promise.race([
      oneWhoFindsOut.then(
        () => 'the one',
        () => 'the one',
      ),
      others.then(() => 'the others'),
    ]);
    expect(answered).toBe('the others');
    expect(refusalsOf(await others)).toEqual(times(300, () => expect.any(Overloaded)));
    await holder.rollback();
    expect(await oneWhoFindsOut).toMatchObject({ status: 201 });
    expect(statusesOf(await Promise.all(times(20, () => service.payOut(held, RUPEE))))).toEqual(times(20, () => 201));
    expect(await payoutsOf(testBooks, held)).toBe(21);
  });

  it('is one of eight: nobody else is stalled, and all eight are answered', async () => {
    const service = testBooks.process();
    const held = await testBooks.merchants(8, 100n * RUPEE);
    const others = await testBooks.merchants(8, 100n * RUPEE);
    const holder = await testBooks.sqlSession();
    await holder.lock(...held);
    const waiting = Promise.allSettled(held.map((merchant) => service.payOut(merchant, RUPEE)));
    const latencies: number[] = [];
    for (let round = 0; round < 20; round++) {
      const writes = others.map((merchant) => millisecondsOf(service.payOut(merchant, RUPEE)));
      latencies.push(...(await Promise.all(writes)));
    }
    expect(Math.max(...latencies)).toBeLessThan(2_500);
    // Few books are waited for at a time; otherwise every connection of the server would soon be waiting.
    expect(await testBooks.waitingFor(service)).toBeLessThanOrEqual(4);
    const refusals = refusalsOf(await waiting);
    expect(refusals).toEqual(times(8, () => expect.any(Overloaded)));
    expect(refusals).toMatchObject(times(8, () => ({ mayHaveCommitted: false })));
    await holder.rollback();
    const after = await Promise.all(held.map((merchant) => service.payOut(merchant, RUPEE)));
    expect(statusesOf(after)).toEqual(times(8, () => 201));
  });

  it('for a moment is not kept waiting by four that somebody holds for long', async () => {
    const service = testBooks.process();
    const [brief, ...held] = (await testBooks.merchants(5, 1_000n * RUPEE)) as [TestMerchant, ...TestMerchant[]];
    const [holder, passerBy] = [await testBooks.sqlSession(), await testBooks.sqlSession()];
    await holder.lock(...held);
    await passerBy.lock(brief);
    // Clients of the locked books repeat as they are told to, and other requests come in between.
    let stopped = false;
    const impatient = held.flatMap((merchant) =>
      times(3, async (i) => {
        await new Promise((resolve) => setTimeout(resolve, i * 1_000));
        while (!stopped) {
          await service.payOut(merchant, RUPEE).catch(() => undefined);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }),
    );
    await testBooks.isLockedFor(service, 4);
    const write = service.payOut(brief, RUPEE);
    await service.payOut(await testBooks.aMerchant(RUPEE), RUPEE);
    await passerBy.rollback();
    // Three time-outs would be long enough.
    const answer = await Promise.race([write, new Promise((resolve) => setTimeout(resolve, 10_000, 'kept waiting'))]);
    stopped = true;
    await holder.rollback();
    await Promise.all(impatient);
    await write;
    expect(answer).toMatchObject({ status: 201 });
  });

  it('is not the one that does not exist', async () => {
    const service = testBooks.process();
    const merchant = await testBooks.aMerchant(100n * RUPEE);
    const nobody = { id: nextId(Date.now()), bankAccountId: nextId(Date.now()) };
    const results = await together(testBooks, service, () => [
      service.payOut(merchant, RUPEE),
      service.payOut(nobody, RUPEE),
      service.payOut(merchant, RUPEE),
    ]);
    expect(refusalsOf(results)).toEqual([expect.any(BookNotFound)]);
    expect(await payoutsOf(testBooks, merchant)).toBe(2);
    // Nothing waited for it on a separate connection.
    expect(service.database.connections).toHaveLength(1);
  });
});

describe('the waiting line', () => {
  it('refuses at once what comes beyond 5,000 and serves the rest', async () => {
    const service = testBooks.process();
    const [merchant, another] = (await testBooks.merchants(2, RUPEE)) as [TestMerchant, TestMerchant];
    const gate = await CommitGate.closed(testBooks);
    const first = service.writeExtra(another, gate.statements);
    await gate.reached();
    let answered = 0;
    const read = { reads: [], decide: () => (answered++, 'served') };
    const line = times(4_999, () => service.books.write(merchant.id, read));
    await expect(service.books.write(another.id, read)).rejects.toThrow(Overloaded);
    expect(answered).toBe(0);
    await gate.open();
    await first;
    expect(new Set(await Promise.all(line))).toEqual(new Set(['served']));
    expect(answered).toBe(4_999);
    expect(await service.books.write(another.id, read)).toBe('served');
  });

  it('of one lane does not wait for the other', async () => {
    const service = testBooks.process({ lanes: 2 });
    const merchants = await testBooks.merchants(40, 100n * RUPEE);
    const gate = await CommitGate.closed(testBooks);
    const first = service.writeExtra(await testBooks.aMerchant(), gate.statements);
    await gate.reached();
    let served = 0;
    const writes = merchants.map((merchant) => service.payOut(merchant, RUPEE).finally(() => served++));
    // All forty merchants are in one lane once in 10^12 runs.
    await until('the other lane has served its merchants', () => served > 0);
    const [beside] = await testBooks.superuser.query<{ commits: number }>(
      'SELECT count(DISTINCT xmin::text)::integer AS commits FROM payouts WHERE merchant_id = ANY($1::uuid[])',
      [merchants.map(({ id }) => id)],
    );
    expect(beside).toEqual({ commits: 1 });
    expect(served).toBeLessThan(40);
    await gate.open();
    await first;
    expect(statusesOf(await Promise.all(writes))).toEqual(times(40, () => 201));
  });

  it('is committed to its end when the service closes, and takes no more', async () => {
    const service = testBooks.process({ lanes: 2 });
    const merchants = await testBooks.merchants(5, 100n * RUPEE);
    const held = await testBooks.aMerchant(100n * RUPEE);
    const holder = await testBooks.sqlSession();
    await holder.lock(held);
    const gate = await CommitGate.closed(testBooks);
    const first = service.writeExtra(merchants[0]!, gate.statements);
    await gate.reached();
    const line = [...times(50, (i) => service.payOut(merchants[i % 5]!, RUPEE)), service.payOut(held, RUPEE)];
    let closed = false;
    const closing = service.close().then(() => (closed = true));
    await expect(service.payOut(merchants[0]!, RUPEE)).rejects.toThrow(Overloaded);
    await gate.open();
    await first;
    await testBooks.isLockedFor(service);
    const open = (): number => service.database.connections.filter(({ alive }) => alive).length;
    await until(
      'only the book that is held is waited for',
      async () => open() === 1 && (await testBooks.waitingFor(service)) === 1,
    );
    expect(closed).toBe(false);
    await holder.rollback();
    expect(statusesOf(await Promise.all(line))).toEqual(times(51, () => 201));
    await closing;
    await until('its connections are gone', () => service.database.connections.every(({ alive }) => !alive));
  });
});
