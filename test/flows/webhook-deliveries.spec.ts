import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { Bahi } from '../support/bahi.js';
import type { Client, Json } from '../support/client.js';
import { documentedFetch } from '../support/documented-fetch.js';
import { HookReceiver, NO_CONTENT, SILENCE } from '../support/hook-receiver.js';
import type { Merchant } from '../support/merchant.js';
import { ProxyDouble } from '../support/proxy-double.js';
import { until } from '../support/wait-for.js';

/** Requests to this machine bypass the proxy. */
let proxy: ProxyDouble;

/** Ten attempts within four seconds instead of four days. */
const ENVIRONMENT: Record<string, string> = {
  WEBHOOK_ALLOW_LOOPBACK: '1',
  WEBHOOK_RETRY_SCALE: '0.00001',
  DATA_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
};

let bahi: Bahi;
let operator: Client;
const receivers: HookReceiver[] = [];

beforeAll(async () => {
  proxy = await ProxyDouble.listen(0);
  ENVIRONMENT.WEBHOOK_PROXY = proxy.url;
  bahi = await Bahi.open({ worker: true, environment: ENVIRONMENT });
  operator = bahi.asOperator();
});

afterAll(async () => {
  await bahi.close();
  await proxy.close();
});
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});

interface Endpoint {
  readonly id: string;
  readonly secret: string;
  readonly receiver: HookReceiver;
}

async function anEndpoint(api: Client, fields: object = {}): Promise<Endpoint> {
  const receiver = await HookReceiver.listen();
  receivers.push(receiver);
  const { status, body } = await api.post('/webhook-endpoints', { url: receiver.url, ...fields });
  expect(status).toBe(201);
  return { id: body.id as string, secret: body.secret as string, receiver };
}

const aMerchant = (): Promise<Merchant> => bahi.aMerchant({ rupees: 10_000 });

const deliveriesOf = async (api: Client, query: string): Promise<Json[]> =>
  // There are no results if the list was too slow: the caller asks again.
  ((await api.get(`/webhook-deliveries?limit=100&${query}`)).body.results ?? []) as Json[];

async function theDelivery(api: Client, query: string, status: string, withinMs?: number): Promise<Json> {
  let found: Json;
  const isSo = async (): Promise<boolean> => {
    [found] = await deliveriesOf(api, query);
    return found?.status === status;
  };
  await until(`a delivery is ${status}`, isSo, withinMs);
  return (await api.get(`/webhook-deliveries/${found.id}`)).body;
}

/** Events of one type in the order of their sequence. */
async function eventsOf(api: Client, type: string): Promise<Json[]> {
  const { body } = await api.get(`/events?limit=100&type=${type}`);
  return (body.results as Json[]).toReversed();
}

const REQUESTED = { event_types: ['payout.requested'] };

