import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FanOutEvents } from '../../src/modules/webhooks/application/fan-out-events.js';
import { type ClaimedDelivery, Deliveries, DeliveryWork } from '../../src/modules/webhooks/domain/deliveries.js';
import { longestPlansMs } from '../../src/modules/webhooks/domain/delivery.js';
import type { HookResult } from '../../src/modules/webhooks/domain/hook-sender.js';
import { WebhookEndpoints } from '../../src/modules/webhooks/domain/webhook-endpoints.js';
import { PruneDeliveries } from '../../src/modules/webhooks/jobs/prune-deliveries.js';
import { ProcessRole } from '../../src/platform/config/config.public.js';
import { type EventSettings, RetentionMarks } from '../../src/platform/outbox/outbox.public.js';
import type { ListStatement } from '../../src/platform/database/reads/list-statement.js';
import { Lists } from '../../src/platform/database/reads/lists.js';
import { nextId } from '../../src/shared/ids.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import type { SqlSession } from '../support/sql-session.js';
import { statementsOf } from '../support/statement-recorder.js';

const ENVIRONMENT = { WEBHOOK_ALLOW_LOOPBACK: '1', DATA_ENCRYPTION_KEY: randomBytes(32).toString('base64') };
const REFUSED: HookResult = { statusCode: 500, answer: '', failure: null, fault: null, durationMs: 1 };
const OURS: HookResult = { statusCode: null, answer: null, failure: 'broken off by us', fault: 'own', durationMs: 1 };
const CAPACITIES = { endpointIds: [], capacities: [], fullCapacity: 10 };

let bahi: Bahi;
let merchant: Merchant;
let session: SqlSession;

beforeAll(async () => {
  bahi = await Bahi.open({ environment: { ...ENVIRONMENT, DATABASE_POOL_SIZE: '8' } });
  merchant = await bahi.aMerchant({ rupees: 100 });
  session = await bahi.sqlSession();
});

afterAll(() => bahi.close());

/** An endpoint with this many deliveries that are being sent. */
async function anEndpoint(payouts: number, isOrdered = false): Promise<{ id: string; claimed: ClaimedDelivery[] }> {
  const fields = { url: 'http://127.0.0.1:1234/', event_types: ['payout.requested'], is_ordered: isOrdered };
  const { id } = (await merchant.api.post('/webhook-endpoints', fields)).body;
  for (let i = 0; i < payouts; i++) await merchant.aPayout(1);
  await bahi.service.get(FanOutEvents).execute();
  const claimed = await bahi.service.get(DeliveryWork).claim(100, CAPACITIES);
  return { id, claimed: claimed.filter(({ endpointId }) => endpointId === id) };
}

const fail = (delivery: ClaimedDelivery, retryMs: number | null = 60_000): Promise<void> =>
  bahi.service.get(DeliveryWork).record(delivery, REFUSED, retryMs);

/** Locks the row of this delivery, so that a transaction that writes several of them stops half way. */
async function hold({ id }: ClaimedDelivery): Promise<void> {
  await session.query('BEGIN');
  await session.query('SELECT FROM webhook_deliveries WHERE id = $1 FOR UPDATE', [id]);
}

const pendingOf = (endpointId: string): Promise<number> =>
  bahi.count(`webhook_deliveries WHERE endpoint_id = $1 AND status = 'pending'`, [endpointId]);

describe('an endpoint that is removed', () => {
  it.each([0, 1, 2])(
    'waits for no attempt that waits for it, wherever it stops among its deliveries (%s)',
    async (i) => {
      const { id, claimed } = await anEndpoint(3);
      await hold(claimed[i]!);
      const removed = merchant.api.delete(`/webhook-endpoints/${id}`);
      await bahi.waitingFor('webhook_deliveries');

      const recorded = claimed.filter((_, j) => j !== i).map((delivery) => fail(delivery));
      await bahi.waitingFor('webhook_endpoints', { connections: 2 });
      await session.rollback();

      expect((await removed).status).toBe(204);
      await Promise.all(recorded);
      expect(await pendingOf(id)).toBe(0);
    },
  );

  it('takes along what is planned, or planned anew, until it is gone', async () => {
    const { id, claimed } = await anEndpoint(1);
    await fail(claimed[0]!, null);
    await merchant.aPayout(1);
    // As if planning had locked its cursor.
    await session.query('BEGIN');
    await session.query('SELECT FROM webhook_cursors WHERE endpoint_id = $1 FOR UPDATE', [id]);
    const planned = bahi.service.get(FanOutEvents).execute();
    await bahi.waitingFor('webhook_cursors');
    const removed = merchant.api.delete(`/webhook-endpoints/${id}`);
    await bahi.waitingFor('DELETE FROM webhook_endpoints');
    await session.rollback();

    expect((await removed).status).toBe(204);
    await planned;
    expect((await merchant.api.post(`/webhook-deliveries/${claimed[0]!.id}/retry`)).status).toBe(404);
    expect([await pendingOf(id), await bahi.count('webhook_cursors WHERE endpoint_id = $1', [id])]).toEqual([0, 0]);
  });
});

