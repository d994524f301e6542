import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import type { Answer, Client, Json } from '../support/client.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
let operator: Client;
let acme: Merchant;
let fiaz: Merchant;
/** The orders that need attention, in the order in which they were made. */
let expected: { type: string; id: string; merchant_id: string }[];

const itemsIn = ({ body }: Answer): Json[] => body.results as Json[];
const namesIn = (items: Json[]) => items.map(({ type, id, merchant_id }) => ({ type, id, merchant_id }));

/** Reads the list page by page. */
async function walk(api: Client, path: string, along: 'next' | 'previous' = 'next'): Promise<Json[]> {
  const items: Json[] = [];
  for (let page: string | null = path; page !== null;) {
    const answer = await api.get(page);
    expect(answer.status).toBe(200);
    items.push(...(along === 'next' ? itemsIn(answer) : itemsIn(answer).reverse()));
    page = answer.body[along] as string | null;
  }
  return items;
}

beforeAll(async () => {
  // An order that a gateway never received is not submitted again, but needs attention at once.
  bahi = await Bahi.open({ worker: true, environment: { PROCESSING_TIMEOUT_SECONDS: '1', MAX_RETRIES: '0' } });
  operator = bahi.asOperator();
  acme = await bahi.aMerchant({ rupees: 100_000, accounts: ['0001', '0008'] });
  fiaz = await bahi.aMerchant({ rupees: 100_000, accounts: ['0001', '0008'] });
  const [ofAcme, ofFiaz] = [new PaymentsDriver(acme), new PaymentsDriver(fiaz)];
  const success = await ofAcme.aSuccess(12_001);
  const payout = await acme.aPayout(60, { to: '0008' });
  const payment = await ofFiaz.aPayment(50_008, { currency: 'EUR' });
  const refund = await ofAcme.aRefund(success.id, 2_008);
  const second = await fiaz.aPayout(70, { to: '0008' });
  expected = [
    { type: 'payout', id: payout.id, merchant_id: acme.id },
    { type: 'payment', id: payment.id, merchant_id: fiaz.id },
    { type: 'refund', id: refund.id, merchant_id: acme.id },
    { type: 'payout', id: second.id, merchant_id: fiaz.id },
  ];
  // Orders that succeed are not in the list.
  await acme.until((await acme.aPayout(10)).id, 'completed');
  await until('all need attention', async () => itemsIn(await operator.get('/attention')).length === 4);
});

afterAll(() => bahi.close());

describe('what needs attention', () => {
  it('stands in one list for operators, the oldest first, with amount, age and reason', async () => {
    const answer = await operator.get('/attention');

    expect(namesIn(itemsIn(answer))).toEqual(expected);
    const [payout, payment, refund] = itemsIn(answer);
    expect(payout).toMatchObject({
      ...{ status: 'processing', amount: 6_000, currency: 'INR', amount_paise: 6_000, payment_id: null },
      ...{ gateway: 'bank-simulator', attempts: expect.any(Number), allowed_statuses: ['completed', 'failed'] },
      reasons: [{ code: 'outcome_unknown', detail: expect.stringContaining('has not said') }],
    });
    expect(payment).toMatchObject({
      amount: 50_008,
      currency: 'EUR',
      amount_paise: null,
      allowed_statuses: ['failed'],
    });
    expect(refund).toMatchObject({ amount: 2_008, currency: 'USD', status: 'pending', allowed_statuses: ['failed'] });
    expect(refund.payment_id).not.toBeNull();
    for (const item of itemsIn(answer)) {
      const raised = (await operator.get(`/${item.type}s/${item.id}/events`)).body.results.findLast(
        ({ type }: Json) => type === `${item.type}.needs_attention`,
      );
      expect(item).toMatchObject({ since: raised.at, reasons: [{ detail: raised.reason, since: raised.at }] });
      expect(item.age_seconds).toBeGreaterThanOrEqual(0);
    }
  });

  it('is paged both ways across payouts, payments and refunds, without a gap or a repeat', async () => {
    for (const limit of [1, 2, 3]) {
      expect(namesIn(await walk(operator, `/attention?limit=${limit}`))).toEqual(expected);
      let last = await operator.get(`/attention?limit=${limit}`);
      while (last.body.next !== null) last = await operator.get(last.body.next);
      const back = await walk(operator, last.body.previous as string, 'previous');
      expect(namesIn(back.reverse())).toEqual(expected.slice(0, expected.length - itemsIn(last).length));
    }
  });

  it('is that of one merchant for whoever names it, and a merchant’s own', async () => {
    const ofFiaz = expected.filter(({ merchant_id }) => merchant_id === fiaz.id);

    expect(namesIn(itemsIn(await operator.get(`/attention?merchant_id=${fiaz.id}`)))).toEqual(ofFiaz);
    expect(namesIn(itemsIn(await operator.get('/attention', { merchant: fiaz })))).toEqual(ofFiaz);
    const own = itemsIn(await fiaz.api.get('/attention'));
    expect(namesIn(own)).toEqual(ofFiaz);
    expect(own.map(({ allowed_statuses }) => allowed_statuses)).toEqual([[], []]);
    expect((await fiaz.api.get(`/attention?merchant_id=${acme.id}`)).body.code).toBe('forbidden');
  });

  it('is narrowed to one type, and refuses what it does not know', async () => {
    for (const type of ['payout', 'payment', 'refund'])
      expect(namesIn(await walk(operator, `/attention?limit=1&type=${type}`))).toEqual(
        expected.filter((item) => item.type === type),
      );
    const { next_cursor: cursor } = (await operator.get('/attention?limit=1')).body;
    for (const [query, code] of [
      ['type=callback', 'validation_failed'],
      ['offset=1', 'validation_failed'],
      ['limit=101', 'validation_failed'],
      [`type=payout&cursor=${cursor}`, 'cursor_invalid'],
    ])
      expect((await operator.get(`/attention?${query}`)).body.code).toBe(code);
  });

  it('leaves the list when a person has ended it', async () => {
    const { id } = expected[0]!;
    const ended = await operator.patch(`/payouts/${id}`, { status: 'failed', reason: 'The bank was asked by phone.' });
    expect(ended.status).toBe(200);

    expect(namesIn(itemsIn(await operator.get('/attention')))).toEqual(expected.slice(1));
  });

  it('says that what is stored is not what was requested', async () => {
    const tiny = await bahi.aMerchant({ rupees: 100 });
    await operator.patch('/gateways/bank-simulator', { is_paused: true, reason: 'A test.' });
    const { id } = await tiny.aPayout(10);
    await bahi.psql.tamper(['UPDATE payouts SET recipient_account_number = $2 WHERE id = $1', [id, '50100099990001']]);
    await operator.patch('/gateways/bank-simulator', { is_paused: false });

    let item: Json;
    await until('it needs attention', async () => {
      [item] = itemsIn(await tiny.api.get('/attention'));
      return item !== undefined;
    });

    expect(item).toMatchObject({ id, status: 'pending', attempts: 0, reasons: [{ code: 'not_as_requested' }] });
  });
});