describe('an event', () => {
  it('is sent to the endpoints that want it, signed, in the bytes in which it is kept', async () => {
    const merchant = await aMerchant();
    const all = await anEndpoint(merchant.api);
    const one = await anEndpoint(merchant.api, { event_types: ['payout.completed'] });
    const other = await anEndpoint((await aMerchant()).api);
    const { id } = await merchant.aPayout(100);
    await merchant.until(id, 'completed');
    await until('all have come', () => all.receiver.received.length >= 3 && one.receiver.received.length >= 1);
    const [event] = await eventsOf(merchant.api, 'payout.completed');
    const { body, headers } = one.receiver.received[0]!;
    expect(body).toBe((await merchant.api.get(`/events/${event.id}`)).text);
    expect(headers['webhook-id']).toBe(event.id);
    expect(new Webhook(one.secret).verify(body, headers as Record<string, string>)).toEqual(event);
    expect(all.receiver.received.map(({ body }) => JSON.parse(body).type as string).toSorted()).toEqual([
      'payout.completed',
      'payout.processing',
      'payout.requested',
    ]);
    expect([one.receiver.received.length, other.receiver.connections]).toEqual([1, 0]);

    const delivery = await theDelivery(merchant.api, `endpoint_id=${one.id}`, 'delivered');
    expect(delivery).toMatchObject({
      event_id: event.id,
      event_type: 'payout.completed',
      sequence: event.sequence,
      attempts: 1,
      next_attempt_at: null,
    });
    expect(delivery.attempt_log).toEqual([
      expect.objectContaining({ number: 1, status_code: 204, failure: null, answer: '' }),
    ]);
  });

  it('is found among the deliveries by what it is about, page by page', async () => {
    const merchant = await aMerchant();
    const both = [await anEndpoint(merchant.api, REQUESTED), await anEndpoint(merchant.api, REQUESTED)];
    const [wanted] = [await merchant.aPayout(100), await merchant.aPayout(100)];
    await until('all have come', () => both.every(({ receiver }) => receiver.received.length === 2));
    const query = `/webhook-deliveries?object_id=${wanted.id}&limit=1`;
    const first = (await merchant.api.get(query)).body;
    const second = (await merchant.api.get(`${query}&cursor=${first.next_cursor}`)).body;
    expect([first.results.length, second.results.length, second.next_cursor]).toEqual([1, 1, null]);
    const found = [...first.results, ...second.results] as Json[];
    expect(found.map(({ endpoint_id }) => endpoint_id as string).toSorted()).toEqual(
      both.map(({ id }) => id).toSorted(),
    );
    for (const { event_id } of found) {
      const { body: event } = await merchant.api.get(`/events/${event_id}`);
      expect(event.data.object.id).toBe(wanted.id);
    }
    const one = await deliveriesOf(merchant.api, `object_id=${wanted.id}&endpoint_id=${both[0]!.id}`);
    expect(one.map(({ id }) => id as string)).toEqual(
      found.filter(({ endpoint_id }) => endpoint_id === both[0]!.id).map(({ id }) => id as string),
    );
    expect(await deliveriesOf((await aMerchant()).api, `object_id=${wanted.id}`)).toEqual([]);
    expect(await deliveriesOf(operator, `object_id=${wanted.id}`)).toHaveLength(2);
  });

  it('of any merchant is sent to the operators’ endpoints', async () => {
    const before = await aMerchant();
    const own = await anEndpoint(operator, { scope: 'all_merchants', ...REQUESTED });
    const after = await aMerchant();
    const ids = [(await before.aPayout(1)).id, (await after.aPayout(1)).id];
    await until('both have come', () => own.receiver.received.length >= 2);
    const received = own.receiver.received.map(({ body }) => JSON.parse(body).data.object.id as string);
    expect(received.toSorted()).toEqual(ids.toSorted());
    const shown = await deliveriesOf(operator, `endpoint_id=${own.id}`);
    expect(shown.map(({ merchant_id }) => merchant_id as string).toSorted()).toEqual([before.id, after.id].toSorted());
    expect(await deliveriesOf(before.api, `endpoint_id=${own.id}`)).toEqual([]);
    expect((await before.api.get(`/webhook-deliveries/${shown[0].id}`)).status).toBe(404);
    await operator.delete(`/webhook-endpoints/${own.id}`);
  });
});

describe('a receiver that fails', () => {
  it('gets the same bytes under the same id until it takes them', async () => {
    const merchant = await aMerchant();
    const { id, receiver } = await anEndpoint(merchant.api, REQUESTED);
    receiver.answer = (_request, response) =>
      void response.writeHead(receiver.received.length < 4 ? 500 : 204).end('busy');
    await merchant.aPayout(1);
    const delivery = await theDelivery(merchant.api, `endpoint_id=${id}`, 'delivered');
    expect(delivery.attempts).toBe(4);
    expect(delivery.attempt_log.map(({ status_code }: Json) => status_code as number)).toEqual([500, 500, 500, 204]);
    expect(delivery.attempt_log[0].answer).toBe('busy');
    expect(new Set(receiver.ids).size).toBe(1);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  });

  it('that says it is gone gets nothing any more, until it is switched on again', async () => {
    const merchant = await aMerchant();
    const { id, receiver } = await anEndpoint(merchant.api, REQUESTED);
    receiver.answer = (_request, response) => void response.writeHead(410).end();
    await merchant.aPayout(1);
    await theDelivery(merchant.api, `endpoint_id=${id}`, 'failed');
    await until('it is off', async () => !(await merchant.api.get(`/webhook-endpoints/${id}`)).body.is_active);
    const { body: off } = await merchant.api.get(`/webhook-endpoints/${id}`);
    expect(off.turned_off).toBe('gone');
    const meanwhile = await merchant.aPayout(2);
    receiver.answer = NO_CONTENT;
    const { body: on } = await merchant.api.patch(`/webhook-endpoints/${id}`, { is_active: true });
    expect([on.is_active, on.turned_off, on.failing_since]).toEqual([true, null, null]);
    const later = await merchant.aPayout(3);
    const received = () => receiver.received.slice(1).map(({ body }) => JSON.parse(body).data.object.id as string);
    await until('the later one has come', () => received().includes(later.id));
    expect(received()).toEqual([later.id]);
    // What happened meanwhile is not lost.
    const { body } = await merchant.api.post(`/webhook-endpoints/${id}/recover`, { since: meanwhile.created_at });
    expect(body).toEqual({ recovered: 0 });
    await until('that has come too', () => received().includes(meanwhile.id));
    expect(received().toSorted()).toEqual([later.id, meanwhile.id].toSorted());
  });
});

