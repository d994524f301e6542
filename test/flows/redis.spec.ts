import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { documentedFetch } from '../support/documented-fetch.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import type { PayoutView } from '../../src/modules/payouts/application/payout-view.js';
import { startOwnServer } from '../support/postgres-server.js';
import { type OwnRedis, startOwnRedis } from '../support/redis-server.js';
import { until } from '../support/wait-for.js';

/** Recovery starts after three seconds, and a call to the bank may take one. */
const PROCESSING = { PROCESSING_TIMEOUT_SECONDS: '3' };

/** A payout whose job was lost waits for recovery, and processes share two cores. */
const WITHIN_MS = 60_000;

let redis: OwnRedis;
let bahi: Bahi;
let acme: Merchant;

beforeEach(async () => {
  redis = await startOwnRedis('--appendonly', 'yes', '--appendfsync', 'always');
  bahi = await Bahi.open({ environment: { REDIS_URL: redis.url, ...PROCESSING } });
  acme = await bahi.aMerchant({ rupees: 10_000, accounts: ['0001', '0002', '0005'] });
});

afterEach(async () => {
  redis.thaw();
  await bahi.close();
  await redis.stop();
});

const health = async (): Promise<Record<string, unknown>> =>
  (await (await documentedFetch(`${bahi.service.url}/health`)).json()) as Record<string, unknown>;

const asMany = (count: number, to = '0001'): Promise<PayoutView[]> =>
  Promise.all(Array.from({ length: count }, () => acme.aPayout(10, { to })));

/** How long it takes, in milliseconds, to pay out and to read the list that shows the payout. */
async function payingAndReading(): Promise<number> {
  const start = performance.now();
  const { id } = await acme.aPayout(10);
  const { body } = await acme.api.get('/payouts?limit=1');
  const took = performance.now() - start;
  expect(body.results).toMatchObject([{ id }]);
  return took;
}

/** Nothing was lost and nothing was paid twice: every payout has ended, and the books agree. */
async function expectAllEnded(payouts: readonly PayoutView[]): Promise<void> {
  for (const { id } of payouts)
    await acme.payoutThat('has ended', id, ({ status }) => /completed|failed/.test(status), WITHIN_MS);
  expect(await bahi.count('payouts WHERE next_attempt_at IS NOT NULL')).toBe(0);
  expect(await bahi.bank.paidTwice()).toEqual([]);
  expect(await bahi.findings()).toEqual([]);
}

describe('with a Redis that is full', () => {
  it('the service says that it is degraded until Redis takes something again', async () => {
    const { queue, redis: well } = await health();
    expect([well, queue]).toEqual([true, { backend: 'redis', waiting: 0, active: 0 }]);
    // Below what it already stores; noeviction is the default.
    await redis.cli.config('SET', 'maxmemory', '1');
    expect(await health()).toMatchObject({ status: 'degraded', database: true, redis: false });
    await redis.cli.config('SET', 'maxmemory', '0');
    expect(await health()).toMatchObject({ redis: true });
  });
});

describe('without Redis', () => {
  it('payouts are accepted and lists are served; the work goes on when it is back', async () => {
    await bahi.serve({ worker: true });
    await redis.kill();
    await until('it is noticed', async () => (await health())['redis'] === false);

    const payouts = await asMany(20);
    const list = await acme.api.get('/payouts?limit=100');
    expect(list.status).toBe(200);
    expect(list.headers.get('x-cache')).toBe('MISS');
    expect(list.body.results).toHaveLength(20);
    expect(await health()).toMatchObject({ status: 'degraded', database: true, redis: false });
    expect((await documentedFetch(`${bahi.service.url}/health`)).status).toBe(200);

    await redis.restart();
    await expectAllEnded(payouts);
    await until('it is noticed', async () => (await health())['redis'] === true);
  });

  it('a service starts with a warning, and works when Redis comes', async () => {
    await redis.kill();
    const api = await bahi.process('api');
    await bahi.process('worker');
    const payouts = [await acme.at(api).aPayout(10)];
    await redis.restart();
    await expectAllEnded(payouts);
  });

  it('of the list cache alone, the service starts, says so, and reads lists from the database', async () => {
    const cache = await startOwnRedis();
    await cache.kill();
    const at = await bahi.serve({ environment: { REDIS_CACHE_URL: cache.url } });
    const there = acme.at(at);
    const seen = async () => (await documentedFetch(`${at.url}/health`)).json() as Promise<Record<string, unknown>>;
    expect(await seen()).toMatchObject({ status: 'degraded', redis: true, redis_cache: false });
    await there.aPayout(10);
    for (let i = 0; i < 2; i++) {
      const list = await there.api.get('/payouts');
      expect([list.status, list.headers.get('x-cache')]).toEqual([200, 'MISS']);
    }
    await cache.restart();
    await until('it is noticed', async () => (await seen())['redis_cache'] === true);
    await until('a page is kept', async () => (await there.api.get('/payouts')).headers.get('x-cache') === 'HIT');
    await at.stop();
    await cache.stop();
  });

  it('that hangs, a request waits a moment at the most, and those behind it do not wait', async () => {
    await asMany(1);
    await until('a page is kept', async () => (await acme.api.get('/payouts')).headers.get('x-cache') === 'HIT');
    let usual = Infinity;
    for (let rounds = 0; rounds < 20; rounds++) usual = Math.min(usual, await payingAndReading());
    redis.freeze();
    // These are two requests: if each waited 50 ms, they would never be that fast.
    await until('it is as quick as before', async () => (await payingAndReading()) < usual + 50);
  });
});

