import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';

let bahi: Bahi;

beforeAll(async () => {
  bahi = await Bahi.open();
});

afterAll(() => bahi.close());

async function aMerchantAlertedBelow(rupees: number): Promise<Merchant> {
  const merchant = await bahi.aMerchant({ rupees: 1_000 });
  const { status } = await merchant.api.patch('/balance/alert', { threshold_paise: rupees * 100 });
  expect(status).toBe(200);
  return merchant;
}

interface Event {
  readonly type: string;
  readonly sequence: number;
  readonly previous_status: string | null;
  readonly data: { readonly object: Readonly<Record<string, unknown>> };
}

/** The events, oldest first. */
async function eventsOf({ api }: Merchant): Promise<Event[]> {
  return ((await api.get('/events?limit=100')).body.results as Event[]).reverse();
}

const lowsOf = (events: readonly Event[]): unknown[] =>
  events.filter(({ type }) => type === 'balance.low').map(({ data }) => data.object['available_paise']);

describe('a merchant who is told of a low balance', () => {
  it('is told by the movement that brings it below, once, and again when it was not below in between', async () => {
    const fiaz = await aMerchantAlertedBelow(500);

    await fiaz.aPayout(500);
    expect(lowsOf(await eventsOf(fiaz))).toEqual([]);
    const { id } = await fiaz.aPayout(1);
    await fiaz.aPayout(100);
    await fiaz.api.post(`/payouts/${id}/cancel`);
    expect(lowsOf(await eventsOf(fiaz))).toEqual([49_900]);
    await bahi.fund(fiaz, 100);
    await fiaz.aPayout(2);

    const events = await eventsOf(fiaz);
    expect(lowsOf(events)).toEqual([49_900, 49_800]);
    const first = events.findIndex(({ type }) => type === 'balance.low');
    expect(events[first]).toMatchObject({
      sequence: events[first - 1]!.sequence + 1,
      previous_status: null,
      data: {
        object: { merchant_id: fiaz.id, currency: 'INR', held_paise: 50_100, threshold_paise: 50_000, seq: 3 },
      },
    });
    expect(events[first - 1]).toMatchObject({ type: 'payout.requested', data: { object: { id } } });
  });

  it('is told once where many payouts come at the same moment, at several processes', async () => {
    const other = await bahi.serve();
    const fiaz = await aMerchantAlertedBelow(500);

    await Promise.all(
      Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? fiaz : fiaz.at(other)).payOut(50, { key: randomUUID() })),
    );

    const events = await eventsOf(fiaz);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, i) => i + 1));
    expect(events.filter(({ type }) => type === 'payout.requested')).toHaveLength(20);
    expect(lowsOf(events)).toEqual([45_000]);
  });

  it('is told of an adjustment as well', async () => {
    const fiaz = await aMerchantAlertedBelow(500);
    await bahi.fund(fiaz, -501);
    expect(lowsOf(await eventsOf(fiaz))).toEqual([49_900]);
    expect(await bahi.findings()).toEqual([]);
  });

  it('says below what, and may take it back; what is lower already is told when it falls again', async () => {
    const fiaz = await bahi.aMerchant({ rupees: 1_000 });
    expect((await fiaz.api.get('/balance/alert')).body).toEqual({
      merchant_id: fiaz.id,
      threshold_paise: null,
      updated_at: null,
    });

    await bahi.asOperator().patch(`/balance/alert?merchant_id=${fiaz.id}`, { threshold_paise: 200_000 });
    await fiaz.aPayout(1);
    const { body } = await fiaz.api.get('/balance/alert');
    expect(body).toMatchObject({ threshold_paise: 200_000, updated_at: expect.any(String) });
    await fiaz.api.patch('/balance/alert', { threshold_paise: 90_000 });
    await fiaz.api.patch('/balance/alert', { threshold_paise: null });
    await fiaz.aPayout(500);

    expect(lowsOf(await eventsOf(fiaz))).toEqual([]);
  });

  it.each([0, -1, 1.5, '100', true, 9_007_199_254_740_992])('cannot be told below %j', async (threshold_paise) => {
    const fiaz = await bahi.aMerchant();
    const { status, body } = await fiaz.api.patch('/balance/alert', { threshold_paise });
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });

  it('is one that there is', async () => {
    const nobody = randomUUID();
    const operator = bahi.asOperator();
    expect((await operator.get(`/balance/alert?merchant_id=${nobody}`)).status).toBe(404);
    const answer = await operator.patch(`/balance/alert?merchant_id=${nobody}`, { threshold_paise: 1 });
    expect(answer.status).toBe(404);
  });

  it('is told of a refund as well', async () => {
    await bahi.serve({ worker: true });
    const fiaz = await aMerchantAlertedBelow(1_100);
    const payments = new PaymentsDriver(fiaz);
    const { id } = await payments.aSuccess(12_000, { currency: 'INR' });
    const { body: before } = await fiaz.api.get('/balance');
    expect(before.available_paise).toBeGreaterThan(1_100_00);
    expect(lowsOf(await eventsOf(fiaz))).toEqual([]);

    const refund = await payments.aRefund(id, 10_000);

    const events = await eventsOf(fiaz);
    expect(lowsOf(events)).toEqual([before.available_paise - 10_000]);
    const low = events.findIndex(({ type }) => type === 'balance.low');
    expect(events[low - 1]).toMatchObject({ type: 'refund.requested', data: { object: { id: refund.id } } });
  });
});
