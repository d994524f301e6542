import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FanOutEvents } from '../../src/modules/webhooks/application/fan-out-events.js';
import { type EventCursor, EventCursors, type PlannedStep } from '../../src/modules/webhooks/domain/deliveries.js';
import { DistributedEventCursors } from '../../src/modules/webhooks/infrastructure/distributed-event-cursors.js';
import { Database } from '../../src/platform/database/connections/database.js';
import { StoredEvents } from '../../src/platform/outbox/outbox.public.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { statementsOf } from '../support/statement-recorder.js';
import { until } from '../support/wait-for.js';

const ENVIRONMENT = { WEBHOOK_ALLOW_LOOPBACK: '1', DATA_ENCRYPTION_KEY: randomBytes(32).toString('base64') };

const URL = 'http://127.0.0.1:1234/';

let bahi: Bahi;
let merchant: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open({ environment: ENVIRONMENT });
  merchant = await bahi.aMerchant({ rupees: 100 });
});

afterAll(() => bahi.close());

/** Nothing is planned while it fails. */
class FailingCursors extends DistributedEventCursors {
  fails = false;

  override async advance(steps: readonly PlannedStep[]): Promise<void> {
    if (this.fails) throw new Error('broken off');
    await super.advance(steps);
  }
}

const plan = (): Promise<{ planned: boolean; more: boolean }> => bahi.service.get(FanOutEvents).execute();

/** More endpoints than one round handles, and than a merchant may have. */
async function endpoints(count: number): Promise<void> {
  const { id } = (await merchant.api.post('/webhook-endpoints', { url: URL, event_types: ['payout.requested'] })).body;
  await bahi.psql.query(
    `INSERT INTO webhook_endpoints (merchant_id, id, url, event_types, is_active, secret, created_at, updated_at)
     SELECT merchant_id, gen_random_uuid(), url, event_types, is_active, secret, created_at, updated_at
     FROM webhook_endpoints, generate_series(2, $2) WHERE id = $1`,
    [id, count],
  );
}

describe('the events of a merchant without an endpoint', () => {
  it('cost nothing while nobody has one, and one look where others have', async () => {
    const none = await bahi.aMerchant({ rupees: 10 });
    await none.aPayout(1);
    const sent = [];
    for (let i = 0; i < 3; i++) sent.push((await statementsOf(plan)).length);
    expect(sent).toEqual([2, 0, 0]);

    const { id } = (await (await bahi.aMerchant()).api.post('/webhook-endpoints', { url: URL })).body;
    await until('it is looked for again', async () => (await statementsOf(plan)).length > 0);
    await none.aPayout(1);
    expect(await statementsOf(plan)).toHaveLength(2);
    expect(await bahi.count('webhook_cursors WHERE merchant_id = $1', [none.id])).toBe(0);
    await bahi.asOperator().delete(`/webhook-endpoints/${id}`);
  });
});

describe('an endpoint that is switched off while a round is planned', () => {
  it('gets nothing of it: a part of that may have happened since', async () => {
    const own = await bahi.aMerchant({ rupees: 10 });
    const { id } = (await own.api.post('/webhook-endpoints', { url: URL })).body;
    await own.aPayout(1);
    const cursors = bahi.service.get(EventCursors);
    const cursor = (await cursors.behind(null, 100)).find(({ endpointId }) => endpointId === id)!;
    await own.api.patch(`/webhook-endpoints/${id}`, { is_active: false });
    const step = { cursor, sequence: cursor.sequence + 1, deliveries: [] };
    await cursors.advance([step]);
    const places = `webhook_cursors WHERE endpoint_id = $1 AND sequence = ${step.sequence}`;
    expect(await bahi.count(places, [id])).toBe(0);
    // While the endpoint is active, the same step is taken.
    await bahi.psql.query('UPDATE webhook_endpoints SET is_active = true WHERE id = $1', [id]);
    await cursors.advance([step]);
    expect(await bahi.count(places, [id])).toBe(1);
    await bahi.asOperator().delete(`/webhook-endpoints/${id}`);
  });
});

