import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import { createDistributedDatabase, describeOnCitus } from '../support/citus.js';
import type { Client, Json } from '../support/client.js';
import { HookReceiver } from '../support/hook-receiver.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { redisEnvironment } from '../support/redis-server.js';
import type { ServiceProcess } from '../support/service-process.js';
import { until } from '../support/wait-for.js';

const DAY_MS = 86_400_000;
const timeIn = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();
const DAYS = `created_from=${timeIn(-1)}&created_to=${timeIn(1)}`;

/** Enough for each node to have some. */
const MERCHANTS = 6;

describeOnCitus('a service on distributed books', () => {
  let bahi: Bahi;
  let api: ServiceProcess;
  let merchants: Merchant[];
  let operator: Client;

  beforeAll(async () => {
    bahi = await Bahi.open({
      environment: {
        ...redisEnvironment(),
        LOG_LEVEL: 'warn',
        WEBHOOK_ALLOW_LOOPBACK: '1',
        DATA_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      },
      server: { createDatabase: createDistributedDatabase },
    });
    api = await bahi.process('api');
    await bahi.process('worker');
    operator = bahi.asOperator(api);
    merchants = (await bahi.merchants(MERCHANTS, { rupees: 1_000 })).map((merchant) => merchant.at(api));
  }, 120_000);

  afterAll(() => bahi?.close());

  const results = async (client: Client, path: string): Promise<Json[]> => {
    const { status, body } = await client.get(path);
    expect([path, status, body.detail]).toEqual([path, 200, undefined]);
    return body.results as Json[];
  };

  /** All pages of a list, newest first. */
  const pages = async (client: Client, path: string): Promise<string[]> => {
    const ids: string[] = [];
    for (let next: string | null = path; next !== null;) {
      const { status, body } = await client.get(next);
      expect([next, status, body.detail]).toEqual([next, 200, undefined]);
      ids.push(...body.results.map(({ id }: { id: string }) => id));
      next = body.next as string | null;
    }
    return ids;
  };

  it('takes payouts of merchants on all nodes to the bank', async () => {
    const asked = await Promise.all(merchants.map(async (merchant) => [merchant, await merchant.aPayout(10)] as const));
    await Promise.all(asked.map(([merchant, { id }]) => merchant.until(id, 'completed')));
    for (const merchant of merchants) expect(await merchant.balance()).toEqual({ available: 990, held: 0 });
    // Sweeps would carry payouts too, but later.
    await until('the relay has carried every event', async () => (await bahi.count('outbox_queue')) === 0, 5_000);
  }, 60_000);

  it('takes payments in, and gives one back', async () => {
    const drivers = merchants.map((merchant) => new PaymentsDriver(merchant));
    const payments = await Promise.all(drivers.map((driver) => driver.aSuccess(12_001)));
    const refund = await drivers[0]!.aRefund(payments[0]!.id, 2_001);
    await until(
      'it is given back',
      async () => (await merchants[0]!.api.get(`/refunds/${refund.id}`)).body.status === 'succeeded',
    );
  }, 60_000);

  it.each([
    ['/payouts', 1],
    ['/payouts?status=completed', 1],
    ['/payouts?needs_attention=true', 0],
    [`/payouts?min_amount_paise=1&${DAYS}`, 1],
    ['/payouts?waiting_for=no_gateway', 0],
    ['/payments', 1],
    ['/payments?status=succeeded', 0],
    ['/payments?currency=USD', 1],
    ['/refunds', 1],
    ['/bank-accounts', 1],
    ['/events', null],
    ['/events?type=payout.completed', 1],
    ['/ledger?account=all', null],
  ])('lists %s of a merchant', async (path, count) => {
    const rows = await results(merchants[0]!.api, path);
    if (count === null) expect(rows.length).toBeGreaterThan(0);
    else expect(rows).toHaveLength(count);
    for (const { merchant_id } of rows) expect([merchants[0]!.id, undefined]).toContain(merchant_id);
  });

  it.each([
    '/merchants',
    '/payouts',
    '/payouts?status=completed',
    '/payments',
    '/payments?status=succeeded',
    '/bank-accounts',
    '/events?type=payout.completed',
  ])('lists %s of all merchants to operators, page by page', async (path) => {
    const ids = await pages(operator, `${path}${path.includes('?') ? '&' : '?'}limit=2`);
    const all = path === '/payments?status=succeeded' ? MERCHANTS - 1 : MERCHANTS;
    expect(ids).toHaveLength(all);
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
    const behind = await results(operator, `${path}${path.includes('?') ? '&' : '?'}limit=2&offset=1`);
    expect(behind.map(({ id }) => id as string)).toEqual(ids.slice(1, 3));
  });

  it('counts, and finds what is asked for by its id', async () => {
    const { body } = await operator.get('/payouts/counts');
    expect(body.counts).toContainEqual({ status: 'completed', count: MERCHANTS, is_exact: true });
    const [payout] = await results(merchants[3]!.api, '/payouts');
    expect(await results(operator, `/payouts?utr=${payout.utr}`)).toMatchObject([{ id: payout.id }]);
    expect((await operator.get(`/payouts/${payout.id}`)).body).toMatchObject({ id: payout.id });
    const [event] = await results(merchants[3]!.api, '/events');
    expect((await operator.get(`/events/${event.id}`)).body).toMatchObject({ id: event.id });
    for (const path of [
      `/payouts/${payout.id}/events`,
      `/payouts/${payout.id}/attempts`,
      `/ledger?cause=payout:${payout.id}`,
    ])
      expect((await results(merchants[3]!.api, path)).length).toBeGreaterThan(0);
    for (const path of [
      '/attention',
      '/balance/daily?from=2026-01-01&to=2026-01-02',
      '/refunds/counts',
      '/payments/counts',
    ])
      expect([path, (await merchants[3]!.api.get(path)).status]).toEqual([path, 200]);
    for (const path of ['/attention', '/queues', '/workers'])
      expect([path, (await operator.get(path)).status]).toEqual([path, 200]);
  });

  it('tells merchants by webhook', async () => {
    const receiver = await HookReceiver.listen();
    const merchant = merchants[1]!;
    const endpoint = await merchant.api.post('/webhook-endpoints', { url: receiver.url });
    expect([endpoint.status, endpoint.body.detail]).toEqual([201, undefined]);
    const { id } = await merchant.aPayout(5);
    await merchant.until(id, 'completed');
    await until('it is told', async () =>
      receiver.received.some(({ body }) => body.includes(id) && body.includes('payout.completed')),
    );
    await receiver.close();
  }, 60_000);

  it('loses nothing when all connections of the coordinator are cut under load', async () => {
    const merchant = merchants[2]!;
    const asking = Array.from({ length: 40 }, async (_, n) => {
      const key = `cut-${n}`;
      const answers = [await merchant.payOut(1, { key })];
      while (answers.at(-1)!.status !== 201) answers.push(await merchant.payOut(1, { key }));
      return answers.at(-1)!.body.id as string;
    });
    await bahi.psql.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = 'bahi_app'`,
    );
    const ids = await Promise.all(asking);
    expect(new Set(ids).size).toBe(40);
    await Promise.all(ids.map((id) => merchant.until(id, 'completed')));
  }, 120_000);

  it('goes on behind a shard that is moved to another node', async () => {
    const merchant = merchants[4]!;
    const [place] = await bahi.psql.query<{
      shard: string;
      fromHost: string;
      fromPort: number;
      host: string;
      port: number;
    }>(
      `SELECT p.shardid AS shard, n.nodename AS "fromHost", n.nodeport AS "fromPort", o.nodename AS host, o.nodeport AS port
       FROM pg_dist_placement p JOIN pg_dist_node n USING (groupid)
       JOIN pg_dist_node o ON o.shouldhaveshards AND o.groupid <> n.groupid
       WHERE p.shardid = get_shard_id_for_distribution_column('books', $1::uuid) LIMIT 1`,
      [merchant.id],
    );
    const { shard, fromHost, fromPort, host, port } = place!;
    await bahi.psql.query(`SELECT citus_move_shard_placement($1, $2, $3, $4, $5, 'block_writes')`, [
      ...[shard, fromHost, fromPort, host, port],
    ]);
    const { id } = await merchant.aPayout(1);
    await merchant.until(id, 'completed');
  }, 120_000);

  it('verifies all books', async () => {
    const { code, stdout, stderr } = await bahi.command('verify');
    expect([code, stderr, stdout]).toEqual([0, '', expect.any(String)]);
    expect(await bahi.findings()).toEqual([]);
  }, 60_000);
});
