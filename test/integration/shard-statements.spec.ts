import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DISTRIBUTED } from '../../migrations/tables.js';
import { PaymentReader } from '../../src/modules/payments/domain/payment-reader.js';
import { PayoutReader } from '../../src/modules/payouts/domain/payout-reader.js';
import { SqlReturnWatch } from '../../src/modules/payouts/infrastructure/sql-return-watch.js';
import { ExpiredKeys } from '../../src/modules/idempotency/domain/expired-keys.js';
import { DistributedEventCursors } from '../../src/modules/webhooks/infrastructure/distributed-event-cursors.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { literal } from '../../src/platform/database/shards/every-shard.js';
import { Lists } from '../../src/platform/database/reads/lists.js';
import { Placement } from '../../src/platform/database/shards/placement.js';
import { type SqlTemplate, textOf } from '../../src/platform/database/statements/sql-template.js';
import { BETWEEN, SINCE } from '../../src/platform/outbox/followed-events.js';
import { StoredEvents } from '../../src/platform/outbox/stored-events.js';
import { OutboxPruning } from '../../src/platform/outbox/outbox-pruning.js';
import { NIL_ID } from '../../src/shared/ids.js';
import { longestPlan } from '../../src/shared/submissions/submission.js';
import { Bahi } from '../support/bahi.js';

/** A schema with only the tables of a shard. */
const SHARD = 'shard_of_books';

const LIVE_TIME = '(SELECT 1::bigint AS live_ms, NULL::bigint AS set_back_live_ms) AS live_time';

let bahi: Bahi;
let database: Database;

beforeAll(async () => {
  bahi = await Bahi.open({
    environment: { WEBHOOK_ALLOW_LOOPBACK: '1', DATA_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64') },
  });
  database = bahi.service.get(Database);
  const views = DISTRIBUTED.flat().map(({ name }) => `CREATE VIEW ${SHARD}.${name}_7 AS SELECT * FROM public.${name}`);
  await bahi.psql.query([`CREATE SCHEMA ${SHARD}`, ...views, `SET search_path = ${SHARD}`].join('; '));
});

afterAll(() => bahi?.close());

/** Runs a statement in the form in which it is sent to a shard. */
async function tryOnShard(statement: SqlTemplate, values: readonly unknown[]): Promise<void> {
  const text = statement({
    table: (name) => (name === 'live_time' ? LIVE_TIME : `${name}_7`),
    value: (n) => literal(values[n - 1]),
  });
  const failure = await bahi.psql.query(text).then(() => null, String);
  expect([textOf(statement), failure]).toEqual([textOf(statement), null]);
}

/** Tries each statement that `work` sends to all shards. @returns how many there were */
async function tried(work: () => Promise<unknown>): Promise<number> {
  const sent = new Map<SqlTemplate, readonly unknown[]>();
  const { search } = Placement.prototype;
  const lists = bahi.service.get(Lists);
  const read = lists.read.bind(lists);
  Placement.prototype.search = function <Row>(this: Placement, ...args: Parameters<typeof search>) {
    sent.set(args[0], args[1]);
    return search.apply(this, args) as Promise<Row[]>;
  };
  lists.read = (statement) => {
    if (statement.spread !== undefined && !statement.of) sent.set(statement.spread.template, statement.values);
    return read(statement);
  };
  try {
    await work();
  } finally {
    Placement.prototype.search = search;
    lists.read = read;
  }
  for (const [statement, values] of sent) await tryOnShard(statement, values);
  return sent.size;
}

it.each([
  ['payouts', PayoutReader],
  ['payments', PaymentReader],
] as const)('what looks for work among all %s reads the tables of a shard alone', async (_, type) => {
  const reader: PayoutReader | PaymentReader = bahi.service.get<PayoutReader | PaymentReader>(type);
  const sent = await tried(async () => {
    for (const step of ['inquire', 'submit'] as const) await reader.due(step, 10, null);
    await reader.misdated(10, null, longestPlan(30_000));
    for (const merchantId of [null, NIL_ID]) await reader.waiting({ for: ['merchant_inactive'], merchantId }, 10, null);
    await reader.waitingPlaces();
    await reader.waitingAt(['a-gateway another'], 5, null);
  });
  expect(sent).toBe(7);
});

it('so does what looks for old events and keys, for readers of events, and for money that may come back', async () => {
  const operator = bahi.asOperator();
  const endpoint = { scope: 'all_merchants', url: 'http://127.0.0.1:9000/' };
  expect(await operator.post('/webhook-endpoints', endpoint)).toMatchObject({ status: 201 });
  await bahi.psql.query(
    `INSERT INTO public.outbox_marks SELECT live_ms - 400 * 86400000::bigint, now() FROM public.live_time`,
  );
  const events = bahi.service.get(StoredEvents);
  const sent = await tried(async () => {
    await bahi.service.get(OutboxPruning).prune();
    await events.find(null, NIL_ID);
    await new SqlReturnWatch(database).take('a-gateway', 10);
    await new DistributedEventCursors(database).behind(null, 10);
    const keys = bahi.service.get(ExpiredKeys);
    await keys.find(null, 10);
    await keys.find({ merchantId: NIL_ID, key: 'k', expiresAt: new Date(0).toISOString() }, 10);
  });
  expect(sent).toBe(6);
});

it('so does what streams of everybody’s events read of each node', async () => {
  await tryOnShard(SINCE, [NIL_ID, 10]);
  await tryOnShard(BETWEEN, [[NIL_ID], [0], [10], null]);
});

it.each([
  '/merchants',
  '/payouts?status=completed&utr=UTR0000000001',
  '/payouts?needs_attention=true&waiting_for=no_gateway',
  '/payments?currency=USD',
  '/refunds?status=pending',
  '/bank-accounts',
  '/events',
  '/events?type=payout.completed&created_from=2026-01-01T00:00:00Z',
  '/attention',
])('so does the operators’ list %s', async (path) => {
  const sent = await tried(async () => {
    const { status, body } = await bahi.asOperator().get(path);
    expect([status, body.detail]).toEqual([200, undefined]);
  });
  expect(sent).toBeGreaterThan(0);
});