describe('an endpoint of the operators that is recovered while events of two merchants are planned for it', () => {
  it.each([0, 1])('waits for the planning, and not the other way too, wherever both stop (%s)', async (i) => {
    const merchants = [...(await bahi.merchants(2, { rupees: 100 }))].sort((a, b) => (a.id < b.id ? -1 : 1));
    const operator = bahi.asOperator();
    const fields = { url: 'http://127.0.0.1:1234/', scope: 'all_merchants', event_types: ['payout.requested'] };
    const { id } = (await operator.post('/webhook-endpoints', fields)).body;
    // The rows are stored in a different order than the one in which they are locked.
    for (const { id: merchantId } of [...merchants].reverse())
      await session.query('INSERT INTO webhook_cursors (merchant_id, endpoint_id, sequence) VALUES ($1, $2, 0)', [
        merchantId,
        id,
      ]);
    const since = new Date(Date.now() - 60_000).toISOString();
    const recover = () => operator.post(`/webhook-endpoints/${id}/recover`, { since });
    for (const round of [1, 2]) {
      for (const merchant of merchants) await merchant.aPayout(1);
      if (round === 1) await bahi.service.get(FanOutEvents).execute();
    }
    await session.query('BEGIN');
    await session.query('SELECT FROM webhook_cursors WHERE merchant_id = $1 AND endpoint_id = $2 FOR UPDATE', [
      merchants[i]!.id,
      id,
    ]);
    const recovered = recover();
    await bahi.waitingFor('webhook_cursors');
    const planned = bahi.service.get(FanOutEvents).execute();
    await bahi.waitingFor('webhook_cursors', { connections: 2 });
    await session.rollback();

    expect((await recovered).status).toBe(200);
    await planned;
    await operator.delete(`/webhook-endpoints/${id}`);
  });
});

describe('an ordered endpoint that is recovered', () => {
  it('while its last attempt is being written down has that one planned anew', async () => {
    const { id, claimed } = await anEndpoint(1, true);
    await hold(claimed[0]!);
    const failed = fail(claimed[0]!, null);
    await bahi.waitingFor('webhook_deliveries');
    const since = new Date(Date.now() - 60_000).toISOString();
    const recovered = merchant.api.post(`/webhook-endpoints/${id}/recover`, { since });
    await bahi.waitingFor('SELECT id FROM webhook_endpoints');
    await session.rollback();
    await failed;

    expect((await recovered).body).toEqual({ recovered: 1 });
    expect((await merchant.api.get(`/webhook-endpoints/${id}`)).body.paused_since).toBeNull();
    expect(await pendingOf(id)).toBe(1);
  });
});

describe('a delivery that somebody has sent again while it is on its way', () => {
  it.each([
    ['its last attempt', REFUSED, null],
    ['an early attempt', REFUSED, 60_000],
    ['an attempt that was broken off by us', OURS, 60_000],
  ])('is sent at once when %s fails, and that is its first try', async (_, result, retryMs) => {
    const { claimed } = await anEndpoint(1);
    const [delivery] = claimed;
    const retried = await merchant.api.post(`/webhook-deliveries/${delivery!.id}/retry`);
    await bahi.service.get(DeliveryWork).record(delivery!, result, retryMs);

    expect(retried.body.status).toBe('pending');
    const again = await bahi.service.get(DeliveryWork).claim(100, CAPACITIES);
    expect(again.filter(({ id }) => id === delivery!.id)).toMatchObject([{ attempt: 2, tries: 1 }]);
  });
});

describe('an endpoint that has failed for days', () => {
  it('is given up after ten failed attempts within a day, and not before', async () => {
    const { id, claimed } = await anEndpoint(10);
    const { merchantId } = claimed[0]!;
    await fail(claimed[0]!);
    const days = `UPDATE webhook_endpoints SET failing_since = failing_since - interval '6 days' WHERE merchant_id = $1 AND id = $2`;
    await session.query(days, [merchantId, id]);
    for (const delivery of claimed.slice(1, 9)) await fail(delivery);
    expect(await bahi.service.get(DeliveryWork).hasFailedForDays(id)).toBe(false);

    await fail(claimed[9]!);
    expect(await bahi.service.get(DeliveryWork).hasFailedForDays(id)).toBe(true);
    // Failures of the day before yesterday say nothing about today.
    await session.query(
      `UPDATE webhook_attempts SET started_at = started_at - interval '2 days' WHERE endpoint_id = $1`,
      [id],
    );
    expect(await bahi.service.get(DeliveryWork).hasFailedForDays(id)).toBe(false);
  });
});

