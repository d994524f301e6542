import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { VerifyBooks } from '../../src/modules/ledger/ledger.public.js';
import { Bahi } from '../support/bahi.js';
import type { Client } from '../support/client.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';

interface Event {
  readonly id: string;
  readonly type: string;
  readonly created_at: string;
  readonly merchant_id: string;
  readonly sequence: number;
  readonly previous_status: string | null;
  readonly data: {
    readonly object: { readonly id: string; readonly status: string; readonly refunded_amount?: number };
  };
}

let bahi: Bahi;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
});

afterAll(() => bahi.close());

/** Every event of the list, newest first, page by page. */
async function eventsOf(client: Client, query = ''): Promise<Event[]> {
  const events: Event[] = [];
  for (let path: string | null = `/events?limit=3${query}`; path !== null;) {
    const { body } = await client.get(path);
    events.push(...(body.results as Event[]));
    path = body.next as string | null;
  }
  return events;
}

/** Without the member that differs by the kind of key that reads it. */
function withoutMoves({ data, ...event }: Event): object {
  return { ...event, object: { ...data.object, allowed_statuses: null } };
}

const typesOf = (events: readonly Event[]): string[] => events.map(({ type }) => type);

describe('the events of a merchant', () => {
  it('tell each change of a payout once, numbered without a gap, as the API showed it then', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 1_000, accounts: ['0001', '0002'] });
    const requested = await fiaz.payOut(60);
    const { id } = requested.body;
    const completed = await fiaz.until(id, 'completed');
    const rejected = await fiaz.aPayout(70, { to: '0002' });
    await fiaz.until(rejected.id, 'failed');

    const events = (await eventsOf(fiaz.api)).reverse();

    expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(events.map(({ type, previous_status, data }) => [type, previous_status, data.object.id])).toEqual([
      ['payout.requested', null, id],
      ['payout.processing', 'pending', id],
      ['payout.completed', 'processing', id],
      ['payout.requested', null, rejected.id],
      ['payout.processing', 'pending', rejected.id],
      ['payout.failed', 'processing', rejected.id],
    ]);
    expect(JSON.stringify(events[0]!.data.object)).toBe(requested.text);
    expect(events[2]!.data.object).toEqual(completed);
    expect(new Set(events.map(({ merchant_id }) => merchant_id))).toEqual(new Set([fiaz.id]));
  });

  it('are found by type, by what they happened to, and by time; and one by its id, in the same bytes', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 1_000 });
    const [first, second] = [await fiaz.aPayout(60), await fiaz.aPayout(70)];
    for (const { id } of [first, second]) await fiaz.until(id, 'completed');

    const all = await eventsOf(fiaz.api);
    const ofFirst = await eventsOf(fiaz.api, `&object_id=${first.id}`);
    const middle = all[3]!;

    expect(all).toHaveLength(6);
    expect(typesOf(ofFirst)).toEqual(['payout.completed', 'payout.processing', 'payout.requested']);
    expect(typesOf(await eventsOf(fiaz.api, `&object_id=${second.id}&type=payout.completed`))).toHaveLength(1);
    expect(typesOf(await eventsOf(fiaz.api, '&type=payout.requested'))).toEqual(Array(2).fill('payout.requested'));
    expect(await eventsOf(fiaz.api, `&created_from=${middle.created_at}`)).toEqual(
      all.filter(({ created_at }) => created_at >= middle.created_at),
    );
    const one = await fiaz.api.get(`/events/${middle.id}`);
    expect((await fiaz.api.get('/events')).text).toContain(one.text);
    expect(one.body).toEqual(middle);
  });

  it('tell what became of a payment and of its refunds, each as the API shows it', async () => {
    const acme = await bahi.aMerchant();
    const payments = new PaymentsDriver(acme);
    const { id } = await payments.aSuccess(12_001);
    const refund = await payments.refundThat(await payments.aRefund(id, 2_001), 'succeeded');
    const declined = await payments.aPayment(12_002);
    await payments.until(declined.id, 'failed');

    const events = (await eventsOf(acme.api)).reverse();

    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, i) => i + 1));
    expect(events.map(({ type, previous_status, data }) => [type, previous_status, data.object.id])).toEqual([
      ['payment.created', null, id],
      ['payment.processing', 'created', id],
      ['payment.succeeded', 'processing', id],
      ['refund.requested', null, refund.id],
      ['refund.succeeded', 'pending', refund.id],
      ['payment.partially_refunded', 'succeeded', id],
      ['payment.created', null, declined.id],
      ['payment.processing', 'created', declined.id],
      ['payment.failed', 'processing', declined.id],
    ]);
    expect(events[4]!.data.object).toEqual(refund);
    expect(events[5]!.data.object).toEqual(await payments.payment(id));
    expect(typesOf(await eventsOf(acme.api, `&object_id=${refund.id}`))).toEqual([
      'refund.succeeded',
      'refund.requested',
    ]);
  });

  it('tell each refund of a part, though the status is the same afterwards', async () => {
    const acme = await bahi.aMerchant({ rupees: 1_000 });
    const payments = new PaymentsDriver(acme);
    const { id } = await payments.aSuccess(12_001);
    for (const part of [2_001, 3_001, undefined])
      await payments.refundThat(await payments.aRefund(id, part), 'succeeded');

    const events = (await eventsOf(acme.api, `&object_id=${id}`)).reverse();

    expect(events.slice(3).map(({ type, previous_status }) => [type, previous_status])).toEqual([
      ['payment.partially_refunded', 'succeeded'],
      ['payment.partially_refunded', null],
      ['payment.refunded', 'partially_refunded'],
    ]);
    expect(events.slice(3).map(({ data }) => data.object.refunded_amount)).toEqual([2_001, 5_002, 12_001]);
  });

  it('are listed whatever their type is, one of a later version too', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 1_000 });
    const { id } = await fiaz.aPayout(60);
    await fiaz.until(id, 'completed');
    await bahi.psql.query(`UPDATE outbox SET type = 'payout.stamped' WHERE merchant_id = $1 AND sequence = 2`, [
      fiaz.id,
    ]);

    const operator = bahi.asOperator();
    for (const all of [
      await eventsOf(fiaz.api),
      await eventsOf(fiaz.api, `&object_id=${id}`),
      await eventsOf(operator, `&merchant_id=${fiaz.id}`),
      (await eventsOf(operator)).filter(({ merchant_id }) => merchant_id === fiaz.id),
    ])
      expect(typesOf(all)).toEqual(['payout.completed', 'payout.stamped', 'payout.requested']);
    const [, unknown] = await eventsOf(fiaz.api);
    const path = `/events/${unknown!.id}`;
    expect((await fiaz.api.get(path)).body).toEqual(unknown);
    // For operators the object shows what operators may do, so it differs.
    const { type, sequence } = unknown!;
    expect((await operator.get(path)).body).toMatchObject({ id: unknown!.id, type, sequence });
  });

  it('are found behind a high offset as well', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 1_000 });
    for (const rupees of [60, 70]) await fiaz.until((await fiaz.aPayout(rupees)).id, 'completed');

    const { body } = await fiaz.api.get('/events?limit=2&offset=3');

    expect((body.results as Event[]).map(({ sequence }) => sequence)).toEqual([3, 2]);
    expect(body.results).toEqual((await eventsOf(fiaz.api)).slice(3, 5));
  });

  it('go back from a page to what has come since', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 1_000 });
    await fiaz.until((await fiaz.aPayout(60)).id, 'completed');
    const page = await fiaz.api.get('/events?limit=2&type=payout.requested');
    const { body } = await fiaz.api.get('/events?limit=1');
    const older = await fiaz.api.get(body.next as string);
    await fiaz.until((await fiaz.aPayout(70)).id, 'completed');

    const newer = await fiaz.api.get(`/events?limit=100&cursor=${older.body.previous_cursor as string}`);

    expect(page.body).toMatchObject({ next: null, previous: null });
    expect((newer.body.results as Event[]).map(({ sequence }) => sequence)).toEqual([6, 5, 4, 3]);
  });

  it('are nobody else’s, but an operator’s', async () => {
    const [owner, stranger] = (await bahi.merchants(2, { rupees: 100 })) as [Merchant, Merchant];
    const { id: payoutId } = await owner.aPayout(60);
    await owner.until(payoutId, 'completed');
    const [event] = await eventsOf(owner.api);
    const operator = bahi.asOperator();

    expect(await eventsOf(stranger.api, `&object_id=${payoutId}`)).toEqual([]);
    expect(await eventsOf(stranger.api)).toEqual([]);
    for (const id of [event!.id, randomUUID(), 'x'])
      expect((await stranger.api.get(`/events/${id}`)).body).toMatchObject({ status: 404, code: 'not_found' });
    expect((await stranger.api.get(`/events?merchant_id=${owner.id}`)).status).toBe(403);

    const all = await eventsOf(operator);
    expect(all.map(({ id }) => id)).toEqual(
      all
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
    const toOwner = (await eventsOf(owner.api)).map(withoutMoves);
    expect(all.filter(({ merchant_id }) => merchant_id === owner.id).map(withoutMoves)).toEqual(toOwner);
    expect((await eventsOf(operator, `&merchant_id=${owner.id}`)).map(withoutMoves)).toEqual(toOwner);
    expect(typesOf(await eventsOf(operator, `&object_id=${payoutId}`))).toHaveLength(3);
    expect(withoutMoves((await operator.get(`/events/${event!.id}`)).body)).toEqual(withoutMoves(event!));
    expect((await operator.get(`/events/${randomUUID()}`)).status).toBe(404);
  });

  it.each(['type=payout.archived', 'type=', 'object_id=1', 'created_from=yesterday', 'limit=101', 'status=pending'])(
    'are not looked for by %s',
    async (query) => {
      const { status, body } = await bahi.asOperator().get(`/events?${query}`);
      expect([status, body.code]).toEqual([400, 'validation_failed']);
    },
  );

  it('have no gap where many change at once, and a refused request takes no number', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 1_000 });
    const answers = await Promise.all(Array.from({ length: 30 }, () => fiaz.payOut(50)));
    const accepted = answers.filter(({ status }) => status === 201);
    expect(accepted).toHaveLength(20);
    await Promise.all(accepted.map(({ body }) => fiaz.until(body.id as string, 'completed')));

    const events = await eventsOf(fiaz.api);

    expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 60 }, (_, i) => 60 - i));
  });
});

