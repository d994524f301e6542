import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EventStreams } from '../../src/modules/webhooks/application/event-streams.js';
import type { StreamReader } from '../../src/modules/webhooks/application/stream-message.js';
import { nextId } from '../../src/shared/ids.js';
import { Bahi } from '../support/bahi.js';
import { Client } from '../support/client.js';
import { documentedFetch } from '../support/documented-fetch.js';
import { EventStreamReader, type StreamRequest } from '../support/event-stream-reader.js';
import type { LocalService } from '../support/local-service.js';
import type { Merchant } from '../support/merchant.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
/** A second service on the same database; the first learns of its commits only through PostgreSQL. */
let other: LocalService;
const readers: EventStreamReader[] = [];

beforeAll(async () => {
  bahi = await Bahi.open();
  other = await bahi.serve();
});

afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});

afterAll(() => bahi.close());

async function follow({ apiKey }: { apiKey: string | null }, asked: StreamRequest = {}, service = bahi.service) {
  const reader = await EventStreamReader.open(service.url, apiKey, asked);
  readers.push(reader);
  return reader;
}

/** Keys and places are checked every three seconds; the rest is for a busy machine. */
const CLOSED_WITHIN_MS = 6_000;

const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

/** Two events for each payout: it is requested here, and cancelled at the other process. */
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

  it('goes on where it was cut off, fifty times, at either process, each number once and in order', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 100 });
    const seen: number[] = [];
    const open = (i: number) => follow(fiaz, { lastEventId: seen.at(-1) ?? 0 }, i % 2 === 0 ? bahi.service : other);
    const all = happen(fiaz, 30);
    const followed = async (): Promise<void> => {
      for (let cut = 0; cut < 50; cut++) {
        const stream = await open(cut);
        const enough = Math.min(60 - seen.length, Math.floor(Math.random() * 3));
        await until('some have come', () => stream.messages.length >= enough);
        stream.close();
        seen.push(...stream.ids);
      }
    };

    await Promise.all([all, followed()]);

    const rest = await open(0);
    await until('the rest has come', () => seen.length + rest.messages.length >= 60);
    expect([...seen, ...rest.ids]).toEqual(upTo(60));
  });

  it.each([
    ['of the same process', () => bahi.service],
    ['of another process', () => other],
  ])('shows a commit %s soon: half of a hundred within 200 ms, 95 within a second', async (_, where) => {
    const fiaz = await bahi.aMerchant({ rupees: 100 });
    const stream = await follow(fiaz);
    for (let id = 1; id <= 100; id++) {
      await fiaz.at(where()).aPayout(1);
      await stream.untilId(id);
    }
    expect(stream.delays[49]).toBeLessThan(200);
    expect(stream.delays[94]).toBeLessThan(1_000);
  });

  it('that has no room is left alone, and the others go on', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 100 });
    await happen(fiaz, 1);
    const streams = bahi.service.get(EventStreams);
    const taken: number[] = [];
    const slow: StreamReader = {
      keyId: fiaz.keyId,
      take: (messages) => {
        taken.push(...messages.map(({ id }) => id));
        return false;
      },
      close: () => undefined,
    };
    const end = streams.open(slow, await streams.begin(fiaz.id, fiaz.keyId, 0));
    const well = await follow(fiaz, { lastEventId: 0 });
    await until('it has its first', () => taken.length === 2);
    await happen(fiaz, 3);
    await well.untilId(8);
    expect(taken).toEqual([1, 2]);

    streams.wake(slow);
    await until('it has the next', () => taken.length === 8);
    expect([taken, well.ids]).toEqual([upTo(8), upTo(8)]);
    end();
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

  it.each([
    ['of the same process', () => bahi.service],
    ['of another process', () => other],
  ])('ends with its key, and the oldest, %s, when a key has opened one too many', async (_, where) => {
    const fiaz = await bahi.aMerchant();
    const first = await follow(fiaz, {}, where());
    const others: EventStreamReader[] = [];
    for (let i = 0; i < 5; i++) others.push(await follow(fiaz));

    await until('the oldest was closed', () => first.ended, CLOSED_WITHIN_MS);
    expect(others.map(({ ended }) => ended)).toEqual(Array(5).fill(false));
    await bahi.asOperator().delete(`/merchants/${fiaz.id}/api-keys/${fiaz.keyId}`);
    await until('all were closed', () => others.every(({ ended }) => ended), CLOSED_WITHIN_MS);
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

  it('needs a key', async () => {
    for (const apiKey of ['bahi_x', null]) expect((await follow({ apiKey })).response.status).toBe(401);
  });

  it('answers HEAD as GET begins, at once, and takes no place for it', async () => {
    const { apiKey, keyId } = await bahi.aMerchant();
    const asked = request(`${bahi.service.url}/api/v1/events/stream`, {
      method: 'HEAD',
      headers: { authorization: `Api-Key ${apiKey}` },
      signal: AbortSignal.timeout(5_000),
    });
    const [{ statusCode, headers }] = (await once(asked.end(), 'response')) as [IncomingMessage];
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(await bahi.count('event_streams WHERE key_id = $1', [keyId])).toBe(0);
  });

  it('ends when its process stops, and keeps it no longer', async () => {
    const fiaz = await bahi.aMerchant();
    const leaving = await bahi.serve();
    const stream = await follow(fiaz, {}, leaving);

    await leaving.stop();

    await until('the stream has ended', () => stream.ended);
  });
});

