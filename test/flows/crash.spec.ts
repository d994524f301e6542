import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Bahi } from '../support/bahi.js';
import type { LocalService } from '../support/local-service.js';
import type { Merchant } from '../support/merchant.js';
import { until } from '../support/wait-for.js';
import type { SqlSession } from '../support/sql-session.js';

/** A call to the bank may take one second: long enough to be killed in. */
const ENVIRONMENT = { PROCESSING_TIMEOUT_SECONDS: '3' };

/** If a job dies with its worker, another takes it over within fifteen seconds; and processes share two cores. */
const WITHIN_MS = 60_000;

/**
 * Each test kills its own process, on its own database, at a step where the test stops it with a lock. They run
 * concurrently, because most of the time they wait for leases.
 */
const killedAt = (step: string, crash: (bahi: Bahi) => Promise<void>): void =>
  it.concurrent(
    step,
    async () => {
      const bahi = await Bahi.open({ environment: ENVIRONMENT });
      try {
        await crash(bahi);
        expect(await bahi.bank.paidTwice()).toEqual([]);
        expect(await bahi.findings()).toEqual([]);
        expect(await bahi.count('payouts WHERE next_attempt_at IS NOT NULL')).toBe(0);
        expect(await bahi.count('payouts')).toBeGreaterThan(0);
      } finally {
        await bahi.close();
      }
    },
    2 * WITHIN_MS,
  );

/** A session that locks a table until it rolls back. */
async function holdTable(bahi: Bahi, table: string, mode: string): Promise<SqlSession> {
  const session = await bahi.sqlSession();
  await session.query('BEGIN');
  await session.query(`LOCK TABLE ${table} IN ${mode} MODE`);
  return session;
}

/** Inquiries pass, submissions wait. */
const holdSubmissions = (bahi: Bahi): Promise<SqlSession> => holdTable(bahi, 'bank_simulator.transfers', 'EXCLUSIVE');

/** A merchant whose requests go to a process that will be killed. */
async function aMerchantOf(bahi: Bahi, entryPoint: 'start' | 'api', accounts = ['0001']) {
  const acme = await bahi.aMerchant({ rupees: 100, accounts });
  const process = await bahi.process(entryPoint);
  return { acme, process, there: acme.at(process) };
}

/**
 * The next service knows only what the database and the bank know. So it need not be a separate process, which would
 * cost most of this file's time.
 */
const restart = (bahi: Bahi): Promise<LocalService> => bahi.serve({ worker: true });

const statusOf = async (merchant: Merchant, id: string): Promise<string> => (await merchant.payout(id)).status;

