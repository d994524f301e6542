import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import type { LocalService } from '../support/local-service.js';
import { ProviderBooks, PaymentsDriver } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';
import type { SqlSession } from '../support/sql-session.js';

/** A call to the provider may take one second: long enough to be killed in. */
const ENVIRONMENT = { PROCESSING_TIMEOUT_SECONDS: '3' };

const WITHIN_MS = 60_000;

interface Scene {
  readonly bahi: Bahi;
  readonly provider: ProviderBooks;
  /** The merchant's payments, at the service that survives. */
  readonly payments: PaymentsDriver;
  /** A process that will be killed, and the same merchant's payments there. */
  readonly process: Awaited<ReturnType<Bahi['process']>>;
  readonly there: PaymentsDriver;
  /** A session that locks the merchant's book. */
  holdsBook(): Promise<SqlSession>;
}

/** Each test kills its own process, on its own database, at a step where the test stops it with a lock. */
const killedAt = (step: string, entryPoint: 'start' | 'api', crash: (scene: Scene) => Promise<void>): void =>
  it.concurrent(
    step,
    async () => {
      const bahi = await Bahi.open({ environment: ENVIRONMENT });
      try {
        const acme = await bahi.aMerchant({ rupees: 10_000 });
        const process = await bahi.process(entryPoint);
        const holdsBook = async (): Promise<SqlSession> => {
          const session = await bahi.sqlSession();
          await session.lock(acme);
          return session;
        };
        const [payments, there] = [new PaymentsDriver(acme), new PaymentsDriver(acme.at(process))];
        await crash({ bahi, provider: new ProviderBooks(bahi.psql), payments, process, there, holdsBook });
        const twice = '(SELECT FROM payment_simulator.movements GROUP BY reference HAVING count(*) > 1) AS twice';
        expect(await bahi.count(twice)).toBe(0);
        expect(await bahi.findings()).toEqual([]);
        expect(await bahi.count('payments WHERE next_attempt_at IS NOT NULL')).toBe(0);
        expect(await bahi.count('payments')).toBe(1);
      } finally {
        await bahi.close();
      }
    },
    2 * WITHIN_MS,
  );

async function holdTable(bahi: Bahi, table: string, mode: string): Promise<SqlSession> {
  const session = await bahi.sqlSession();
  await session.query('BEGIN');
  await session.query(`LOCK TABLE ${table} IN ${mode} MODE`);
  return session;
}

/** Inquiries pass, submissions wait. */
const holdSubmissions = (bahi: Bahi): Promise<SqlSession> => holdTable(bahi, 'payment_simulator.orders', 'EXCLUSIVE');

const restart = (bahi: Bahi): Promise<LocalService> => bahi.serve({ worker: true });

