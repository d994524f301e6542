import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MOST_COUNTED } from '../../src/platform/metrics/database-gauges.js';
import { Bahi } from '../support/bahi.js';
import { documentedFetch } from '../support/documented-fetch.js';
import { findJitBinaries, startJitServer } from '../support/jit-server.js';
import { startOwnServer, type TestServer } from '../support/postgres-server.js';
import { until } from '../support/wait-for.js';

/** Of each kind, more than a figure counts. */
const OF_EACH = MOST_COUNTED + 10_000;

const machine = findJitBinaries();

const SERVERS: readonly (readonly [string, () => Promise<TestServer>])[] = [
  ['on the bundled PostgreSQL', startOwnServer],
  ...(machine === null ? [] : [['on PostgreSQL as Debian delivers it', () => startJitServer(machine)] as const]),
];

/** With an event for each that has not been carried to the queue yet. */
const fill = (digit: number, due: string): [string] => [
  `WITH made AS (
     INSERT INTO payouts (merchant_id, id, bank_account_id, recipient_name, recipient_account_number, recipient_ifsc,
       amount_paise, mode, status, next_step, waiting_for, needs_attention, next_attempt_at, attempts, inquiries,
       bank_disagrees, events, created_at, updated_at)
     SELECT lpad('', 32, '${digit}')::uuid, gen_random_uuid(), gen_random_uuid(), 'Asha Rao', '918200000001',
       'HDFC0000001', 100, 'IMPS', ${due}, now(), 0, 0, false, 1, now(), now()
     FROM generate_series(1, ${OF_EACH})
     RETURNING merchant_id, id
   ), events AS (
     INSERT INTO outbox (merchant_id, id, type, payload, created_at, published_at)
     SELECT merchant_id, id, 'payout.requested', '{}', now(), now() FROM made RETURNING merchant_id, id)
   INSERT INTO outbox_queue (merchant_id, id) SELECT merchant_id, id FROM events`,
];

describe.each(SERVERS)('more than 300,000 open payouts %s', (_where, start) => {
  let server: TestServer;
  let bahi: Bahi;

  beforeAll(async () => {
    server = await start();
    bahi = await Bahi.open({ server });
    await bahi.psql.tamper(
      fill(1, `'pending', 'submit', NULL, false`),
      fill(2, `'pending', 'submit', 'gateway_paused', false`),
      fill(3, `'processing', 'inquire', NULL, true`),
    );
  }, 300_000);

  afterAll(async () => {
    await bahi.close();
    await server.stop();
  });

  const figures = async (): Promise<Readonly<Record<string, number>>> => {
    const text = await (await documentedFetch(`${bahi.service.url}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
    );
  };

  it.each([
    ['before the server has statistics', ''],
    ['with statistics', 'ANALYZE'],
  ])('leave no figure out, and none counts further than it says: %s', async (_when, prepare) => {
    if (prepare !== '') await bahi.psql.query(prepare);
    // A figure that takes longer than a second is left out of a scrape, as can happen on a busy machine.
    let seen: Readonly<Record<string, number>> = {};
    await until(
      'no figure is left out',
      async () => (seen = await figures())['bahi_figures_missing'] === 0,
      90_000,
      1_000,
    );
    expect(seen).toMatchObject({
      'bahi_payouts_open{status="pending"}': MOST_COUNTED,
      'bahi_payouts_open{status="processing"}': MOST_COUNTED,
      'bahi_payouts_waiting{waiting_for="gateway_paused"}': MOST_COUNTED,
      'bahi_payouts_waiting{waiting_for="no_gateway"}': 0,
      bahi_payouts_needing_attention: MOST_COUNTED,
      bahi_outbox_backlog_events: MOST_COUNTED,
      'bahi_payments_open{what="payment"}': 0,
    });
    expect(seen['bahi_outbox_lag_seconds']).toBeGreaterThan(0);
  });
});
