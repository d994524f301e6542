import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Placement } from '../../src/platform/database/shards/placement.js';
import { textOf } from '../../src/platform/database/statements/sql-template.js';
import { grouped } from '../../src/shared/grouped.js';
import { Bahi } from '../support/bahi.js';
import { createDistributedDatabase, describeOnCitus } from '../support/citus.js';
import type { Client } from '../support/client.js';
import { HookReceiver } from '../support/hook-receiver.js';
import type { Merchant } from '../support/merchant.js';
import type { TestDatabase } from '../support/postgres-server.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { redisEnvironment } from '../support/redis-server.js';
import { SqlSession } from '../support/sql-session.js';
import { until } from '../support/wait-for.js';

const PAYOUTS = 20;

/** The number of figures that are about all merchants. */
const METRICS = 12;

/** Operators' pages and counts, but not the searches of sweeps. */
const LISTS = /^SELECT (page\.|count\(|least\(count)/;

/** The coordinator's own counters, for all sessions. */
const COUNTS = `
  SELECT query_execution_single_shard::int AS single, query_execution_multi_shard::int AS multi
  FROM citus_stat_counters WHERE name = current_database()`;

/**
 * How many statements went to one shard, how many to more than one, and how many searches asked every shard (see
 * every-shard.ts).
 */
interface Sent {
  readonly single: number;
  readonly multi: number;
  readonly searches: number;
}

describeOnCitus('what goes to more than one shard', () => {
  let bahi: Bahi;
  let merchants: Merchant[];
  let operator: Client;

  /** Each search, with its values. */
  const searches: string[] = [];
  const { search } = Placement.prototype;

  beforeAll(async () => {
    Placement.prototype.search = function <Row>(this: Placement, ...args: Parameters<typeof search>) {
      searches.push(`${textOf(args[0])} ${JSON.stringify(args[1])}`);
      return search.apply(this, args) as Promise<Row[]>;
    };
    bahi = await Bahi.open({
      worker: true,
      environment: {
        ...redisEnvironment(),
        LOG_LEVEL: 'warn',
        WEBHOOK_ALLOW_LOOPBACK: '1',
        DATA_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      },
      server: { createDatabase: counting },
    });
    operator = bahi.asOperator();
    merchants = await bahi.merchants(4, { rupees: 1_000 });
  }, 120_000);

  afterAll(async () => {
    Placement.prototype.search = search;
    await bahi?.close();
  });

  async function counting(): Promise<TestDatabase> {
    const database = await createDistributedDatabase();
    const superuser = await SqlSession.at(database.superuserUrl);
    const name = new URL(database.superuserUrl).pathname.slice(1);
    await superuser.query(`ALTER DATABASE ${name} SET citus.enable_stat_counters = on`);
    await superuser.close();
    return database;
  }

  async function sentBy(work: () => Promise<unknown>): Promise<Sent> {
    const [before] = await bahi.psql.query<Sent>(COUNTS);
    searches.length = 0;
    await work();
    const [after] = await bahi.psql.query<Sent>(COUNTS);
    return {
      single: after!.single - before!.single,
      multi: after!.multi - before!.multi,
      searches: searches.length,
    };
  }

  const get = async (client: Client, path: string): Promise<void> => {
    const { status, body } = await client.get(path);
    expect([path, status, body?.detail]).toEqual([path, 200, undefined]);
  };

  /** Each sweep runs once a second, however much is paid out meanwhile. */
  const expectNoMoreThanSweeps = (ms: number): void => {
    const often = [...grouped(searches, (one) => one)].map(([one, { length }]) => [one, length] as const);
    expect(often.filter(([, times]) => times > Math.ceil(ms / 1_000) + 1)).toEqual([]);
  };

  const payOut = async (merchant: Merchant): Promise<void> => {
    const { id } = await merchant.aPayout(1);
    await merchant.until(id, 'completed');
  };

  it('is no statement of a payout, from the request to completed, and no more of the sweeps for it', async () => {
    await payOut(merchants[0]!);
    const start = performance.now();
    const { single, multi } = await sentBy(async () => {
      for (let n = 0; n < PAYOUTS; n++) await payOut(merchants[n % merchants.length]!);
    });
    expect(multi).toBe(0);
    expect(single / PAYOUTS).toBeLessThan(60);
    expectNoMoreThanSweeps(performance.now() - start);
  }, 60_000);

  it('is no statement of a webhook, of a merchant or of operators', async () => {
    const receiver = await HookReceiver.listen();
    const endpoint = { url: receiver.url, event_types: ['payout.completed'] };
    const ofMerchant = await merchants[3]!.api.post('/webhook-endpoints', endpoint);
    const ofOperators = await operator.post('/webhook-endpoints', { ...endpoint, scope: 'all_merchants' });
    expect([ofMerchant.status, ofOperators.status]).toEqual([201, 201]);
    const start = performance.now();
    const { multi } = await sentBy(async () => {
      for (let n = 0; n < PAYOUTS; n++) await payOut(merchants[n % merchants.length]!);
      const delivered = PAYOUTS + PAYOUTS / merchants.length;
      await until('all are received', () => receiver.received.length === delivered);
    });
    expect(multi).toBe(0);
    expectNoMoreThanSweeps(performance.now() - start);
    for (const { body } of [ofMerchant, ofOperators])
      expect((await operator.delete(`/webhook-endpoints/${body.id}`)).status).toBe(204);
    await receiver.close();
  }, 60_000);

  it('is no statement of a payment and its refund', async () => {
    const payments = new PaymentsDriver(merchants[1]!);
    const { multi } = await sentBy(async () => {
      const payment = await payments.aSuccess(12_001);
      const refund = await payments.aRefund(payment.id, 2_001);
      await until(
        'it is given back',
        async () => (await merchants[1]!.api.get(`/refunds/${refund.id}`)).body.status === 'succeeded',
      );
    });
    expect(multi).toBe(0);
  }, 60_000);

  it.each([
    '/payouts',
    '/payouts?status=completed&needs_attention=false',
    '/payouts?bank_account_id=ACCOUNT',
    '/payouts?waiting_for=no_gateway',
    '/payouts/counts',
    '/payouts/PAYOUT',
    '/payouts/PAYOUT/events',
    '/payouts/PAYOUT/attempts',
    '/payments',
    '/refunds',
    '/bank-accounts',
    '/events',
    '/events?type=payout.completed',
    '/balance',
    '/balance/daily?from=2026-01-01&to=2026-01-02',
    '/ledger',
    '/ledger?cause=payout:PAYOUT',
    '/attention',
  ])('is nothing that a merchant reads: %s', async (path) => {
    const [payout] = (await merchants[2]!.api.get('/payouts')).body.results;
    const asked = path.replace('PAYOUT', payout.id).replace('ACCOUNT', payout.bank_account_id);
    expect(await sentBy(() => get(merchants[2]!.api, asked))).toMatchObject({ multi: 0 });
    // A search asks each shard with a separate statement.
    expect(searches.filter((one) => LISTS.test(one))).toEqual([]);
  });

  it.each([
    ['/payouts', 1],
    ['/payouts?status=completed', 1],
    ['/payouts/counts', 8],
    ['/payments', 1],
    ['/refunds', 1],
    ['/merchants', 1],
    ['/bank-accounts', 1],
    ['/events?type=payout.completed', 1],
    ['/attention', 3],
  ])(
    'is what operators read: %s is looked for on each shard %i times at most, and two statements read it',
    async (path, atMost) => {
      const { multi } = await sentBy(() => get(operator, path));
      expect(multi).toBeLessThanOrEqual(2);
      const ofList = searches.filter((one) => LISTS.test(one)).length;
      expect([ofList > 0, ofList <= atMost ? 'few' : ofList]).toEqual([true, 'few']);
    },
  );

  it('is some of /metrics, and nothing of /health but a look at whether the nodes answer', async () => {
    const metrics = await sentBy(() => fetch(`${bahi.service.url}/metrics`).then((answer) => answer.text()));
    expect(metrics.multi).toBeLessThanOrEqual(METRICS);
    expect(await sentBy(() => fetch(`${bahi.service.url}/health`))).toMatchObject({ single: 0, multi: 0 });
  });
});