describe('a ticket', () => {
  const aTicket = async (client: Client, at = bahi.service): Promise<string> => {
    const { status, body } = await new Client(at.url, client.apiKey).post('/events/stream-tickets');
    expect(status).toBe(200);
    expect(Date.parse(body.expires_at as string) - Date.now()).toBeLessThan(61_000);
    return body.ticket as string;
  };
  const shown = (ticket: string, more = ''): StreamRequest => ({ query: `?ticket=${ticket}${more}` });

  it('opens the stream of its key’s merchant once, at another process, and of many who show it for one', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 100 });
    await happen(fiaz, 2);
    const ticket = await aTicket(fiaz.api, other);

    const all = await Promise.all(
      Array.from({ length: 6 }, () => follow({ apiKey: null }, shown(ticket, '&last_event_id=1'))),
    );
    const opened = all.filter(({ response }) => response.status === 200);

    expect(opened).toHaveLength(1);
    await opened[0]!.untilId(4);
    expect(opened[0]!.ids).toEqual([2, 3, 4]);
    expect(all.filter(({ response }) => response.status === 401)).toHaveLength(5);
    await bahi.asOperator().delete(`/merchants/${fiaz.id}/api-keys/${fiaz.keyId}`);
    await until('the stream has ended with the key', () => opened[0]!.ended);
  });

  it('of an operator follows everybody, or the merchant that is named', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 100 });
    await happen(fiaz, 1);
    const ticket = await aTicket(bahi.asOperator());
    const stream = await follow({ apiKey: null }, shown(ticket, `&merchant_id=${fiaz.id}&last_event_id=0`));
    await stream.untilId(2);
    expect(stream.ids).toEqual([1, 2]);
  });

  it.each([
    ['older than a minute', '-1 second'],
    ['of a clock that was ahead', '2 minutes'],
  ])('opens nothing when it is %s', async (_, until) => {
    const fiaz = await bahi.aMerchant();
    const ticket = await aTicket(fiaz.api);
    await bahi.psql.query('UPDATE key_tickets SET expires_at = clock_timestamp() + $1::interval WHERE key_id = $2', [
      until,
      fiaz.keyId,
    ]);
    expect((await follow({ apiKey: null }, shown(ticket))).response.status).toBe(401);
  });

  it('opens nothing beside a key, when its key was revoked, or where it is no ticket; and no other endpoint', async () => {
    const fiaz = await bahi.aMerchant();
    const ticket = await aTicket(fiaz.api);
    expect((await follow(fiaz, shown(ticket))).response.status).toBe(401);
    const { status } = await documentedFetch(`${bahi.service.url}/api/v1/events?ticket=${ticket}`);
    expect(status).toBe(401);
    await bahi.asOperator().delete(`/merchants/${fiaz.id}/api-keys/${fiaz.keyId}`);
    for (const text of [ticket, 'bahi_ticket_x', `${ticket}&ticket=x`])
      expect((await follow({ apiKey: null }, shown(text))).response.status).toBe(401);
  });
});