describe('a process that is killed', () => {
  killedAt('before a payment is committed leaves nothing, and the same key makes it once', 'start', async (scene) => {
    const { bahi, provider, payments, process, there } = scene;
    const key = randomUUID();
    const psql = await scene.holdsBook();
    const request = there.charge(12_001, { key }).then(
      () => 'answered',
      () => 'cut off',
    );
    await bahi.waitingFor('books');
    await bahi.kill(process);
    await psql.rollback();
    expect(await request).toBe('cut off');
    expect(await bahi.count('payments')).toBe(0);

    await restart(bahi);
    const { id } = await payments.aPayment(12_001, { key });
    await payments.until(id, 'succeeded', WITHIN_MS);
    expect(await provider.submissions(id)).toBe(1);
  });

  killedAt('after the commit and before any relay: the payment goes on', 'api', async (scene) => {
    const { bahi, provider, payments, process, there } = scene;
    const key = randomUUID();
    const original = await there.charge(12_001, { key });
    await bahi.kill(process);
    await restart(bahi);
    const replay = await payments.charge(12_001, { key });
    expect([replay.status, replay.text]).toEqual([200, original.text]);
    await payments.until(original.body.id, 'succeeded', WITHIN_MS);
    expect(await provider.submissions(original.body.id)).toBe(1);
  });

  killedAt(
    'after the rate was quoted and before `processing`: it is quoted again, and charged once',
    'api',
    async (scene) => {
      const { bahi, provider, payments } = scene;
      const { id } = await payments.aPayment(12_001);
      const psql = await scene.holdsBook();
      const process = await bahi.process('start');
      await bahi.waitingFor('books');
      await bahi.kill(process);
      await psql.rollback();
      expect((await payments.payment(id)).status).toBe('created');
      await restart(bahi);
      await payments.until(id, 'succeeded', WITHIN_MS);
      expect(await provider.submissions(id)).toBe(1);
    },
  );

  killedAt(
    'after `processing` and before the provider: it is asked, and gets the charge then',
    'start',
    async (scene) => {
      const { bahi, provider, payments, process, there } = scene;
      const orders = await holdSubmissions(bahi);
      const { id } = await there.aPayment(12_001);
      await bahi.waitingFor('payment_simulator.orders');
      await bahi.kill(process);
      await orders.rollback();
      expect([(await payments.payment(id)).status, await provider.submissions(id)]).toEqual(['processing', 0]);
      await restart(bahi);
      const payment = await payments.until(id, 'succeeded', WITHIN_MS);
      expect([payment.attempts, await provider.submissions(id)]).toEqual([2, 1]);
    },
  );

  killedAt(
    'while the provider charges and its answer is on the way: the answer is asked for',
    'start',
    async (scene) => {
      const { bahi, provider, payments, process, there } = scene;
      const { id } = await there.aPayment(12_004);
      await until('the provider has charged', async () => (await provider.timesMoved(id)) === 1);
      await bahi.kill(process);
      await restart(bahi);
      const payment = await payments.until(id, 'succeeded', WITHIN_MS);
      expect([payment.attempts, await provider.submissions(id)]).toEqual([1, 1]);
    },
  );

  killedAt('after the provider and before the credit: it is credited once', 'start', async (scene) => {
    const { bahi, provider, payments, process, there } = scene;
    const orders = await holdSubmissions(bahi);
    const { id } = await there.aPayment(12_001);
    await bahi.waitingFor('payment_simulator.orders');
    const psql = await scene.holdsBook();
    await orders.rollback();
    await bahi.waitingFor('books');
    await bahi.kill(process);
    await psql.rollback();
    expect([(await payments.payment(id)).status, await provider.timesMoved(id)]).toEqual(['processing', 1]);
    await restart(bahi);
    const payment = await payments.until(id, 'succeeded', WITHIN_MS);
    expect([payment.attempts, await bahi.count("ledger_transactions WHERE kind = 'payment'")]).toEqual([1, 1]);
  });

  killedAt('before a refund reaches the provider: it is given back once', 'start', async (scene) => {
    const { bahi, provider, payments, process, there } = scene;
    const { id } = await there.aSuccess(12_001);
    const orders = await holdSubmissions(bahi);
    const refund = await there.aRefund(id, 2_001);
    await bahi.waitingFor('payment_simulator.orders');
    await bahi.kill(process);
    await orders.rollback();
    await restart(bahi);
    const ended = await payments.refundThat(refund, 'succeeded', WITHIN_MS);
    expect([ended.attempts, await provider.timesMoved(refund.id)]).toEqual([2, 1]);
  });

  killedAt(
    'after the provider has refunded and before that is settled: it is given back once',
    'start',
    async (scene) => {
      const { bahi, provider, payments, process, there } = scene;
      const { id } = await there.aSuccess(12_001);
      const refund = await there.aRefund(id, 2_004);
      await until('the payer has it', async () => (await provider.timesMoved(refund.id)) === 1);
      await bahi.kill(process);
      await restart(bahi);
      const ended = await payments.refundThat(refund, 'succeeded', WITHIN_MS);
      expect([ended.attempts, await provider.submissions(refund.id)]).toEqual([1, 1]);
      expect((await payments.payment(id)).refunded_amount).toBe(2_004);
    },
  );
});
