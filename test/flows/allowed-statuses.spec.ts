import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import type { Answer, Client, Json } from '../support/client.js';
import { EventStreamReader } from '../support/event-stream-reader.js';
import { HookReceiver } from '../support/hook-receiver.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
let operator: Client;
let acme: Merchant;
let payments: PaymentsDriver;

beforeAll(async () => {
  bahi = await Bahi.open({
    worker: true,
    environment: { WEBHOOK_ALLOW_LOOPBACK: '1', DATA_ENCRYPTION_KEY: randomBytes(32).toString('base64') },
  });
  operator = bahi.asOperator();
  acme = await bahi.aMerchant({ rupees: 100_000, accounts: ['0001', '0003'] });
  payments = new PaymentsDriver(acme);
});

afterAll(() => bahi.close());

/** Nothing is sent to the bank or the provider meanwhile. */
async function whilePaused<T>(gateway: string, work: () => Promise<T>): Promise<T> {
  await operator.patch(`/gateways/${gateway}`, { is_paused: true, reason: 'A test.' });
  try {
    return await work();
  } finally {
    await operator.patch(`/gateways/${gateway}`, { is_paused: false });
  }
}

/** The object everywhere that a kind of key sees it: alone, in a list, and in its last event. */
async function shownTo(api: Client, list: string, id: string): Promise<Json[]> {
  const alone = (await api.get(`${list}/${id}`)).body;
  // The address is the same for both kinds, so that one must not get the page that was cached for the other.
  const { results } = (await api.get(`${list}?merchant_id=${acme.id}`)).body;
  const events = await api.get(`/events?object_id=${id}&limit=1`);
  const [event] = events.body.results;
  const again = await api.get(`/events/${event.id}`);
  expect(events.text).toContain(again.text);
  return [alone, results.find((item: Json) => item.id === id), event.data.object];
}

async function expectAllowed(list: string, id: string, merchants: string[], operators: string[]): Promise<void> {
  for (const [api, allowed] of [
    [acme.api, merchants],
    [operator, operators],
    [acme.api, merchants],
  ] as const)
    for (const shown of await shownTo(api, list, id)) expect(shown.allowed_statuses).toEqual(allowed);
}

const PAYOUT_STATUSES = ['pending', 'processing', 'completed', 'failed', 'cancelled', 'reversed'];

/** Each other move is refused, naming the allowed ones; the object stays unchanged. */
async function expectOthersRefused(path: string, statuses: readonly string[], allowed: readonly string[]) {
  for (const status of statuses.filter((other) => !allowed.includes(other))) {
    const utr = status === 'completed' ? { utr: 'HDFC0000000001' } : {};
    expect(await operator.patch(path, { status, reason: 'A test.', ...utr })).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition', allowed_statuses: allowed },
    });
  }
}

describe('what a caller may move a payout to', () => {
  it('is told to each kind of key wherever the payout is shown, and is what is granted', async () => {
    await whilePaused('bank-simulator', async () => {
      const { id, allowed_statuses } = await acme.aPayout(60);
      expect(allowed_statuses).toEqual(['cancelled']);
      await expectAllowed('/payouts', id, ['cancelled'], ['processing', 'cancelled']);
      await expectOthersRefused(`/payouts/${id}`, PAYOUT_STATUSES, ['processing', 'cancelled']);

      const cancelled = await acme.api.post(`/payouts/${id}/cancel`);

      expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled', allowed_statuses: [] } });
      await expectAllowed('/payouts', id, [], []);
      await expectOthersRefused(`/payouts/${id}`, PAYOUT_STATUSES, []);
    });
  });

  it('is an end by hand while the bank has it, for operators alone', async () => {
    const { id } = await acme.aPayout(60, { to: '0003' });
    await acme.until(id, 'processing');
    await expectAllowed('/payouts', id, [], ['completed', 'failed']);
    await expectOthersRefused(`/payouts/${id}`, PAYOUT_STATUSES, ['completed', 'failed']);

    const decision = { status: 'completed', reason: 'The bank says so.', utr: 'HDFC0000000002' };
    const completed = await operator.patch(`/payouts/${id}`, decision);

    expect(completed).toMatchObject({ status: 200, body: { status: 'completed', allowed_statuses: [] } });
    await expectAllowed('/payouts', id, [], []);
  });

  it('is answered to an operator who asks for it by his own kind of key, and to a repeat as it was', async () => {
    await whilePaused('bank-simulator', async () => {
      const body = { amount_paise: 6_000, bank_account_id: await acme.account('0001') };
      const asOperator = { key: 'by an operator', merchant: acme };
      const made = await operator.post('/payouts', body, asOperator);
      expect(made.body.allowed_statuses).toEqual(['processing', 'cancelled']);
      expect((await acme.api.post('/payouts', body, { key: 'by an operator' })).text).toBe(made.text);
      await acme.api.post(`/payouts/${made.body.id}/cancel`);
    });
  });
});

