import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ReapExpiredKeys } from '../../src/modules/idempotency/application/reap-expired-keys.js';
import { IssueApiKey } from '../../src/modules/merchants/merchants.public.js';
import type { PayoutView } from '../../src/modules/payouts/application/payout-view.js';
import { EventCursors } from '../../src/modules/webhooks/domain/deliveries.js';
import { migrate } from '../../src/platform/database/schema/migrate.js';
import { Bahi } from '../support/bahi.js';
import { createDatabaseBehind, describeOnCitus, nodeOf } from '../support/citus.js';
import { Client, type Json } from '../support/client.js';
import { documentedFetch } from '../support/documented-fetch.js';
import { HookReceiver } from '../support/hook-receiver.js';
import type { Service } from '../support/local-service.js';
import type { Merchant } from '../support/merchant.js';
import type { PostgresProxy } from '../support/postgres-proxy.js';
import type { TestDatabase } from '../support/postgres-server.js';
import { redisEnvironment } from '../support/redis-server.js';
import { until } from '../support/wait-for.js';

/** Enough for each node to have some. */
const MERCHANTS = 8;

/** Bahi does not ask the bank by itself during a test. */
const UNHURRIED = { PROCESSING_TIMEOUT_SECONDS: '600' };

describeOnCitus('while a node is away', () => {
  const proxies: PostgresProxy[] = [];
  let database: TestDatabase;
  let bahi: Bahi;
  let service: Service;
  /** A merchant on the unreachable node, and one on another node. */
  let away: Merchant;
  let there: Merchant;
  /** Merchants on reachable nodes. */
  let others: string[];
  let lost: PayoutView;
  let found: PayoutView;
  /** For an operators' endpoint that existed before and is inactive. */
  let sleeper: HookReceiver;
  let sleeping: string;

  beforeAll(async () => {
    bahi = await Bahi.open({
      environment: {
        ...redisEnvironment(),
        WEBHOOK_ALLOW_LOOPBACK: '1',
        DATA_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      },
      server: { createDatabase: async () => (database = await createDatabaseBehind(proxies)) },
    });
    const merchants = await bahi.merchants(MERCHANTS, { rupees: 1_000 });
    const nodes = await Promise.all(merchants.map(({ id }) => nodeOf(bahi.psql, id)));
    const node = proxies[0]!;
    const of = (isLost: boolean): Merchant =>
      merchants[nodes.findIndex((port) => (String(port) === new URL(node.url).port) === isLost)]!;
    [away, there] = [of(true), of(false)];
    others = merchants.filter((_, n) => String(nodes[n]) !== new URL(node.url).port).map(({ id }) => id);
    await bahi.asOperator().patch(`/merchants/${away.id}`, { reads_per_second: 7 });
    sleeper = await HookReceiver.listen();
    const asleep = { url: sleeper.url, scope: 'all_merchants', is_active: false };
    sleeping = (await bahi.asOperator().post('/webhook-endpoints', asleep)).body.id;
    [lost, found] = [await away.aPayout(10), await there.aPayout(10)];
    node.refusing = true;
    node.cutAll();
    // It has no key in its cache yet.
    service = await bahi.serve();
    [away, there] = [away.at(service), there.at(service)];
  }, 120_000);

  afterAll(async () => {
    await bahi?.close();
    await sleeper?.close();
    await Promise.all(proxies.map((proxy) => proxy.close()));
  });

  it('health names it, and the service is degraded, and ready', async () => {
    // They start while the node is unreachable, and nothing else is missing.
    await bahi.process('worker');
    const { url } = await bahi.process('api');
    const health = async (): Promise<Json> => (await documentedFetch(`${url}/health`)).json();
    const state = (proxy: PostgresProxy) => ({ node: new URL(proxy.url).host, answers: proxy !== proxies[0] });
    const byName = (a: { node: string }, b: { node: string }): number => (a.node < b.node ? -1 : 1);
    expect(await health()).toMatchObject({
      status: 'degraded',
      database: true,
      nodes: proxies.map(state).sort(byName),
    });
    expect((await documentedFetch(`${url}/health/ready`)).status).toBe(200);
    // A node that hangs gives no answer either, and does not delay the others for long.
    proxies[0]!.refusing = false;
    proxies[0]!.silent = true;
    let start = 0;
    await until('it is looked for again', async () => {
      start = performance.now();
      await health();
      return performance.now() - start > 1_000;
    });
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(await health()).toMatchObject({ database: true, nodes: proxies.map(state).sort(byName) });
    expect(performance.now() - start).toBeLessThan(2_000);
    proxies[0]!.silent = false;
    proxies[0]!.refusing = true;
    proxies[0]!.cutAll();
  }, 60_000);

  it('everything in one process starts as well, which migrates where there is something to migrate', async () => {
    const { url, output } = await bahi.process('start');
    expect((await documentedFetch(`${url}/health/ready`)).status).toBe(200);
    const { host } = new URL(proxies[0]!.url);
    expect(output).toContain(`Rights were not checked, because nodes do not answer: ${host}.\n`);
  }, 60_000);

  it('everybody is known by their keys, and by their limits', async () => {
    const known = await away.api.get('/webhook-endpoints');
    expect([known.status, known.headers.get('ratelimit-policy')]).toEqual([200, expect.stringContaining('q=7;')]);
    expect((await there.api.get('/webhook-endpoints')).status).toBe(200);
    expect((await bahi.asOperator(service).get('/webhook-endpoints')).status).toBe(200);
  });

  it('keys are issued to operators, and to merchants of other nodes', async () => {
    const { key } = await bahi.service.get(IssueApiKey).execute({ merchantId: null, name: 'Second operator' });
    const second = new Client(service.url, key);
    expect((await second.post(`/merchants/${there.id}/api-keys`, { name: 'Second server' })).status).toBe(201);
    expect((await second.post(`/merchants/${away.id}/api-keys`, { name: 'Second server' })).status).toBe(503);
  });

  it('nobody is kept from working but merchants of that node', async () => {
    const { status } = await there.payOut(10);
    expect(status).toBe(201);
    // The worker pays them out meanwhile.
    expect((await there.balance()).available).toBe(980);
    for (const path of ['/balance', '/payouts']) expect([path, (await away.api.get(path)).status]).toEqual([path, 503]);
  });

  it('a merchant of another node has webhooks', async () => {
    const receiver = await HookReceiver.listen();
    const { status, body } = await there.api.post('/webhook-endpoints', { url: receiver.url });
    expect([status, body.detail]).toEqual([201, undefined]);
    const { id } = await there.aPayout(10);
    await until('an event of a payout comes', () => receiver.received.some((one) => one.body.includes(id)));
    // A merchant that was signalled just before its node became unreachable does not keep others' events from being
    // planned.
    const signalled = [away.id, there.id];
    const ofAll = { url: receiver.url, scope: 'all_merchants' };
    const { body: second } = await bahi.asOperator(service).post('/webhook-endpoints', ofAll);
    expect(await bahi.service.get(EventCursors).behind(null, 100, signalled)).toEqual(expect.any(Array));
    for (const endpoint of [body, second])
      expect((await bahi.asOperator(service).delete(`/webhook-endpoints/${endpoint.id}`)).status).toBe(204);
    await receiver.close();
  });

  it('keys whose window is over are removed of the others, however many', async () => {
    const expired = 700;
    const count = (): Promise<number> =>
      bahi.count(`idempotency_keys WHERE merchant_id = ANY('{${others.join()}}') AND key LIKE 'over-%'`);
    for (const id of others)
      await bahi.psql.query(
        `INSERT INTO idempotency_keys SELECT $1, 'over-' || n, sha256('x'), 201, 'application/json', '{}',
           date_trunc('hour', now()) - interval '3 hours', -$2::bigint FROM generate_series(1, $3) n`,
        [id, 3 * 3_600_000, expired],
      );
    expect(await count()).toBe(others.length * expired);
    // Keys of a book that is just being written to wait for the next run.
    await until('all are removed', async () => {
      await bahi.service.get(ReapExpiredKeys).execute();
      return (await count()) === 0;
    });
  }, 60_000);

  it('what only its id names is found on its node', async () => {
    const operator = bahi.asOperator(service);
    expect((await operator.get(`/payouts/${found.id}`)).body).toMatchObject({ id: found.id });
    expect((await operator.get(`/payouts/${lost.id}`)).status).toBe(503);
  });

  it('a bank’s callback finds its payout', async () => {
    await bahi.serve({ worker: true, environment: UNHURRIED });
    const { id } = await there.aPayout(100, { to: '0004' });
    await until('the bank has paid', async () => (await bahi.bank.timesPaid(id)) === 1);
    const { headers, body } = await bahi.bank.callback(id, 'succeeded');
    const { status } = await documentedFetch(`${service.url}/api/v1/gateways/bank-simulator/callbacks`, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: new Uint8Array(body),
    });
    expect(status).toBe(200);
    await there.until(id, 'completed');
  }, 60_000);

  it('verify reads the books of the others, and says what it has not read', async () => {
    const { code, stdout } = await bahi.command('verify');
    expect([code, stdout]).toEqual([3, expect.stringContaining(`${there.id} `)]);
    expect(stdout.match(/^NOT READ.*$/gm)).toEqual([expect.stringMatching(/^NOT READ: node 127\.0\.0\.1:\d+ \(.+\)$/)]);
    expect(stdout).toMatch(/^[1-7] books? verified, nothing wrong\.$/m);
    expect(await bahi.count('verify_runs WHERE finished_at IS NULL AND books > 0')).toBe(1);
  }, 60_000);

  it('a limit that changes with its merchant holds at sign-in, and not without it', async () => {
    const operator = bahi.asOperator(service);
    expect((await operator.patch(`/merchants/${away.id}`, { reads_per_second: 9 })).status).toBe(503);
    expect(await bahi.psql.query('SELECT reads_per_second AS limit FROM merchant_limits')).toEqual([{ limit: 7 }]);
    expect((await operator.patch(`/merchants/${there.id}`, { reads_per_second: 11 })).status).toBe(200);
    await until('it holds', async () =>
      (await there.api.get('/webhook-endpoints')).headers.get('ratelimit-policy')!.includes('q=11;'),
    );
  });

  it('health counts those who sign in with other limits than their own, until their limits are changed again', async () => {
    const differing = async (): Promise<number> =>
      ((await (await documentedFetch(`${service.url}/health`)).json()) as Json).merchant_limits_differing;
    // Nothing can be said about the merchant on the unreachable node.
    await bahi.psql.query('UPDATE merchant_limits SET reads_per_second = 12');
    await until('it is counted', async () => (await differing()) === 1);
    const mended = await bahi.asOperator(service).patch(`/merchants/${there.id}`, { reads_per_second: 11 });
    expect([mended.status, mended.body.detail]).toEqual([200, undefined]);
    await until('it is no more', async () => (await differing()) === 0);
  });

  it('one that hangs keeps neither a start waiting nor webhooks from being planned, and operators have endpoints made and switched on', async () => {
    const operator = bahi.asOperator(service);
    const [node] = proxies;
    node!.refusing = false;
    node!.silent = true;
    const lines: string[] = [];
    await migrate(database.ownerUrl, (line) => lines.push(line), { mayLeaveNodes: true });
    expect(lines).toEqual([expect.stringContaining(`nodes do not answer: ${new URL(node!.url).host}.`)]);
    const receiver = await HookReceiver.listen();
    const made = await operator.post('/webhook-endpoints', { url: receiver.url, scope: 'all_merchants' });
    expect([made.status, made.body.detail]).toEqual([201, undefined]);
    expect((await operator.patch(`/webhook-endpoints/${sleeping}`, { is_active: true })).status).toBe(200);
    expect(await bahi.service.get(EventCursors).behind(null, 100)).toEqual(expect.any(Array));

    node!.silent = false;
    node!.cutAll();
    await until('its merchants are served again', async () => (await away.api.get('/balance')).status === 200);
    const later = [await away.aPayout(10), await there.aPayout(10)];
    for (const { received } of [receiver, sleeper]) {
      for (const { id } of later)
        await until('an event of each comes', () => received.some((one) => one.body.includes(id)));
      const requested = received
        .map(({ body }): Json => JSON.parse(body))
        .flatMap(({ type, data }) => (type === 'payout.requested' ? [data.object.id] : []));
      expect([...new Set(requested)].sort()).toEqual(later.map(({ id }) => id).sort());
    }
    await receiver.close();
  }, 120_000);
});
