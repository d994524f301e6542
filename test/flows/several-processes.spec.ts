import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import type { Answer } from '../support/client.js';
import { redisEnvironment } from '../support/redis-server.js';
import type { ServiceProcess } from '../support/service-process.js';
import { ProviderBooks, PaymentsDriver } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

/** Two API processes and two workers on one PostgreSQL and one Redis, as in production. */
const place = redisEnvironment();
let redis: Redis;
let bahi: Bahi;
let apis: [ServiceProcess, ServiceProcess];
let workers: [ServiceProcess, ServiceProcess];

beforeAll(async () => {
  redis = new Redis(place.REDIS_URL);
  bahi = await Bahi.open({ environment: { ...place, PROCESSING_TIMEOUT_SECONDS: '3' } });
  apis = [await bahi.process('api'), await bahi.process('api')];
  workers = [await bahi.process('worker'), await bahi.process('worker')];
});

afterAll(async () => {
  redis.disconnect();
  await bahi.close();
});

const statuses = (answers: readonly Answer[]): number[] => answers.map(({ status }) => status).sort();

/** The merchant at the first API, at the second, at the first … */
const atEach = (merchant: Merchant, n: number): Merchant => merchant.at(apis[n % apis.length]!);

const listed = (answer: Answer): string[] => answer.body.results.map(({ id }: { id: string }) => id);