describe('a receiver that has failed ten times', () => {
  interface Failed {
    readonly merchant: Merchant;
    readonly id: string;
    readonly receiver: HookReceiver;
    /** When the first of its payouts was requested. */
    readonly since: string;
  }

  let once: Failed;
  let twice: Failed;
  let long: Failed;

  // Ten attempts take time; all three endpoints wait at once.
  beforeAll(async () => {
    [once, twice, long] = await Promise.all([failing(1), failing(2), failing(1)]);
  });

  afterAll(() => Promise.all([once, twice, long].map(({ receiver }) => receiver.close())));

  async function failing(payouts: number): Promise<Failed> {
    const merchant = await aMerchant();
    const receiver = await HookReceiver.listen();
    receiver.answer = (_request, response) => void response.writeHead(503).end();
    const { body } = await merchant.api.post('/webhook-endpoints', { url: receiver.url, ...REQUESTED });
    const since = (await merchant.aPayout(1)).created_at;
    for (let i = 1; i < payouts; i++) await merchant.aPayout(1);
    await untilAll({ merchant, id: body.id as string }, 'failed', payouts);
    return { merchant, id: body.id as string, receiver, since };
  }

  const untilAll = ({ merchant, id }: Pick<Failed, 'merchant' | 'id'>, status: string, count: number): Promise<void> =>
    until(`${count} are ${status}`, async () => {
      const all = await deliveriesOf(merchant.api, `endpoint_id=${id}&status=${status}`);
      return all.length === count;
    });

  it('is given up, and gets it again when somebody says so', async () => {
    const { merchant, id, receiver } = once;
    const failed = await theDelivery(merchant.api, `endpoint_id=${id}`, 'failed');
    expect([failed.attempts, failed.next_attempt_at, receiver.received.length]).toEqual([10, null, 10]);
    receiver.answer = NO_CONTENT;
    const other = await aMerchant();
    expect((await other.api.post(`/webhook-deliveries/${failed.id}/retry`)).status).toBe(404);
    expect((await merchant.api.post(`/webhook-deliveries/${failed.id}/retry`)).body.status).toBe('pending');
    const delivered = await theDelivery(merchant.api, `endpoint_id=${id}`, 'delivered');
    expect([delivered.attempts, new Set(receiver.ids).size]).toEqual([11, 1]);
    // Each attempt is signed with its own time: the first and the last are seconds apart.
    const [first, last] = [receiver.received[0]!.headers, receiver.received.at(-1)!.headers];
    expect(Number(last['webhook-timestamp'])).toBeGreaterThan(Number(first['webhook-timestamp']));
    expect(last['webhook-signature']).not.toBe(first['webhook-signature']);
  });

  it('gets all that has failed since, at once', async () => {
    const { merchant, id, receiver, since } = twice;
    receiver.answer = NO_CONTENT;
    const recovered = await merchant.api.post(`/webhook-endpoints/${id}/recover`, { since });
    expect([recovered.status, recovered.body]).toEqual([200, { recovered: 2 }]);
    await untilAll(twice, 'delivered', 2);
    expect((await merchant.api.post(`/webhook-endpoints/${id}/recover`, { since: 'yesterday' })).status).toBe(400);
  });

  it('and goes on failing for five days is turned off', async () => {
    const { merchant, id } = long;
    const other = await anEndpoint(merchant.api, { event_types: ['webhook_endpoint.turned_off'] });
    const failed = await theDelivery(merchant.api, `endpoint_id=${id}`, 'failed');
    const endpoint = async (): Promise<Json> => (await merchant.api.get(`/webhook-endpoints/${id}`)).body;
    expect(await endpoint()).toMatchObject({ is_active: true, failing_since: expect.any(String) });
    await bahi.psql.query(
      `UPDATE webhook_endpoints SET failing_since = failing_since - interval '5 days 1 minute' WHERE id = $1`,
      [id],
    );
    await merchant.api.post(`/webhook-deliveries/${failed.id}/retry`);
    await until('it is off', async () => (await endpoint()).turned_off === 'failing');
    const off = await endpoint();
    expect(off.is_active).toBe(false);

    // In the same commit, for the merchant and the operators; other endpoints receive it.
    const [event] = await eventsOf(merchant.api, 'webhook_endpoint.turned_off');
    expect(event.data.object).toEqual(off);
    const [seen] = await eventsOf(operator, `webhook_endpoint.turned_off&object_id=${id}`);
    expect(seen).toEqual(event);
    await until('the other endpoint has it', () => other.receiver.ids.includes(event.id as string));
    expect(other.receiver.received).toHaveLength(1);
  });

  it('is counted, by what became of each attempt, and shown while its endpoint is turned off', async () => {
    const figures = async (): Promise<string> => (await documentedFetch(`${bahi.service.url}/metrics`)).text();
    const valueOf = (text: string, series: string): number => {
      const line = text.split('\n').find((line) => line.startsWith(`${series} `));
      return Number(line?.slice(series.length));
    };
    let text = '';
    await until('the database’s figures could be read', async () => {
      text = await figures();
      return valueOf(text, 'bahi_webhook_endpoints{state="turned_off"}') > 0;
    });
    for (const outcome of ['delivered', 'refused', 'no_answer', 'unsent'])
      expect(valueOf(text, `bahi_webhook_attempts_total{outcome="${outcome}"}`)).toBeGreaterThanOrEqual(0);
    expect(valueOf(text, 'bahi_webhook_attempts_total{outcome="refused"}')).toBeGreaterThan(0);
    expect(valueOf(text, 'bahi_webhook_first_attempt_seconds_count')).toBeGreaterThan(0);
    expect(valueOf(text, 'bahi_webhook_endpoints{state="active"}')).toBeGreaterThan(0);
    expect(valueOf(text, 'bahi_webhook_deliveries_pending')).toBeGreaterThanOrEqual(0);
    expect(valueOf(text, 'bahi_webhook_overdue_seconds')).toBeGreaterThanOrEqual(0);
  });
});

