import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SettlePayout } from '../../src/modules/payouts/application/settle-payout.js';
import { Bahi } from '../support/bahi.js';
import type { Answer, Client, Json } from '../support/client.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

/** Several inquiries find nothing within seconds. */
const QUICKLY = { PROCESSING_TIMEOUT_SECONDS: '1', MAX_RETRIES: '2' };

const NOTHING = { results: [], next: null, previous: null, next_cursor: null, previous_cursor: null };

let bahi: Bahi;
let acme: Merchant;
let stranger: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true, environment: QUICKLY });
  [acme, stranger] = (await bahi.merchants(2, { rupees: 1_000, accounts: ['0001', '0003'] })) as [Merchant, Merchant];
});

afterAll(() => bahi.close());

/** Every page, by following `link`. */
async function pages(client: Client, path: string, link: 'next' | 'previous' = 'next'): Promise<Json[]> {
  const all: Json[] = [];
  for (let at: string | null = path; at !== null;) {
    const { status, body }: Answer = await client.get(at);
    expect(status).toBe(200);
    all.push(body);
    at = body[link];
  }
  return all;
}

const resultsOf = (all: Json[]): Json[] => all.flatMap(({ results }) => results);

/** A payout with many events: the bank says something else each time. */
async function aLongStory(events: number): Promise<string> {
  const { id } = await acme.aPayout(1);
  await acme.until(id, 'completed');
  const settle = bahi.service.get(SettlePayout);
  const call = { kind: 'inquiry', gateway: 'bank-simulator', attempt: 1, askedAtMs: performance.now() } as const;
  const utr = (i: number): string => `${632_812_000_000 + i}`;
  for (let i = (await acme.timeline(id)).length; i < events; i++)
    await settle.execute(acme.id, id, call, { kind: 'succeeded', utr: utr(i) });
  return id;
}

describe('the events of a payout', () => {
  it('up to a hundred are one page, the oldest first, for who asks for nothing', async () => {
    const id = await aLongStory(99);
    const { body } = await acme.api.get(`/payouts/${id}/events`);
    expect([body.results.length, body.next, body.previous]).toEqual([99, null, null]);
    expect(body.results[0].type).toBe('payout.requested');
  });

  it('come page by page, each once, forwards and backwards', async () => {
    const id = await aLongStory(104);
    const first = (await acme.api.get(`/payouts/${id}/events`)).body;
    expect([first.results.length, first.previous]).toEqual([100, null]);
    const all = resultsOf(await pages(acme.api, `/payouts/${id}/events`));
    expect(all).toHaveLength(104);

    const short = await pages(acme.api, `/payouts/${id}/events?limit=7`);
    expect(short.map(({ results }) => results.length)).toEqual([...Array.from({ length: 14 }, () => 7), 6]);
    expect(resultsOf(short)).toEqual(all);

    const back = await pages(acme.api, short.at(-1).previous, 'previous');
    expect(resultsOf(back.toReversed())).toEqual(all.slice(0, 98));
    expect(resultsOf(await pages(acme.api, `/payouts/${id}/events?limit=50&offset=30`))).toEqual(all.slice(30));
  });

  it('show an operator the same, and a stranger nothing', async () => {
    const { id } = await acme.aPayout(1);
    await acme.until(id, 'completed');
    const operator = bahi.asOperator();
    expect((await operator.get(`/payouts/${id}/events?limit=1`)).body.results).toHaveLength(1);
    for (const path of ['events', 'attempts', 'events?limit=1', 'attempts?limit=1'])
      expect((await stranger.api.get(`/payouts/${id}/${path}`)).status).toBe(404);
  });

  it('refuse a cursor of another timeline, and what is none', async () => {
    const [one, other] = [await aLongStory(4), await aLongStory(4)];
    const { next } = (await acme.api.get(`/payouts/${one}/events?limit=1`)).body;
    for (const path of [
      next.replace(one, other),
      next.replace('events', 'attempts'),
      `/payouts/${one}/events?cursor=x`,
    ])
      expect((await acme.api.get(path)).body.code).toBe('cursor_invalid');
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'offset=-1', 'seq=1'])
      expect((await acme.api.get(`/payouts/${one}/events?${query}`)).body.code).toBe('validation_failed');
  });
});

describe('the attempts', () => {
  it('of a payout come page by page, with what was counted of each', async () => {
    const { id } = await acme.aPayout(1, { to: '0003' });
    await acme.until(id, 'failed');
    const path = `/payouts/${id}/attempts`;
    const all = (await acme.api.get(path)).body.results;
    expect(all.map(({ attempt }: Json) => attempt)).toEqual([1, 2, 3]);
    expect(all.every(({ reference, ending }: Json) => reference === id && ending === 'not_found')).toBe(true);

    expect(resultsOf(await pages(acme.api, `${path}?limit=1`))).toEqual(all);
    const two = (await acme.api.get(`${path}?limit=2`)).body;
    expect([two.results, two.previous]).toEqual([all.slice(0, 2), null]);
    const last = (await acme.api.get(two.next)).body;
    expect([last.results, last.next]).toEqual([all.slice(2), null]);
    expect((await acme.api.get(last.previous)).body.results).toEqual(all.slice(0, 2));
  });

  it('of a payout that was never submitted are none', async () => {
    await bahi.asOperator().patch('/gateways/bank-simulator', { is_paused: true, reason: 'test' });
    const { id } = await acme.aPayout(1);
    expect((await acme.api.get(`/payouts/${id}/attempts`)).body).toEqual(NOTHING);
    await bahi.asOperator().patch('/gateways/bank-simulator', { is_paused: false });
  });

  it('and events of a payment and of its refund are told apart', async () => {
    // In the rest of this file a call ends after a third of a second, which is too short on a busy machine.
    const unhurried = await Bahi.open({ worker: true });
    try {
      const [acme, stranger] = (await unhurried.merchants(2)) as [Merchant, Merchant];
      const payments = new PaymentsDriver(acme);
      const { id } = await payments.aSuccess(12_001);
      const refunds = [await payments.aRefund(id, 301), await payments.aRefund(id, 401)];
      for (const refund of refunds) await payments.refundThat(refund, 'succeeded');
      await until('both are in the timeline', async () => (await payments.story(id)).length === 11);

      const [payment] = (await acme.api.get(`/payments/${id}/attempts`)).body.results;
      expect(payment).toMatchObject({ attempt: 1, reference: id, gateway: 'payment-simulator', ending: 'succeeded' });
      expect(payment.answers).toEqual([expect.objectContaining({ kind: 'submission', ending: 'succeeded' })]);
      for (const refund of refunds) {
        const { results } = (await acme.api.get(`/refunds/${refund.id}/attempts`)).body;
        expect(results).toEqual([
          expect.objectContaining({ attempt: 1, reference: refund.id, gateway: 'payment-simulator' }),
        ]);
        expect(results[0].answers).toHaveLength(1);
        const events = resultsOf(await pages(acme.api, `/refunds/${refund.id}/events?limit=2`));
        expect(events.map(({ type }) => type)).toEqual(['refund.requested', 'refund.processing', 'refund.succeeded']);
        expect(events.every(({ data }) => data.refund_id === refund.id)).toBe(true);
      }
      const whole = resultsOf(await pages(acme.api, `/payments/${id}/events?limit=4`));
      expect(whole).toEqual(await payments.timeline(id));
      for (const path of [`payments/${id}`, `refunds/${refunds[0]!.id}`])
        for (const what of ['events', 'attempts'])
          expect((await stranger.api.get(`/${path}/${what}`)).status).toBe(404);
    } finally {
      await unhurried.close();
    }
  });
});