describe('two API processes and two workers', () => {
  it('make one payout of forty requests with one key, and give the same answer to all', async () => {
    const acme = await bahi.aMerchant({ rupees: 1_000 });
    const key = randomUUID();

    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => atEach(acme, n).payOut(60, { key })));

    expect(statuses(answers)).toEqual([...Array.from({ length: 39 }, () => 200), 201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    await acme.until(answers[0]!.body.id, 'completed');
    expect(await bahi.bank.timesPaid(answers[0]!.body.id)).toBe(1);
    expect(await acme.balance()).toEqual({ available: 940, held: 0 });
  });

  it('charge once for forty requests with one key, credit once, and list it at once at the other', async () => {
    const acme = await bahi.aMerchant();
    const key = randomUUID();
    const drivers = apis.map((api) => new PaymentsDriver(acme.at(api)));
    const newest = () => acme.at(apis[1]).api.get('/payments');
    await until('the empty list is kept', async () => (await newest()).headers.get('x-cache') === 'HIT');

    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => drivers[n % 2]!.charge(12_001, { key })));

    expect(statuses(answers)).toEqual([...Array.from({ length: 39 }, () => 200), 201]);
    const { id } = answers[0]!.body as { id: string };
    expect(listed(await newest())).toEqual([id]);
    await drivers[0]!.until(id, 'succeeded');
    expect((await newest()).body.results[0].status).toBe('succeeded');
    expect(await new ProviderBooks(bahi.psql).submissions(id)).toBe(1);
    expect(await acme.balance()).toEqual({ available: 9_755.04, held: 0 });
  });

  it('pay exactly ten of fifty payouts at once on a balance for ten', async () => {
    const acme = await bahi.aMerchant({ rupees: 1_000 });

    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => atEach(acme, n).payOut(100)));

    const accepted = answers.filter(({ status }) => status === 201);
    expect(accepted).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(40);
    for (const { body } of accepted) await acme.until(body.id, 'completed');
    expect(await acme.balance()).toEqual({ available: 0, held: 0 });
    expect(await bahi.bank.paidTwice()).toEqual([]);
  });

  it('bring many payouts of many merchants to their ends, whatever the bank does, each once', async () => {
    const merchants = await bahi.merchants(5, { rupees: 1_000, accounts: ['0001', '0002', '0004'] });
    const made = await Promise.all(
      merchants.flatMap((merchant) =>
        Array.from({ length: 30 }, async (_, n) => {
          const to = ['0001', '0001', '0002'][n % 3]!;
          return { merchant, to, payout: await atEach(merchant, n).aPayout(10, { to }) };
        }),
      ),
    );

    for (const { merchant, to, payout } of made)
      await merchant.until(payout.id, to === '0002' ? 'failed' : 'completed');

    for (const merchant of merchants) expect(await merchant.balance()).toEqual({ available: 800, held: 0 });
    expect(await bahi.bank.paidTwice()).toEqual([]);
    expect(await bahi.findings()).toEqual([]);
  });

  it('never show a merchant less than it has written, through whichever of them it looks', async () => {
    const acme = await bahi.aMerchant({ rupees: 10_000 });
    const seen: string[] = [];
    for (let n = 0; n < 40; n++) {
      const { id } = await atEach(acme, n).aPayout(10);
      // Reads the page at both, so that it is cached and an outdated one would be found.
      const pages = await Promise.all(apis.map((api) => acme.at(api).api.get('/payouts?limit=100')));
      for (const page of pages) expect(listed(page)).toContain(id);
      seen.push(id);
    }
    const cancelled = await acme.at(apis[0]).api.get('/payouts?limit=100');
    expect(listed(cancelled)).toEqual(seen.reverse());
  });

  it('show what a worker has changed, and leave the cached pages of everybody else', async () => {
    const [acme, fiaz] = (await bahi.merchants(2, { rupees: 100 })) as [Merchant, Merchant];
    const quiet = fiaz.at(apis[0]).api;
    await until('a page is kept', async () => (await quiet.get('/payouts')).headers.get('x-cache') === 'HIT');
    const versionOf = ({ id }: Merchant) => redis.get(`{${place.REDIS_KEY_PREFIX}:${id}}:version`);
    const before = { acme: await versionOf(acme), fiaz: await versionOf(fiaz) };

    const { id } = await acme.at(apis[0]).aPayout(10);
    await until('the list shows the end', async () => {
      const { body } = await acme.at(apis[1]).api.get('/payouts');
      return body.results[0].status === 'completed';
    });

    expect((await acme.payout(id)).status).toBe('completed');
    expect(await versionOf(fiaz)).toBe(before.fiaz);
    expect(await versionOf(acme)).not.toBe(before.acme);
  });

  it('look up each time what was made under a key, at either, though pages of the lists are kept', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const payments = new PaymentsDriver(acme.at(apis[0]));
    const [payout, payment, refund] = [randomUUID(), randomUUID(), randomUUID()];
    const made = { payouts: payout, payments: payment, refunds: refund };
    const { id: paymentId } = await payments.aSuccess(12_001, { key: payment });
    const ids = [
      (await acme.at(apis[0]).payOut(10, { key: payout })).body.id,
      paymentId,
      (await payments.refund(paymentId, 2_001, refund)).body.id,
    ];
    const found = async (list: string, key: string, at: number): Promise<unknown[]> => {
      const answer = await acme.at(apis[at]!).api.get(`/${list}?idempotency_key=${key}`);
      return [answer.headers.get('x-cache'), ...listed(answer)];
    };
    for (const [i, [list, key]] of Object.entries(made).entries()) {
      const kept = () => acme.at(apis[1]).api.get(`/${list}`);
      await until(`a page of ${list} is kept`, async () => (await kept()).headers.get('x-cache') === 'HIT');
      for (const at of [0, 1, 1]) expect(await found(list, key, at)).toEqual(['MISS', ids[i]]);
      // As the reaper does, without telling the cache.
      await bahi.psql.query('DELETE FROM idempotency_keys WHERE merchant_id = $1 AND key = $2', [acme.id, key]);
      expect(await found(list, key, 1)).toEqual(['MISS']);
    }
  });

  it('show an operator every merchant’s payouts at once', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const operator = (n: number) => bahi.asOperator(apis[n]);
    await operator(0).get('/payouts?limit=1');
    await operator(1).get('/payouts?limit=1');
    const { id } = await acme.at(apis[0]).aPayout(10);
    expect(listed(await operator(1).get('/payouts?limit=1'))).toEqual([id]);
    expect(listed(await operator(0).get('/payouts?limit=1'))).toEqual([id]);
    expect(listed(await operator(0).get('/payouts?limit=1', { merchant: acme }))).toEqual([id]);
  });

  it('lose one worker in the middle of its jobs, and the other one finishes them', async () => {
    const acme = await bahi.aMerchant({ rupees: 1_000, accounts: ['0005'] });
    const payouts = await Promise.all(
      Array.from({ length: 20 }, (_, n) => atEach(acme, n).aPayout(10, { to: '0005' })),
    );
    await until(
      'the bank has some of them',
      async () => (await bahi.count('payouts WHERE attempts > 0 AND merchant_id = $1', [acme.id])) > 5,
    );

    await bahi.kill(workers[0]);

    for (const { id } of payouts) await acme.until(id, 'completed');
    expect(await bahi.bank.paidTwice()).toEqual([]);
    expect(await bahi.findings()).toEqual([]);
  });

  it('end within ten seconds after a signal, with all that they were asked', async () => {
    const acme = await bahi.aMerchant({ rupees: 1_000, accounts: ['0005'] });
    const asked = Array.from({ length: 20 }, (_, n) => atEach(acme, n).payOut(10, { to: '0005' }));
    const answers = await Promise.all(asked);
    await until(
      'the bank is thinking',
      async () => (await bahi.count('payouts WHERE attempts > 0 AND merchant_id = $1', [acme.id])) > 0,
    );

    const start = performance.now();
    const codes = await Promise.all([...apis, workers[1]].map((process) => process.stop('SIGTERM')));

    expect(performance.now() - start).toBeLessThan(10_000);
    expect(codes).toEqual([0, 0, 0]);
    expect(statuses(answers)).toEqual(Array.from({ length: 20 }, () => 201));
    await bahi.process('worker');
    for (const { body } of answers) await acme.until(body.id, 'completed');
    expect(await bahi.bank.paidTwice()).toEqual([]);
  });
});