describe('an endpoint that two people switch on at the same time', () => {
  it('is sent what happens as soon as it is on', async () => {
    const { id } = await anEndpoint(0);
    const endpoints = bahi.service.get(WebhookEndpoints);
    await merchant.api.patch(`/webhook-endpoints/${id}`, { is_active: false });
    await merchant.aPayout(1);
    const off = (await endpoints.find(merchant.id, id))!;

    expect(await endpoints.change(off, { isActive: true })).toMatchObject({ isActive: true });
    await merchant.aPayout(1);
    // The other request has read it before.
    expect(await endpoints.change(off, { isActive: true })).toMatchObject({ isActive: true });

    await bahi.service.get(FanOutEvents).execute();
    expect(await pendingOf(id)).toBe(1);
  });
});

describe('a delivery that a clock has dated ahead', () => {
  beforeEach(() => session.query('DELETE FROM webhook_deliveries'));

  const planMisdated = (): Promise<number> => bahi.service.get(DeliveryWork).planMisdated(longestPlansMs(1), 100);
  const planned = async (id: string, tries: number, hours: number): Promise<void> => {
    const ahead = `next_attempt_at = now() + $3 * interval '1 hour', tries = $2, claimed_until = NULL`;
    await session.query(`UPDATE webhook_deliveries SET ${ahead} WHERE endpoint_id = $1`, [id, tries, hours]);
  };
  const isDue = async (endpointId: string): Promise<boolean> =>
    (await bahi.service.get(DeliveryWork).claim(100, CAPACITIES)).some(
      (delivery) => delivery.endpointId === endpointId,
    );

  it('further than anything is planned is due now', async () => {
    const { id } = await anEndpoint(1);
    await planned(id, 9, 26);
    expect([await planMisdated(), await isDue(id)]).toEqual([0, false]);
    await planned(id, 9, 27);
    expect([await planMisdated(), await isDue(id)]).toEqual([1, true]);
  });

  it('is due now after the clock was set back, where no retry explains it', async () => {
    const { id } = await anEndpoint(1);
    await planned(id, 1, 0.5);
    expect(await planMisdated()).toBe(0);
    await session.query('UPDATE live_time SET set_back_live_ms = live_ms');
    await planned(id, 3, 0.5);
    expect([await planMisdated(), await isDue(id)]).toEqual([0, false]);
    await planned(id, 1, 0.5);
    expect([await planMisdated(), await isDue(id)]).toEqual([1, true]);
    await session.query('UPDATE live_time SET set_back_live_ms = NULL');
  });

  it('waits for no claim that the same clock has dated', async () => {
    const { id, claimed } = await anEndpoint(1);
    expect([claimed.length, await isDue(id)]).toEqual([1, false]);
    const ahead = `claimed_until = now() + interval '1 day'`;
    await session.query(`UPDATE webhook_deliveries SET ${ahead} WHERE endpoint_id = $1`, [id]);
    expect(await isDue(id)).toBe(true);
  });
});

