import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import type { Client, Json } from '../support/client.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

/** Once open, a breaker stays open for the length of a test. */
const ENVIRONMENT = { PROCESSING_TIMEOUT_SECONDS: '3', GATEWAY_BREAKER_OPEN_SECONDS: '600' };
const GATEWAY = 'payment-simulator';
const WHY = 'The provider has confirmed that it is back.';

let bahi: Bahi;
let acme: Merchant;
let operator: Client;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true, environment: ENVIRONMENT });
  acme = await bahi.aMerchant();
  operator = bahi.asOperator();
});

afterAll(() => bahi.close());

const change = (body: object, who = operator) => who.patch(`/gateways/${GATEWAY}`, body);

async function state(): Promise<Json> {
  const { results } = (await operator.get('/gateways')).body;
  return results.find(({ name }: { name: string }) => name === GATEWAY);
}

describe('an operator who closes a breaker', () => {
  it('lets at once what waits go to a provider that is back, and is on record with why', async () => {
    const payments = new PaymentsDriver(acme);
    // The amounts end in 08: the provider answers each of them with 503.
    for (let rupees = 1; rupees <= 12; rupees++) await payments.aPayment(rupees * 100 + 8, { currency: 'INR' });
    await until('the breaker is open', async () => (await state()).breaker === 'open');
    const { id } = await payments.aPayment(100_01, { currency: 'INR' });

    const answer = await change({ breaker: 'closed', reason: WHY });

    expect(answer).toMatchObject({ status: 200, body: { name: GATEWAY, breaker: 'closed', breaker_open_until: null } });
    await payments.until(id, 'succeeded', 30_000);
    const closed = { by: expect.stringMatching(/^operator:/), reason: WHY, at: expect.any(String) };
    expect((await state()).breaker_closed_by_hand).toEqual(closed);
    expect(Math.abs(Date.now() - Date.parse((await state()).breaker_closed_by_hand.at))).toBeLessThan(60_000);
  });

  it('changes nothing of one that is closed, nor of a pause', async () => {
    await change({ is_paused: true, reason: 'Maintenance' });
    const answer = await change({ breaker: 'closed', reason: WHY });
    expect(answer.body).toMatchObject({ breaker: 'closed', is_paused: true, paused_reason: 'Maintenance' });
    const both = await change({ breaker: 'closed', is_paused: false, reason: WHY });
    expect(both.body).toMatchObject({ breaker: 'closed', is_paused: false });
  });

  it.each([
    ['says why', { breaker: 'closed' }, '#/reason'],
    ['says what to change', { reason: WHY }, '#'],
    ['opens none', { breaker: 'open', reason: WHY }, '#/breaker'],
    ['leaves none half open', { breaker: 'half_open', reason: WHY }, '#/breaker'],
    ['pauses none without saying why', { is_paused: true }, '#/reason'],
  ])('%s', async (_, body, pointer) => {
    const answer = await change(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer })]);
  });

  it('is no merchant, and knows the gateway', async () => {
    const body = { breaker: 'closed', reason: WHY };
    expect((await change(body, acme.api)).body.code).toBe('forbidden');
    expect((await operator.patch('/gateways/nobody', body)).body.code).toBe('not_found');
  });
});