describe('a Redis that is', () => {
  it('emptied in the middle of work loses nothing: every payout ends', async () => {
    await bahi.serve({ worker: true });
    const slow = asMany(20, '0005');
    await until('the bank has some', async () => (await bahi.count('payouts WHERE attempts > 0')) > 0);
    const rest = [asMany(50), asMany(10, '0002')];
    await redis.cli.flushall();
    const payouts = (await Promise.all([slow, ...rest])).flat();
    await redis.cli.flushall();
    await expectAllEnded(payouts);
  });

  it('killed and started again in the middle of work loses nothing', async () => {
    await bahi.serve({ worker: true });
    const slow = await asMany(20, '0005');
    await until('the bank has some', async () => (await bahi.count('payouts WHERE attempts > 0')) > 0);
    await redis.kill();
    const more = await asMany(20);
    await redis.restart();
    await expectAllEnded([...slow, ...more]);
  });
});

describe('the return watch', () => {
  it('works beside queues in Redis as well: money that came back is available again', async () => {
    await bahi.serve({ worker: true });
    const { id } = await acme.aPayout(10);
    await acme.until(id, 'completed', WITHIN_MS);
    await bahi.psql.query('UPDATE bank_simulator.transfers SET returns_at = now() WHERE reference = $1', [id]);
    await bahi.psql.query('UPDATE payouts SET watch_next_at = now() WHERE id = $1', [id]);

    await acme.until(id, 'reversed', WITHIN_MS);
    expect(await acme.balance()).toEqual({ available: 10_000, held: 0 });
    expect(await bahi.findings()).toEqual([]);
  });
});

describe('a worker that is killed while it holds jobs', () => {
  it('leaves them to the next one', async () => {
    const worker = await bahi.process('worker');
    const payouts = await asMany(20, '0005');
    await until('it holds some', async () => (await bahi.count('payouts WHERE attempts > 0')) > 5);
    await bahi.kill(worker);
    await bahi.process('worker');
    await expectAllEnded(payouts);
  });
});

describe('a PostgreSQL that is killed and started again', () => {
  it('in the middle of work loses nothing that was accepted', async () => {
    const postgres = await startOwnServer({ durable: true });
    // The queues of another database, so under another prefix: see docs/scaling.md.
    const environment = { REDIS_URL: redis.url, REDIS_KEY_PREFIX: 'of-its-own', ...PROCESSING };
    const ownBahi = await Bahi.open({ server: postgres, environment });
    try {
      await ownBahi.serve({ worker: true });
      const merchant = await ownBahi.aMerchant({ rupees: 1_000, accounts: ['0001', '0005'] });
      const slow = await Promise.all(Array.from({ length: 10 }, () => merchant.aPayout(10, { to: '0005' })));
      await until('the bank has some', async () => (await ownBahi.count('payouts WHERE attempts > 0')) > 0);
      const asked = Array.from({ length: 20 }, () => merchant.payOut(10));
      await postgres.kill();
      const answers = await Promise.all(asked);
      await postgres.restart();

      // 503 means unknown, and the key would make a repeat safe. What was accepted is kept.
      expect(answers.every(({ status }) => status === 201 || status === 503)).toBe(true);
      const accepted = [...slow, ...answers.filter(({ status }) => status === 201).map(({ body }) => body)];
      for (const { id } of accepted) await merchant.until(id, 'completed', WITHIN_MS);
      const listed = (await merchant.api.get('/payouts?limit=100')).body.results;
      for (const { id } of listed) await merchant.until(id, 'completed', WITHIN_MS);
      expect(await (await ownBahi.bankOnNewConnection()).paidTwice()).toEqual([]);
      expect(await ownBahi.findings()).toEqual([]);
      expect(await merchant.balance()).toEqual({ available: 1_000 - 10 * listed.length, held: 0 });
    } finally {
      await ownBahi.close();
      await postgres.stop();
    }
  });
});