describe('our proxy', () => {
  it('counts nothing against the endpoint while it is away, and what waits is sent when it is back', async () => {
    await proxy.close();
    const merchant = await aMerchant();
    const made = await merchant.api.post('/webhook-endpoints', { url: 'https://93.184.215.14/', ...REQUESTED });
    const { id } = made.body;
    await merchant.aPayout(1);
    const shown = async (): Promise<Json> => {
      const [delivery] = await deliveriesOf(merchant.api, `endpoint_id=${id}`);
      return delivery === undefined ? null : (await merchant.api.get(`/webhook-deliveries/${delivery.id}`)).body;
    };
    await until('it was tried', async () => ((await shown())?.attempt_log.length ?? 0) >= 2);
    const delivery = await shown();
    expect(delivery.status).toBe('pending');
    expect(new Set(delivery.attempt_log.map(({ failure }: Json) => failure as string))).toEqual(
      new Set(['our proxy cannot be reached']),
    );
    expect((await merchant.api.get(`/webhook-endpoints/${id}`)).body.failing_since).toBeNull();
    expect(await bahi.count('webhook_deliveries WHERE endpoint_id = $1 AND tries > 1', [id])).toBe(0);

    // The receiver behind the proxy has no certificate for this address: that is the receiver's own fault, and counts.
    const receiver = await HookReceiver.listen({ tls: true });
    receivers.push(receiver);
    proxy = await ProxyDouble.listen(receiver.port, proxy.port);
    const failed = await theDelivery(merchant.api, `endpoint_id=${id}`, 'failed', 60_000);
    expect(failed.attempt_log.slice(-10).map(({ failure }: Json) => failure as string)).toEqual(
      Array<string>(10).fill('the certificate is not trusted'),
    );
    expect(proxy.asked[0]!.url).toBe('93.184.215.14:443');
    expect((await merchant.api.get(`/webhook-endpoints/${id}`)).body.failing_since).not.toBeNull();
  });
});