describe('cursors of events that lie on several nodes', () => {
  it('are those of one database, in the same order, round by round', async () => {
    const operator = bahi.asOperator();
    const merchants = await bahi.merchants(3, { rupees: 10 });
    const ids: string[] = [];
    const ofAll = { scope: 'all_merchants', event_types: ['payout.reversed'] };
    for (const one of [null, merchants[0]!, null, merchants[1]!]) {
      const { body } = await (one?.api ?? operator).post('/webhook-endpoints', {
        url: URL,
        ...(one === null ? ofAll : {}),
      });
      ids.push(body.id as string);
    }
    await Promise.all(merchants.slice(1).map((one) => one.aPayout(1)));
    const apart = new DistributedEventCursors(bahi.service.get(Database));
    const placesOf = (cursors: readonly EventCursor[]): object[] => cursors.map(({ at: _, ...cursor }) => cursor);
    const whole = placesOf(await bahi.service.get(EventCursors).behind(null, 1_000));
    expect(whole.length).toBeGreaterThan(4);
    expect(placesOf(await apart.behind(null, 1_000))).toEqual(whole);
    const [, second] = merchants;
    const ofSecond = whole.filter((cursor) => (cursor as EventCursor).merchantId === second!.id);
    expect(ofSecond.length).toBeGreaterThan(2);
    expect(placesOf(await apart.behind(null, 1_000, [second!.id]))).toEqual(ofSecond);
    const steps: EventCursor[] = [];
    for (let one: EventCursor[]; (one = await apart.behind(steps.at(-1) ?? null, 1)).length > 0;) steps.push(...one);
    expect(placesOf(steps)).toEqual(whole);
    const stepsOfSecond: EventCursor[] = [];
    for (let one: EventCursor[]; (one = await apart.behind(stepsOfSecond.at(-1) ?? null, 1, [second!.id])).length > 0;)
      stepsOfSecond.push(...one);
    expect(placesOf(stepsOfSecond)).toEqual(ofSecond);
    for (const id of ids) await operator.delete(`/webhook-endpoints/${id}`);
  });
});

describe('a crowd of endpoints, each with a crowd of events before it', () => {
  it('has a turn each before any of them has a second one, and gets everything in the end', async () => {
    await endpoints(150);
    await Promise.all(Array.from({ length: 60 }, () => merchant.aPayout(1)));

    await until('it is looked for again', async () => (await statementsOf(plan)).length === 3);
    expect(await statementsOf(plan)).toHaveLength(3);
    expect(await bahi.count('(SELECT FROM webhook_deliveries GROUP BY endpoint_id) AS e')).toBe(150);

    for (let i = 0; i < 10 && (await plan()).more; i++);
    const deliveries = await bahi.psql.query(
      'SELECT count(*)::int, count(DISTINCT endpoint_id)::int AS endpoints FROM webhook_deliveries',
    );
    expect(deliveries).toEqual([{ count: 150 * 60, endpoints: 150 }]);
  });

  it('is planned by looking for those of its merchant alone, and a round that failed is done again', async () => {
    const cursors = new FailingCursors(bahi.service.get(Database));
    const planning = new FanOutEvents(cursors, bahi.service.get(StoredEvents));
    const planOf = (): Promise<{ more: boolean }> => planning.execute([merchant.id]);
    await merchant.aPayout(1);
    const planned: number[] = [];
    const sent = await statementsOf(async () => {
      cursors.fails = true;
      await expect(planOf()).rejects.toThrow('broken off');
      cursors.fails = false;
      for (let i = 0; i < 2; i++) {
        await planOf();
        planned.push((await bahi.count('webhook_deliveries')) - 150 * 60);
      }
    });
    expect(planned).toEqual([100, 150]);
    expect(sent.filter((text) => text.includes('FROM books b'))).toEqual([]);
  });

  it('is planned once, whoever plans at the same time', async () => {
    const other = await bahi.serve();
    await Promise.all(Array.from({ length: 5 }, () => merchant.aPayout(1)));

    const both = [bahi.service, other].map(async (service) => {
      while ((await service.get(FanOutEvents).execute()).more);
    });
    await Promise.all(both);

    expect(await bahi.count('webhook_deliveries')).toBe(150 * 66);
  });
});
