import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import { EventStreamReader, type StreamRequest } from '../support/event-stream-reader.js';
import type { LocalService } from '../support/local-service.js';
import type { Merchant } from '../support/merchant.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
/** Serves the API beside it; what it commits, the other one hears of by PostgreSQL alone. */
let other: LocalService;
const readers: EventStreamReader[] = [];

beforeAll(async () => {
  bahi = await Bahi.open();
  other = await bahi.serve();
}, 60_000);

afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});

afterAll(() => bahi.close());

async function follow({ apiKey }: { apiKey: string }, asked: StreamRequest = {}, service = bahi.service) {
  const reader = await EventStreamReader.open(service.url, apiKey, asked);
  readers.push(reader);
  return reader;
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

/** Two events for each payout: it is requested, and cancelled at the other process. */
async function happen(merchant: Merchant, payouts: number): Promise<void> {
  for (let i = 0; i < payouts; i++) await aCancelledPayout(merchant);
}

async function aCancelledPayout(merchant: Merchant): Promise<void> {
  const { id } = await merchant.aPayout(1);
  await merchant.at(other).api.post(`/payouts/${id}/cancel`);
}

/** The same, all at once. */
const happenAtOnce = (merchant: Merchant, payouts: number): Promise<unknown> =>
  Promise.all(Array.from({ length: payouts }, () => aCancelledPayout(merchant)));

describe('the stream of a merchant’s events', () => {
  it('shows each as it comes, whichever process has written it, in the bytes of the list', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 100 });
    await happen(fiaz, 1);
    const stream = await follow(fiaz);
    const elsewhere = await follow(fiaz, {}, other);

    await happen(fiaz, 2);
    for (const reader of [stream, elsewhere]) await reader.untilId(6);

    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.response.headers.get('x-request-id')).toMatch(/\w/);
    expect(stream.ids).toEqual([3, 4, 5, 6]);
    expect(elsewhere.messages).toEqual(stream.messages);
    const list = (await fiaz.api.get('/events')).text;
    for (const { data } of stream.messages) expect(list).toContain(data);
  });

  it('goes on where it was cut off, again and again, at either process, each number once and in order', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 100 });
    const seen: number[] = [];
    const all = happen(fiaz, 20);
    const followed = async (): Promise<void> => {
      for (let i = 0; seen.length < 40; i++) {
        const from = { lastEventId: seen.at(-1) ?? 0 };
        const stream = await follow(fiaz, from, i % 2 === 0 ? bahi.service : other);
        const enough = Math.min(40 - seen.length, 1 + Math.floor(Math.random() * 4));
        await until('some have come', () => stream.messages.length >= enough);
        stream.close();
        seen.push(...stream.ids);
      }
    };

    await Promise.all([all, followed()]);

    expect(seen).toEqual(upTo(40));
  });

  it('begins with the kept ones for who asks from the first, and shows no other merchant’s', async () => {
    const [fiaz, stranger] = (await bahi.merchants(2, { rupees: 400 })) as [Merchant, Merchant];
    await Promise.all([happenAtOnce(fiaz, 60), happen(stranger, 3)]);

    const stream = await follow(fiaz, { lastEventId: 0 });
    const operators = await follow(
      { apiKey: bahi.operatorKey },
      { lastEventId: 118, query: `?merchant_id=${fiaz.id}` },
    );
    for (const reader of [stream, operators]) await reader.untilId(120);

    expect(stream.ids).toEqual(upTo(120));
    expect(stream.messages.every(({ data }) => data.includes(fiaz.id))).toBe(true);
    expect(operators.ids).toEqual([119, 120]);
  });

  it('says where it goes on when events are gone, or there never were so many', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 100 });
    await happen(fiaz, 3);
    await bahi.psql.query('DELETE FROM outbox WHERE merchant_id = $1 AND sequence < 4', [fiaz.id]);

    const behind = await follow(fiaz, { lastEventId: 1 });
    const ahead = await follow(fiaz, { lastEventId: 99 });
    await happen(fiaz, 1);
    for (const reader of [behind, ahead]) await reader.untilId(8);

    expect([behind.ids, behind.types[0], behind.types[1]]).toEqual([[3, 4, 5, 6, 7, 8], 'reset', 'message']);
    expect(behind.messages[0]!.data).toBe('{"sequence":3}');
    expect([ahead.ids, ahead.types]).toEqual([
      [6, 7, 8],
      ['reset', 'message', 'message'],
    ]);
  });

  it('ends with its key, and the oldest when a key has opened one too many', async () => {
    const fiaz = await bahi.aMerchant();
    const first = await follow(fiaz);
    const others: EventStreamReader[] = [];
    for (let i = 0; i < 5; i++) others.push(await follow(fiaz));

    await until('the oldest was closed', () => first.ended);
    expect(others.map(({ ended }) => ended)).toEqual(Array(5).fill(false));
    await bahi.asOperator().delete(`/merchants/${fiaz.id}/api-keys/${fiaz.keyId}`);
    await until('all were closed', () => others.every(({ ended }) => ended));
  });

  it.each([
    ['a Last-Event-ID that is no number', { lastEventId: 'x' }, 400],
    ['a parameter that it does not know', { query: '?type=payout.completed' }, 400],
    ['another merchant', { query: '?merchant_id=01890000-0000-7000-8000-000000000001' }, 403],
  ])('is refused for %s', async (_, asked, status) => {
    const fiaz = await bahi.aMerchant();
    const { response } = await follow(fiaz, asked);
    const problem = (await response.json()) as { status: number };
    expect([response.status, problem.status]).toEqual([status, status]);
  });

  it('needs a key, and of an operator a merchant', async () => {
    expect((await follow({ apiKey: 'bahi_x' })).response.status).toBe(401);
    expect((await follow({ apiKey: bahi.operatorKey })).response.status).toBe(400);
  });

  it('ends when its process stops, and keeps it no longer', async () => {
    const fiaz = await bahi.aMerchant();
    const leaving = await bahi.serve();
    const stream = await follow(fiaz, {}, leaving);

    await leaving.stop();

    await until('the stream has ended', () => stream.ended);
  });
});