describe('a process that is killed', () => {
  killedAt('before a payout is committed leaves nothing, and the same key makes it once', async (bahi) => {
    const { acme, process, there } = await aMerchantOf(bahi, 'start');
    const key = randomUUID();
    const psql = await bahi.sqlSession();
    await psql.lock(acme);
    const request = there.payOut(60, { key }).then(
      () => 'answered',
      () => 'cut off',
    );
    await bahi.waitingFor('books');

    await bahi.kill(process);
    await psql.rollback();

    expect(await request).toBe('cut off');
    expect(await acme.balance()).toEqual({ available: 100, held: 0 });
    const again = acme.at(await bahi.process('start'));
    const { status, body } = await again.payOut(60, { key });
    expect(status).toBe(201);
    expect((await again.payOut(60, { key })).status).toBe(200);
    await acme.until(body.id, 'completed', WITHIN_MS);
    expect(await bahi.bank.timesPaid(body.id)).toBe(1);
    expect(await acme.balance()).toEqual({ available: 40, held: 0 });
  });

  killedAt('after the commit and before any relay: the payout goes on, and its key is answered', async (bahi) => {
    const { acme, process, there } = await aMerchantOf(bahi, 'api');
    const key = randomUUID();
    const original = await there.payOut(60, { key });

    await bahi.kill(process);

    expect(await bahi.count('outbox_queue WHERE claimed_until IS NULL')).toBe(1);
    const again = acme.at(await restart(bahi));
    const replay = await again.payOut(60, { key });
    expect([replay.status, replay.text]).toEqual([200, original.text]);
    await acme.until(original.body.id, 'completed', WITHIN_MS);
    expect(await bahi.bank.timesPaid(original.body.id)).toBe(1);
  });

  killedAt('while the relay carries the payout to the queue: it goes on', async (bahi) => {
    const { acme, process, there } = await aMerchantOf(bahi, 'start');
    const queue = await holdTable(bahi, 'queue.job', 'ACCESS EXCLUSIVE');
    const { id } = await there.aPayout(60);
    await until(
      'the relay has the event',
      async () => (await bahi.count('outbox_queue WHERE claimed_until IS NOT NULL')) === 1,
    );

    await bahi.kill(process);
    await queue.rollback();

    expect(await statusOf(acme, id)).toBe('pending');
    expect(await bahi.count('outbox_queue')).toBe(1);
    expect(await bahi.count(`queue.job j WHERE j::text LIKE '%${id}%'`)).toBe(0);
    await restart(bahi);
    await acme.until(id, 'completed', WITHIN_MS);
    expect(await bahi.bank.timesPaid(id)).toBe(1);
  });

  killedAt('after the relay and before `processing`: it goes on', async (bahi) => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const { id } = await acme.aPayout(60);
    const psql = await bahi.sqlSession();
    await psql.lock(acme);
    const process = await bahi.process('start');
    await bahi.waitingFor('books');
    // The sweep may have found the payout before the relay, or the worker may be faster than the relay's last statement.
    await until('the relay is done', async () => (await bahi.count('outbox_queue')) === 0);

    await bahi.kill(process);
    await psql.rollback();

    expect(await statusOf(acme, id)).toBe('pending');
    await restart(bahi);
    await acme.until(id, 'completed', WITHIN_MS);
    expect(await bahi.bank.submissions(id)).toBe(1);
  });

  killedAt('after `processing` and before the bank: the bank is asked, and gets the payout then', async (bahi) => {
    const { acme, process, there } = await aMerchantOf(bahi, 'start');
    const bank = await holdSubmissions(bahi);
    const { id } = await there.aPayout(60);
    await bahi.waitingFor('bank_simulator.transfers');

    await bahi.kill(process);
    await bank.rollback();

    expect(await statusOf(acme, id)).toBe('processing');
    expect(await bahi.bank.submissions(id)).toBe(0);
    await restart(bahi);
    const payout = await acme.until(id, 'completed', WITHIN_MS);
    expect(payout.attempts).toBe(2);
    expect(await acme.story(id)).toEqual(['requested', 'processing', 'processing', 'completed']);
    expect(await bahi.bank.submissions(id)).toBe(1);
    expect(await bahi.bank.timesPaid(id)).toBe(1);
  });

  killedAt('while the bank pays and its answer is on the way: the answer is asked for again', async (bahi) => {
    const { acme, process, there } = await aMerchantOf(bahi, 'start', ['0004']);
    const { id } = await there.aPayout(60, { to: '0004' });
    await until('the bank has paid', async () => (await bahi.bank.timesPaid(id)) === 1);

    await bahi.kill(process);

    expect(await statusOf(acme, id)).toBe('processing');
    await restart(bahi);
    const payout = await acme.until(id, 'completed', WITHIN_MS);
    expect(payout.attempts).toBe(1);
    expect(await bahi.bank.submissions(id)).toBe(1);
  });

  killedAt('after the bank and before settlement: what the bank did is settled, paid or rejected', async (bahi) => {
    const { acme, process, there } = await aMerchantOf(bahi, 'start');
    const fiaz = await bahi.aMerchant({ rupees: 100, accounts: ['0002'] });
    const bank = await holdSubmissions(bahi);
    const paid = (await there.aPayout(60)).id;
    const rejected = (await fiaz.at(process).aPayout(60, { to: '0002' })).id;
    await bahi.waitingFor('bank_simulator.transfers', { connections: 2 });
    const psql = await bahi.sqlSession();
    await psql.lock(acme, fiaz);
    await bank.rollback();
    await bahi.waitingFor('books', { connections: 2 });

    await bahi.kill(process);
    await psql.rollback();

    expect([await statusOf(acme, paid), await statusOf(fiaz, rejected)]).toEqual(['processing', 'processing']);
    expect([await bahi.bank.submissions(paid), await bahi.bank.submissions(rejected)]).toEqual([1, 1]);
    await restart(bahi);
    const payout = await acme.until(paid, 'completed', WITHIN_MS);
    await fiaz.until(rejected, 'failed', WITHIN_MS);
    expect(payout.attempts).toBe(1);
    expect([await bahi.bank.submissions(paid), await bahi.bank.submissions(rejected)]).toEqual([1, 1]);
    expect([await bahi.bank.timesPaid(paid), await bahi.bank.timesPaid(rejected)]).toEqual([1, 0]);
    expect(await acme.balance()).toEqual({ available: 40, held: 0 });
    expect(await fiaz.balance()).toEqual({ available: 100, held: 0 });
  });

  killedAt('while it asks the bank about a payout: the bank is asked again', async (bahi) => {
    const { acme, process, there } = await aMerchantOf(bahi, 'start', ['0004']);
    const { id } = await there.aPayout(60, { to: '0004' });
    await until('the bank has paid', async () => (await bahi.bank.timesPaid(id)) === 1);
    const bank = await holdTable(bahi, 'bank_simulator.transfers', 'ACCESS EXCLUSIVE');
    await bahi.waitingFor('bank_simulator.transfers');

    await bahi.kill(process);
    await bank.rollback();

    expect(await statusOf(acme, id)).toBe('processing');
    await restart(bahi);
    const payout = await acme.until(id, 'completed', WITHIN_MS);
    expect(payout.attempts).toBe(1);
    expect(await bahi.bank.submissions(id)).toBe(1);
  });

  killedAt('in the middle of sixty payouts: another process ends them, and every key has one effect', async (bahi) => {
    const acme = await bahi.aMerchant({ rupees: 1_000, accounts: ['0001', '0002', '0004'] });
    const [doomed, survivor] = await Promise.all([bahi.process('start'), bahi.process('start')]);
    const orders = Array.from({ length: 60 }, (_, i) => ({ key: `order-${i}`, to: ['0001', '0002', '0004'][i % 3]! }));

    const tried = orders.map((order) =>
      acme
        .at(doomed)
        .payOut(10, order)
        .catch(() => null),
    );
    await until('some are with the bank', async () => (await bahi.count('bank_simulator.transfers')) >= 5);
    await bahi.kill(doomed);
    await Promise.all(tried);
    const retried = await Promise.all(orders.map((order) => acme.at(survivor).payOut(10, order)));

    expect(retried.filter(({ status }) => status !== 200 && status !== 201)).toEqual([]);
    const ids = retried.map(({ body }) => body.id as string);
    expect(new Set(ids).size).toBe(60);
    expect(await bahi.count('payouts')).toBe(60);
    const open = 'payouts WHERE next_attempt_at IS NOT NULL';
    await until('all have ended', async () => (await bahi.count(open)) === 0, WITHIN_MS, 50);
    for (const [i, id] of ids.entries()) {
      expect(await bahi.bank.timesPaid(id)).toBe(orders[i]!.to === '0002' ? 0 : 1);
      expect(await statusOf(acme, id)).toBe(orders[i]!.to === '0002' ? 'failed' : 'completed');
    }
    expect(await acme.balance()).toEqual({ available: 600, held: 0 });
    expect(await survivor.stop()).toBe(0);
  });
});