describe('what a caller may move a payment or a refund to', () => {
  it('is its end as failed: of a payment by anybody before a provider has it, then by operators', async () => {
    const QUOTED = 'Say "status":"failed","allowed_statuses":["refunded"] or not';
    await whilePaused('payment-simulator', async () => {
      const { id } = await payments.aPayment(12_001, { description: QUOTED });
      await expectAllowed('/payments', id, ['failed'], ['failed']);
      await acme.api.post(`/payments/${id}/cancel`);
      await expectAllowed('/payments', id, [], []);
    });
    const { id } = await payments.aPayment(12_008, { description: QUOTED });
    await payments.until(id, 'processing');
    await expectAllowed('/payments', id, [], ['failed']);
    expect(await acme.api.post(`/payments/${id}/cancel`)).toMatchObject({ status: 409 });

    const success = await payments.aSuccess(12_001);
    await expectAllowed('/payments', success.id, [], []);
    const refused: Answer = await operator.patch(`/payments/${success.id}`, { status: 'failed', reason: 'A test.' });
    expect(refused).toMatchObject({ status: 409, body: { allowed_statuses: [] } });

    const refund = await payments.aRefund(success.id, 2_003);
    expect(refund.allowed_statuses).toEqual([]);
    await expectAllowed('/refunds', refund.id, [], ['failed']);
    const path = `/payments/${success.id}/refunds`;
    expect((await operator.get(`${path}/${refund.id}`)).body.allowed_statuses).toEqual(['failed']);
    expect((await operator.get(path)).body.results[0].allowed_statuses).toEqual(['failed']);
    expect((await acme.api.get(path)).body.results[0].allowed_statuses).toEqual([]);
  });
});

describe('the revision of a thing', () => {
  it('grows with each of its events, and is that of the thing now in the last of them', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 1_000 });
    const { id, revision } = await fiaz.aPayout(60);
    await fiaz.until(id, 'completed');

    const events: Json[] = (await fiaz.api.get(`/events?object_id=${id}`)).body.results;
    const revisions = events.map(({ data }) => data.object.revision as number).reverse();

    expect(revisions).toHaveLength(3);
    expect(revisions[0]).toBe(revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    const now = (await fiaz.api.get(`/payouts/${id}`)).body;
    expect(now.revision).toBeGreaterThanOrEqual(revisions.at(-1)!);
    expect(events[0].data.object).toEqual({ ...now, revision: revisions.at(-1) });
  });

  it('goes up when an operator or the merchant changes something, and for payments and refunds too', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 1_000 });
    const driver = new PaymentsDriver(fiaz);
    const created = await driver.aPayment(12_001);
    const success = await driver.until(created.id, 'succeeded');
    const refund = await driver.aRefund(success.id, 2_001);
    const claimed = await driver.payment(success.id);
    const given = await driver.refundThat(refund, 'succeeded');
    const after = await driver.payment(success.id);

    const ofPayment = [created, success, claimed, after].map((payment) => payment.revision);
    expect(ofPayment).toEqual([...ofPayment].sort((a, b) => a - b));
    expect(new Set(ofPayment).size).toBe(4);
    expect(given.revision).toBeGreaterThan(refund.revision);
  });
});

describe('an event', () => {
  it('shows each kind of key what that may do, on the stream and at endpoints too', async () => {
    const receiver = await HookReceiver.listen();
    const fiaz = await bahi.aMerchant({ rupees: 1_000, accounts: ['0003'] });
    const endpoint = { event_types: ['payout.processing'] };
    for (const [api, path, scope] of [
      [fiaz.api, '/merchants', 'merchant'],
      [operator, '/operators', 'all_merchants'],
    ] as const)
      expect((await api.post('/webhook-endpoints', { url: `${receiver.url}${path}`, scope, ...endpoint })).status).toBe(
        201,
      );
    const streams = [
      await EventStreamReader.open(bahi.service.url, fiaz.apiKey),
      await EventStreamReader.open(bahi.service.url, bahi.operatorKey, { query: `?merchant_id=${fiaz.id}` }),
    ];

    const { id } = await fiaz.aPayout(60, { to: '0003' });
    for (const stream of streams) await stream.untilId(2);
    const ofPayout = () => receiver.received.filter(({ body }) => body.includes(id));
    await until('both endpoints have it', () => ofPayout().length >= 2);

    const [event] = (await fiaz.api.get(`/events?object_id=${id}&type=payout.processing`)).body.results;
    const texts = [fiaz.api, operator].map(async (api) => (await api.get(`/events/${event.id}`)).text);
    const [toMerchants, toOperators] = await Promise.all(texts);
    expect(toMerchants).toContain('"allowed_statuses":[]');
    expect(toOperators).toBe(
      toMerchants!.replace('"allowed_statuses":[]', '"allowed_statuses":["completed","failed"]'),
    );
    const sent = (path: string) => ofPayout().find((request) => request.path === path)!.body;
    expect([sent('/merchants'), sent('/operators')]).toEqual([toMerchants, toOperators]);
    const streamed = streams.map(({ messages }) => messages.find((message) => message.id === 2)!.data);
    expect(streamed).toEqual([toMerchants, toOperators]);
    for (const stream of streams) stream.close();
    await receiver.close();
  });
});