/** The statement in operating.md. */
const RAISE = `UPDATE outbox SET sequence = sequence + 1000000 WHERE merchant_id = $1
  AND sequence = (SELECT max(sequence) FROM outbox WHERE merchant_id = $1)`;

async function gapsOf({ id }: Merchant): Promise<string[]> {
  const gaps: string[] = [];
  for await (const { findings } of bahi.service.get(VerifyBooks).execute(id))
    gaps.push(...findings.filter(({ code }) => code === 'EVENT_GAP').map(({ detail }) => detail));
  return gaps;
}

describe('verify, looking at the numbers of events', () => {
  it.each([
    [
      'a number that is missing between two others',
      'DELETE FROM outbox WHERE merchant_id = $1 AND sequence = 2',
      ['event 3 follows event 1'],
    ],
    ['none where the oldest were deleted', 'DELETE FROM outbox WHERE merchant_id = $1 AND sequence < 3', []],
    ['none where somebody has raised the last number after a restore', RAISE, []],
    [
      'one that is higher than a later event’s',
      `UPDATE outbox SET sequence = CASE WHEN sequence = 2 THEN 7 ELSE sequence END WHERE merchant_id = $1`,
      ['event 3 follows event 1', 'event 7 follows event 3', 'event 7 has a lower id than event 3'],
    ],
  ])('finds %s', async (_, sql, gaps) => {
    const fiaz = await bahi.aMerchant({ rupees: 1_000 });
    await fiaz.until((await fiaz.aPayout(60)).id, 'completed');

    await bahi.psql.query(sql, [fiaz.id]);

    expect(await gapsOf(fiaz)).toEqual(gaps);
  });
});