describe('a worker that ends', () => {
  it('while a receiver is silent leaves the delivery to the next one, at once and uncounted', async () => {
    const quiet = await Bahi.open({ environment: ENVIRONMENT });
    const merchant = await quiet.aMerchant({ rupees: 100 });
    const { id, receiver } = await anEndpoint(merchant.api, REQUESTED);
    receiver.answer = SILENCE;
    const leaving = await quiet.serve({ worker: true });
    await merchant.payOut(1);
    await until('it is on its way', () => receiver.received.length === 1);
    await leaving.stop();
    const [left] = await quiet.psql.query<Json>(
      'SELECT status, tries, attempts, claimed_until FROM webhook_deliveries WHERE endpoint_id = $1',
      [id],
    );
    expect(left).toEqual({ status: 'pending', tries: 0, attempts: 1, claimed_until: null });
    receiver.answer = NO_CONTENT;
    await quiet.serve({ worker: true });
    await until('it has come again', () => receiver.received.length >= 2);
    expect(new Set(receiver.ids).size).toBe(1);
    await quiet.close();
  });
});

describe('an endpoint', () => {
  it('waits for nobody else’s', async () => {
    const [slow, dead, well] = await Promise.all([aMerchant(), aMerchant(), aMerchant()]);
    const silent = await anEndpoint(slow.api, REQUESTED);
    let [held, most] = [0, 0];
    silent.receiver.answer = (_request, response) => {
      most = Math.max(most, ++held);
      response.on('close', () => held--);
    };
    const gone = await anEndpoint(dead.api, REQUESTED);
    await gone.receiver.close();
    const live = await anEndpoint(well.api, REQUESTED);
    for (let i = 0; i < 12; i++) await Promise.all([slow.aPayout(1), dead.aPayout(1)]);
    await until('the slow one has what it is given at once', () => silent.receiver.received.length >= 10);
    await well.aPayout(1);
    await until('the live one has its event', () => live.receiver.received.length === 1);
    // The slow receiver never gets more than this at once, however many deliveries wait for it.
    expect(most).toBeLessThanOrEqual(10);
  });

  it('that asks for order gets one after the other, and none behind one that failed', async () => {
    const merchant = await aMerchant();
    const { id, receiver } = await anEndpoint(merchant.api, { ...REQUESTED, is_ordered: true });
    const sequences = () => receiver.received.map(({ body }) => JSON.parse(body).sequence as number);
    receiver.answer = (_request, response) => void response.writeHead(receiver.received.length < 3 ? 500 : 204).end();
    for (let i = 0; i < 5; i++) await merchant.aPayout(1);
    await until('all have come', () => new Set(sequences()).size === 5);
    expect(sequences().slice(0, 3)).toEqual([sequences()[0], sequences()[0], sequences()[0]]);
    expect(sequences()).toEqual(sequences().toSorted((a, b) => a - b));

    receiver.answer = (_request, response) => void response.writeHead(503).end();
    const before = receiver.received.length;
    const since = (await merchant.aPayout(1)).created_at;
    await merchant.aPayout(2);
    const endpoint = async (): Promise<Json> => (await merchant.api.get(`/webhook-endpoints/${id}`)).body;
    await until('it is paused', async () => (await endpoint()).paused_since !== null);
    expect(new Set(sequences().slice(before)).size).toBe(1);
    receiver.answer = NO_CONTENT;
    await merchant.api.post(`/webhook-endpoints/${id}/recover`, { since });
    await until('both have come', () => new Set(sequences().slice(before)).size === 2);
    expect(sequences()).toEqual(sequences().toSorted((a, b) => a - b));
    expect((await endpoint()).paused_since).toBeNull();
  });

  describe('that asks for order, and is paused by an event that was given up', () => {
    interface Paused {
      readonly merchant: Merchant;
      readonly id: string;
      /** Of the events that it has accepted since it was paused. */
      readonly sequences: () => number[];
      readonly endpoint: () => Promise<Json>;
    }

    async function aPausedEndpoint(status: number): Promise<Paused> {
      const merchant = await aMerchant();
      const { id, receiver } = await anEndpoint(merchant.api, { ...REQUESTED, is_ordered: true });
      receiver.answer = (_request, response) => void response.writeHead(status).end();
      await merchant.aPayout(1);
      const endpoint = async (): Promise<Json> => (await merchant.api.get(`/webhook-endpoints/${id}`)).body;
      await until('it is paused', async () => (await endpoint()).paused_since !== null);
      if (status === 410) await until('it is off', async () => !(await endpoint()).is_active);
      await merchant.api.patch(`/webhook-endpoints/${id}`, { is_active: true });
      await merchant.aPayout(2);
      const before = receiver.received.length;
      receiver.answer = NO_CONTENT;
      const sequences = () => receiver.received.slice(before).map(({ body }) => JSON.parse(body).sequence as number);
      return { merchant, id, sequences, endpoint };
    }

    const inOrder = async ({ merchant, id, sequences, endpoint }: Paused): Promise<void> => {
      const planned = async (): Promise<number[]> =>
        (await deliveriesOf(merchant.api, `endpoint_id=${id}`)).map(({ sequence }) => sequence as number).toReversed();
      await until('both have come', async () => sequences().length === 2 && (await planned()).length === 2);
      expect(sequences()).toEqual(await planned());
      expect((await endpoint()).paused_since).toBeNull();
    };

    it.each([503, 410])('goes on with that event (%d) when all since the pause is to be sent again', async (status) => {
      const paused = await aPausedEndpoint(status);
      const { paused_since: since } = await paused.endpoint();
      const { body } = await paused.merchant.api.post(`/webhook-endpoints/${paused.id}/recover`, { since });
      expect(body).toEqual({ recovered: 1 });
      await inOrder(paused);
    });

    it('goes on with that event when it alone is to be sent again', async () => {
      const paused = await aPausedEndpoint(503);
      const [failed] = await deliveriesOf(paused.merchant.api, `endpoint_id=${paused.id}&status=failed`);
      await paused.merchant.api.post(`/webhook-deliveries/${failed.id}/retry`);
      await inOrder(paused);
    });

    it('goes on without that event when it no longer asks for order', async () => {
      const { merchant, id, sequences, endpoint } = await aPausedEndpoint(503);
      await merchant.api.patch(`/webhook-endpoints/${id}`, { is_ordered: false });
      await until('the later one has come', () => sequences().length === 1);
      expect((await endpoint()).paused_since).toBeNull();
      expect(await deliveriesOf(merchant.api, `endpoint_id=${id}&status=failed`)).toHaveLength(1);
    });
  });

  it('that is removed takes along what was on its way', async () => {
    const merchant = await aMerchant();
    const { id, receiver } = await anEndpoint(merchant.api, REQUESTED);
    receiver.answer = SILENCE;
    await merchant.aPayout(1);
    await until('it is on its way', () => receiver.received.length === 1);
    await merchant.api.delete(`/webhook-endpoints/${id}`);
    const delivery = await theDelivery(merchant.api, `endpoint_id=${id}`, 'cancelled');
    expect((await merchant.api.post(`/webhook-deliveries/${delivery.id}/retry`)).status).toBe(404);
  });
});

describe('a worker that is killed', () => {
  it('while it delivers leaves the same id and bytes to the next one', async () => {
    const quiet = await Bahi.open({ environment: ENVIRONMENT });
    const merchant = await quiet.aMerchant({ rupees: 100 });
    const { id, receiver } = await anEndpoint(merchant.api, REQUESTED);
    receiver.answer = SILENCE;
    const worker = await quiet.process('worker');
    await merchant.payOut(1);
    // A separate process starts slowly on a busy machine.
    await until('it is on its way', () => receiver.received.length === 1, 90_000);
    await quiet.kill(worker);
    receiver.answer = NO_CONTENT;
    await quiet.process('worker');
    const delivery = await theDelivery(merchant.api, `endpoint_id=${id}`, 'delivered', 90_000);
    expect([delivery.attempts, delivery.attempt_log.length]).toEqual([2, 1]);
    const [first, second] = receiver.received;
    expect([second!.body, second!.headers['webhook-id']]).toEqual([first!.body, first!.headers['webhook-id']]);
    await quiet.close();
  });
});
