import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { documentedFetch } from '../support/documented-fetch.js';
import { Bahi } from '../support/bahi.js';
import type { Service } from '../support/local-service.js';
import type { Merchant } from '../support/merchant.js';
import { whileOwnClockIsOff } from '../support/own-clock.js';
import { RecordedAlarms } from '../support/recorded-alarms.js';
import { scrape } from '../support/scrape.js';
import { PATIENCE_MS, until } from '../support/wait-for.js';

let bahi: Bahi;
let acme: Merchant;

/**
 * A call may take a second, because more than twenty payouts run at once, and one that took longer would be inquired
 * about.
 */
beforeAll(async () => {
  bahi = await Bahi.open({ environment: { PROCESSING_TIMEOUT_SECONDS: '6', MAX_RETRIES: '0' } });
  acme = await bahi.aMerchant({ rupees: 1_000, accounts: ['0001', '0002', '0008'] });
});

afterAll(() => bahi.close());

async function valueOf(series: string, service: Service = bahi.service): Promise<number | undefined> {
  return (await scrape(service)).get(series);
}

describe('the metrics of the API', () => {
  it('measure requests by the pattern of their route, never by their path', async () => {
    const { id } = await acme.aPayout(100);
    await acme.payout(id);
    await acme.api.get('/payouts/no-such-id');
    await acme.api.get(`/nothing/${id}`);
    const names = [...(await scrape(bahi.service)).keys()];
    const requests = names.filter((name) => name.startsWith('bahi_http_request_seconds_count'));
    const of = (method: string, route: string, status: number): string =>
      `bahi_http_request_seconds_count{method="${method}",route="${route}",status="${status}"}`;
    expect(requests).toEqual(
      expect.arrayContaining([
        of('POST', '/api/v1/payouts', 201),
        of('GET', '/api/v1/payouts/:id', 200),
        of('GET', '/api/v1/payouts/:id', 404),
        of('GET', 'none', 404),
      ]),
    );
    expect(names.filter((name) => name.includes(id))).toEqual([]);
  });

  it('count the writes that shared a transaction, and those that wait', async () => {
    const [count, sum] = ['bahi_group_commit_batch_writes_count', 'bahi_group_commit_batch_writes_sum'];
    const before = await scrape(bahi.service);
    await Promise.all(Array.from({ length: 20 }, () => acme.aPayout(1)));
    const after = await scrape(bahi.service);
    expect(after.get(sum)! - before.get(sum)!).toBe(20);
    expect(after.get(count)! - before.get(count)!).toBeLessThanOrEqual(20);

    const session = await bahi.sqlSession();
    await session.lock(acme);
    const waits = acme.aPayout(1);
    await until('a write waits', async () => (await valueOf('bahi_group_commit_waiting_writes')) === 1);
    await session.rollback();
    await waits;
    expect(await valueOf('bahi_group_commit_waiting_writes')).toBe(0);
  });

  it('show what nobody carries to the bank: open payouts and their events, and how long they have waited', async () => {
    const open = await bahi.count('payouts');
    const seen = await scrape(bahi.service);
    expect(seen.get('bahi_payouts_open{status="pending"}')).toBe(open);
    expect(seen.get('bahi_payouts_open{status="processing"}')).toBe(0);
    expect(seen.get('bahi_payouts_reached_total{status="pending"}')).toBe(open);
    expect(seen.get('bahi_outbox_backlog_events')).toBe(await bahi.count('outbox_queue'));
    const [row] = await bahi.psql.query<{ lag: number }>(
      `SELECT extract(epoch FROM clock_timestamp() - min(created_at))::float8 AS lag
       FROM outbox_queue JOIN outbox USING (merchant_id, id)`,
    );
    expect(seen.get('bahi_outbox_lag_seconds')).toBeGreaterThan(0);
    expect(seen.get('bahi_outbox_lag_seconds')).toBeLessThanOrEqual(row!.lag);
  });

  it('show by how much a clock is wrong, with an alarm, until it is right again', async () => {
    const [alarms, offSeconds] = [new RecordedAlarms(), 600];
    const ahead = async (): Promise<number> => (await valueOf('bahi_clock_skew_seconds{of="process"}')) ?? NaN;
    const agree = async (): Promise<boolean> => Math.abs(await ahead()) < 5;
    await until('the clocks agree', agree, PATIENCE_MS, 100);

    await whileOwnClockIsOff(-offSeconds * 1_000, () =>
      until('the database’s is ahead', async () => (await ahead()) > offSeconds - 5, PATIENCE_MS, 100),
    );
    const said = /^ALARM: the database's clock is (599|6\d\d)\.\d s ahead of this process's clock, /;
    expect(alarms.about('clock')).toEqual([expect.stringMatching(said)]);

    await until('the clocks agree', agree, PATIENCE_MS, 100);
    expect(await valueOf('bahi_clock_skew_seconds{of="database"}')).toBeLessThan(5);
  });

  it('show the connections, and what Node.js itself measures', async () => {
    // Each kind of connection has just been used: unused ones are closed.
    const { id } = await acme.aPayout(1);
    await acme.payout(id);
    await acme.api.get('/balance');
    const seen = await scrape(bahi.service);
    for (const pool of ['statements', 'mapper']) {
      const connections = (state: string) => seen.get(`bahi_database_pool{pool="${pool}",state="${state}"}`);
      expect(connections('idle')! + connections('in_use')!).toBeGreaterThan(0);
      expect(connections('waiting')).toBe(0);
    }
    expect(seen.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  it('leave out figures that the database does not give in time, and no other, and say how many', async () => {
    const session = await bahi.sqlSession();
    await session.query('BEGIN; LOCK gateway_callbacks, refunds IN ACCESS EXCLUSIVE MODE');
    const figures = (seen: ReadonlyMap<string, number>): boolean[] =>
      ['bahi_gateway_callbacks_waiting', 'bahi_outbox_backlog_events', 'bahi_payouts_needing_attention'].map((name) =>
        seen.has(name),
      );
    // One figure of callbacks, and three of refunds: those that are open, that wait, and that need attention, which is
    // shared with payments.
    await until('the others are there', async () => {
      const seen = await scrape(bahi.service);
      return figures(seen).join() === 'false,true,true' && seen.get('bahi_figures_missing') === 4;
    });
    await session.rollback();
    await until('all are back', async () => {
      const seen = await scrape(bahi.service);
      return figures(seen).every(Boolean) && seen.get('bahi_figures_missing') === 0;
    });
  });

  it('need no key, and take nothing but GET', async () => {
    expect((await documentedFetch(`${bahi.service.url}/metrics`, { method: 'POST' })).status).toBe(405);
  });

  it.each(['is cut off', 'hangs'] as const)('go without the database’s figures while it %s', async (how) => {
    const proxy = await bahi.proxy();
    const cut = await bahi.serve({ environment: { DATABASE_URL: proxy.url } });
    expect((await scrape(cut)).has('bahi_outbox_backlog_events')).toBe(true);
    if (how === 'hangs') proxy.silent = true;
    proxy.refusing = true;
    if (how === 'is cut off') proxy.cutAll();
    const start = performance.now();
    const seen = await scrape(cut);
    expect(performance.now() - start).toBeLessThan(5_000);
    const database = ['bahi_outbox_backlog_events', 'bahi_outbox_lag_seconds', 'bahi_payouts_open{status="pending"}'];
    for (const name of [...database, 'bahi_queue_jobs{queue="payouts",state="waiting"}'])
      expect([name, seen.has(name)]).toEqual([name, false]);
    expect(seen.get('bahi_figures_missing')).toBeGreaterThan(5);
    expect(seen.has('bahi_group_commit_waiting_writes')).toBe(true);
    proxy.refusing = false;
    proxy.silent = false;
    proxy.cutAll();
    await until('the figures are back', async () => (await scrape(cut)).has('bahi_outbox_backlog_events'));
  });
});

describe('the metrics of a worker', () => {
  it('show how the calls to the bank end, what the payouts became of, and who needs a person', async () => {
    const [paid, rejected, unanswered] = await Promise.all(
      ['0001', '0002', '0008'].map((to) => acme.aPayout(10, { to })),
    );
    const worker = await bahi.process('worker', { WORKER_PORT: '0' });
    await acme.until(paid!.id, 'completed');
    await acme.until(rejected!.id, 'failed');
    await acme.payoutThat('needs attention', unanswered!.id, (payout) => payout.needs_attention);
    // The payouts of the earlier tests are processed, too.
    const open = 'payouts WHERE next_attempt_at IS NOT NULL';
    await until('only that one is open', async () => (await bahi.count(open)) === 1);
    await until('the queue is empty', async () => (await valueOf('bahi_outbox_backlog_events', worker)) === 0);

    const seen = await scrape(worker);
    const calls = (call: string, ending: string) =>
      seen.get(`bahi_gateway_call_seconds_count{gateway="bank-simulator",call="${call}",ending="${ending}"}`);
    const completed = await bahi.count(`payouts WHERE status = 'completed'`);
    expect(calls('submission', 'succeeded')).toBe(completed);
    expect(calls('submission', 'rejected')).toBe(1);
    expect(calls('submission', 'unknown')).toBe(1);
    expect(calls('inquiry', 'unknown')).toBeGreaterThan(0);
    expect(seen.get('bahi_payouts_reached_total{status="completed"}')).toBe(completed);
    expect(seen.get('bahi_payouts_reached_total{status="failed"}')).toBe(1);
    expect(seen.get('bahi_payouts_open{status="processing"}')).toBe(1);
    expect(seen.get('bahi_payouts_needing_attention')).toBe(1);
    expect(seen.get('bahi_outbox_lag_seconds')).toBe(0);
    expect(seen.get('bahi_queue_jobs{queue="payouts",state="waiting"}')).toBeDefined();
  });
});

describe('a service that keeps its figures to itself', () => {
  it('shows them for its token only, and no documents where they are switched off', async () => {
    const TOKEN = 'only-for-prometheus';
    const { url } = await bahi.process('api', { METRICS_TOKEN: TOKEN, DOCS: 'off' });
    const statusOf = async (path: string, authorization?: string): Promise<number> =>
      (await documentedFetch(`${url}${path}`, authorization === undefined ? {} : { headers: { authorization } }))
        .status;
    expect(await statusOf('/metrics')).toBe(401);
    for (const wrong of ['Bearer', 'Bearer another-token-of-16', `Basic ${TOKEN}`, TOKEN])
      expect(await statusOf('/metrics', wrong)).toBe(401);
    expect(await statusOf('/metrics', `Bearer ${TOKEN}`)).toBe(200);
    for (const path of ['/docs', '/docs-json', '/docs/start.js']) expect(await statusOf(path)).toBe(404);
    // eslint-disable-next-line no-restricted-globals -- a page for people
    expect(await (await fetch(`${url}/`)).text()).not.toContain('/docs');
    expect(await statusOf('/health')).toBe(200);
  });

  it('asks the database for them no more often than is set', async () => {
    const openAt = async (service: Service = bahi.service): Promise<number> => {
      const seen = await scrape(service);
      return ['pending', 'processing'].reduce(
        (sum, status) => sum + seen.get(`bahi_payouts_open{status="${status}"}`)!,
        0,
      );
    };
    const calm = await bahi.serve({ environment: { METRICS_EVERY_SECONDS: '3600' } });
    const before = await openAt(calm);
    // The bank cannot say what became of it, so it stays open, whatever worker runs.
    await acme.aPayout(1, { to: '0008' });
    expect(await openAt()).toBe(before + 1);
    expect(await openAt(calm)).toBe(before);
  });
});