describe('the stream of everybody’s events', () => {
  const operator = (asked: StreamRequest = {}, at = bahi.service) => follow({ apiKey: bahi.operatorKey }, asked, at);
  const sequencesOf = (reader: EventStreamReader, { id }: Merchant): number[] =>
    reader.events.filter(({ merchant_id }) => merchant_id === id).map(({ sequence }) => sequence);

  it('has those of each merchant in order and without a gap, whichever process has written them', async () => {
    const merchants = await bahi.merchants(3, { rupees: 100 });
    const stream = await operator();

    await Promise.all(merchants.map((merchant) => happenAtOnce(merchant, 10)));

    for (const merchant of merchants) {
      await until('all have come', () => sequencesOf(stream, merchant).length >= 20);
      expect(sequencesOf(stream, merchant)).toEqual(upTo(20));
    }
    const { text } = await bahi.asOperator().get(`/events/${stream.events[0]!.id}`);
    expect(stream.messages[0]!.data).toBe(text);
  });

  it('goes on where it was cut off, at another process, and misses nothing', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 100 });
    const seen = new Set<number>();
    const all = happen(fiaz, 20);
    const followed = async (): Promise<void> => {
      let last: number | undefined;
      for (let i = 0; seen.size < 40; i++) {
        const stream = await operator(
          last === undefined ? {} : { lastEventId: last },
          i % 2 === 0 ? bahi.service : other,
        );
        const before = seen.size;
        await until('something new has come', () => {
          for (const sequence of sequencesOf(stream, fiaz)) seen.add(sequence);
          return seen.size > before;
        });
        stream.close();
        last = stream.messages.at(-1)!.id;
      }
    };

    await Promise.all([followed(), all]);

    expect([...seen].sort((a, b) => a - b)).toEqual(upTo(40));
  });

  it('brings with the next event of a merchant one that was dated long before it appeared', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 100 });
    const stream = await operator();
    await happen(fiaz, 1);
    await until('both have come', () => sequencesOf(stream, fiaz).length === 2);
    const copied = (sequence: number, ms: number) =>
      bahi.psql.query(
        `INSERT INTO outbox (merchant_id, id, type, payload, created_at, published_at, sequence, object_id, object)
         SELECT merchant_id, $2, type, payload, created_at, published_at, $3, object_id, object
         FROM outbox WHERE merchant_id = $1 AND sequence = 1`,
        [fiaz.id, nextId(ms), sequence],
      );

    await copied(3, Date.now() - 600_000);
    await copied(4, Date.now());

    await until('both have come', () => sequencesOf(stream, fiaz).length === 4);
    expect(sequencesOf(stream, fiaz)).toEqual(upTo(4));
  });

  it('says from when on it goes, where what was before is gone, or the reader is ahead of the clock', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 100 });
    await happen(fiaz, 1);

    const behind = await operator({ lastEventId: 1 });
    const ahead = await operator({ lastEventId: Date.now() + 3_600_000 });
    for (const stream of [behind, ahead]) await until('both have come', () => sequencesOf(stream, fiaz).length === 2);

    const days = [behind, ahead].map(({ messages: [first] }) => {
      expect(first!.type).toBe('reset');
      return Math.round((Date.now() - Date.parse(JSON.parse(first!.data).created_from)) / 86_400_000);
    });
    expect(days).toEqual([30, 0]);
  });
});