describe('what is due', () => {
  it('is found by the index, whatever waits behind it', async () => {
    const { id } = await anEndpoint(1);
    await session.query(
      `INSERT INTO webhook_deliveries (merchant_id, id, endpoint_id, owner_id, event_id, event_type, sequence, body, status,
         next_attempt_at, created_at)
       SELECT merchant_id, gen_random_uuid(), endpoint_id, owner_id, gen_random_uuid(), event_type, sequence + n, body,
         'pending', now() + interval '1 hour', now()
       FROM webhook_deliveries, generate_series(1, 2000) AS n WHERE endpoint_id = $1`,
      [id],
    );
    const [claim] = await statementsOf(() => bahi.service.get(DeliveryWork).claim(100, CAPACITIES));
    const [key] = await session.query<{ id: string }>(
      `SELECT split_part(secret, '.', 2) AS id FROM webhook_endpoints WHERE id = $1`,
      [id],
    );
    await session.query('BEGIN');
    const plan = await session.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${claim}`, [100, [], [], 10, [key!.id]]);
    await session.rollback();
    for (const [, removed] of JSON.stringify(plan).matchAll(/"Rows Removed by Filter":([0-9]+)/g))
      expect(Number(removed)).toBeLessThan(100);
    await merchant.api.delete(`/webhook-endpoints/${id}`);
  });
});

describe('the deliveries about one thing', () => {
  it('are read by their index, however many others there are', async () => {
    const { id } = await anEndpoint(1);
    await session.query(
      `INSERT INTO webhook_deliveries (merchant_id, id, endpoint_id, owner_id, event_id, event_type, object_id, sequence,
         body, status, ended_at, created_at)
       SELECT merchant_id, gen_random_uuid(), endpoint_id, owner_id, gen_random_uuid(), event_type, gen_random_uuid(),
         sequence + n, body, 'delivered', now(), now()
       FROM webhook_deliveries, generate_series(1, 2000) AS n WHERE endpoint_id = $1`,
      [id],
    );
    const { object_id: objectId } = (
      await session.query<{ object_id: string }>(
        `SELECT object_id FROM webhook_deliveries WHERE endpoint_id = $1 AND status = 'pending'`,
        [id],
      )
    )[0]!;
    const filter = { ownerId: merchant.id, endpointId: null, eventId: null, objectId, status: null };
    const slice = { take: 20, order: 'DESC', offset: 0, after: null, before: null, askedBy: 'x' } as const;
    const sent: ListStatement[] = [];
    const lists = bahi.service.get(Lists);
    const read = lists.read.bind(lists);
    lists.read = async (statement) => {
      sent.push(statement);
      return read(statement);
    };
    expect(await bahi.service.get(Deliveries).list(filter, slice)).not.toEqual([]);
    lists.read = read;
    const [{ text, values }] = sent as [ListStatement];
    const plan = JSON.stringify(await session.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values));
    expect(plan).toContain('webhook_deliveries_of_object');
    expect(plan).not.toMatch(/"Rows Removed by Filter":[1-9]/);
  });
});

/** Records that this many days ago, by live time, the database's clock was this many days behind today. */
const mark = (days: number, clockDays = days): Promise<unknown> =>
  session.query(
    `INSERT INTO outbox_marks SELECT live_ms - $1 * 86400000.0, now() - $2 * interval '1 day' FROM live_time`,
    [days, clockDays],
  );

describe('deliveries', () => {
  beforeEach(() => session.query('TRUNCATE outbox_marks'));

  it('are kept for thirty days, with their attempts', async () => {
    const { id, claimed } = await anEndpoint(2);
    for (const delivery of claimed) await fail(delivery);
    const aged = nextId(Date.now() - 31 * 86_400_000);
    const [old, young] = claimed;
    for (const key of ['webhook_deliveries SET id', 'webhook_attempts SET delivery_id'])
      await session.query(`UPDATE ${key} = $1 WHERE ${key.split(' ').at(-1)} = $2`, [aged, old!.id]);

    // The clock jumps ahead, which makes nothing older.
    await mark(29, 31);
    await bahi.service.get(PruneDeliveries).prune();
    expect(await bahi.count('webhook_deliveries WHERE id = $1', [aged])).toBe(1);

    await mark(30.1);
    await bahi.service.get(PruneDeliveries).prune();

    const left = await session.query('SELECT id FROM webhook_deliveries WHERE endpoint_id = $1', [id]);
    const attempts = await session.query('SELECT delivery_id AS id FROM webhook_attempts WHERE endpoint_id = $1', [id]);
    expect([left, attempts]).toEqual([[{ id: young!.id }], [{ id: young!.id }]]);
  });

  it('are kept until their last attempt where events are kept for a day', async () => {
    const { id, claimed } = await anEndpoint(3);
    const days = [2, 5, 0];
    for (const [i, delivery] of claimed.entries()) {
      await fail(delivery);
      const aged = nextId(Date.now() - days[i]! * 86_400_000);
      await session.query('UPDATE webhook_deliveries SET id = $1 WHERE id = $2', [aged, delivery.id]);
    }
    const ofId = 'SELECT id FROM webhook_deliveries WHERE endpoint_id = $1 ORDER BY id';
    const [, inTime, young] = (await session.query<{ id: string }>(ofId, [id])).map((row) => row.id);

    for (const day of [1.1, 4.1]) await mark(day);
    const { service } = bahi;
    const shortLived = { retentionDays: 1 } as EventSettings;
    const pruning = new PruneDeliveries(
      service.get(ProcessRole),
      service.get(Deliveries),
      shortLived,
      service.get(RetentionMarks),
    );
    await pruning.prune();
    expect(await session.query(ofId, [id])).toEqual([{ id: inTime }, { id: young }]);

    await session.query(
      `UPDATE webhook_deliveries SET status = 'failed', next_attempt_at = NULL, ended_at = now() WHERE id = $1`,
      [inTime],
    );
    await pruning.prune();
    expect(await session.query(ofId, [id])).toEqual([{ id: young }]);
  });
});
