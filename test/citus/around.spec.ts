import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import { createDistributedDatabase, describeOnCitus } from '../support/citus.js';
import type { Client } from '../support/client.js';
import { documentedFetch } from '../support/documented-fetch.js';
import { EventStreamReader } from '../support/event-stream-reader.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { redisEnvironment } from '../support/redis-server.js';
import { until } from '../support/wait-for.js';

/** Enough for each node to have some. */
const MERCHANTS = 6;

describeOnCitus('what others read of distributed books', () => {
  let bahi: Bahi;
  let operator: Client;
  let merchants: Merchant[];
  const readers: EventStreamReader[] = [];

  beforeAll(async () => {
    bahi = await Bahi.open({
      worker: true,
      environment: redisEnvironment(),
      server: { createDatabase: createDistributedDatabase },
    });
    operator = bahi.asOperator();
    merchants = await bahi.merchants(MERCHANTS, { rupees: 1_000, accounts: ['0001', '0002', '0003'] });
    for (const key of [bahi.operatorKey, merchants[0]!.apiKey])
      readers.push(await EventStreamReader.open(bahi.service.url, key));
    await Promise.all(
      merchants.flatMap((merchant) =>
        [
          ['0001', 'completed'],
          ['0002', 'failed'],
        ].map(async ([to, end]) => merchant.until((await merchant.aPayout(10, { to: to! })).id, end!)),
      ),
    );
    await new PaymentsDriver(merchants[0]!).aSuccess(12_001);
  }, 120_000);

  afterAll(async () => {
    for (const reader of readers) reader.close();
    await bahi?.close();
  });

  it('the bank is compared with all of them, in both directions', async () => {
    const compare = () => bahi.command('compare', '--with-bank');
    const before = await compare();
    expect(before).toMatchObject({ code: 0, stdout: expect.stringMatching(/No differences\./) });
    await bahi.psql.query(
      `INSERT INTO bank_simulator.transfers (reference, amount_paise, mode, beneficiary_name, account_number, ifsc, outcome,
         utr, settles_at) VALUES ('lost-here', 12345, 'IMPS', 'Asha Rao', '1', 'HDFC0000001', 'paid', 'lost-here', now())`,
    );
    const [{ id }] = (await merchants[1]!.api.get('/payouts?status=completed')).body.results;
    await bahi.psql.tamper(['DELETE FROM bank_simulator.transfers WHERE reference = $1', [id]]);
    const { code, stdout } = await compare();
    expect(code).toBe(1);
    for (const reference of ['lost-here', id]) expect(stdout).toContain(reference);
  });

  it('metrics count what is open, and what has ended', async () => {
    /** From one scrape. A figure that a busy server does not count within a second is missing: null, not 0. */
    const figures = async (...names: string[]): Promise<(number | null)[]> => {
      const response = await documentedFetch(`${bahi.service.url}/metrics`);
      expect(response.status).toBe(200);
      const all = (await response.text()).split('\n');
      return names.map((name) => {
        const lines = all.filter((line) => line.startsWith(name));
        const sum = lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
        return lines.length === 0 ? null : sum;
      });
    };
    const untilFigures = (why: string, expected: Readonly<Record<string, number>>): Promise<void> =>
      until(why, async () => (await figures(...Object.keys(expected))).join() === Object.values(expected).join());
    await untilFigures('nothing is to be carried', { bahi_outbox_backlog_events: 0 });
    const open = await merchants[2]!.aPayout(1, { to: '0003' });
    await untilFigures('an open one is counted, and nothing is missing', {
      'bahi_payouts_open{': 1,
      bahi_figures_missing: 0,
    });
    expect(await figures('bahi_payouts_reached_total{status="completed"}')).toEqual([MERCHANTS]);
    expect((await merchants[2]!.api.get(`/payouts/${open.id}`)).status).toBe(200);
  });

  it.each([
    ['payouts', 2, 2 * MERCHANTS + 1],
    ['payouts?status=failed', 1, MERCHANTS],
    ['payments', 1, 1],
    ['refunds', 0, 0],
  ])('a file of %s has the rows of the list', async (path, own, all) => {
    const linesOf = async (key: string): Promise<number> => {
      const headers = { authorization: `Api-Key ${key}` };
      const response = await documentedFetch(`${bahi.service.url}/api/v1/exports/${path}`, { headers });
      const text = await response.text();
      expect([path, response.status, text.slice(0, 300)]).toEqual([path, 200, expect.any(String)]);
      return text.split('\r\n').length - 2;
    };
    expect(await linesOf(merchants[0]!.apiKey)).toBe(own);
    expect(await linesOf(bahi.operatorKey)).toBe(all);
  });

  it.each(['ledger?account=all', 'daily?from=2026-01-01&to=2026-01-02'])(
    'a file of %s can be had of one book',
    async (path) => {
      const offered = await merchants[0]!.api.post(`/exports/${path}`);
      expect([path, offered.status, offered.body.detail]).toEqual([path, 201, undefined]);
      const response = await documentedFetch(`${bahi.service.url}${offered.body.url}`);
      expect([path, response.status]).toEqual([path, 200]);
      expect((await response.text()).split('\r\n').length - 2).toBe(offered.body.rows);
    },
  );

  it('the stream brings each event of all books to operators, and those of one to its merchant, in order', async () => {
    const [everybody, own] = readers as [EventStreamReader, EventStreamReader];
    const { body } = await operator.get('/events?limit=100');
    const ids = (body.results as { id: string }[]).map(({ id }) => id);
    await until('all have come', () => everybody.events.length >= ids.length);
    expect(everybody.events.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    const mine = everybody.events.filter(({ merchant_id }) => merchant_id === merchants[0]!.id);
    await until('its own have come', () => own.events.length >= mine.length);
    expect(own.events.map(({ id }) => id)).toEqual(mine.map(({ id }) => id));
    const sequences = mine.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  });
});
