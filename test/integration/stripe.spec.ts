import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { PaymentGateways } from '../../src/modules/gateways/application/payment-gateways.js';
import type { Charge, ProviderReference } from '../../src/modules/gateways/domain/payment-gateway.js';
import { Stripe } from '../../src/modules/gateways/infrastructure/provider-stripe.js';
import { nextId } from '../../src/shared/ids.js';
import { openStripeDouble, type StripeDouble } from '../support/stripe-double.js';

const NAME = 'stripe';
let double: StripeDouble;
let stripe: PaymentGateways;

beforeAll(async () => {
  Logger.overrideLogger(false);
  double = await openStripeDouble({ slowAnswerMs: 100, settlementMs: 100, returnMs: 100 });
  stripe = new PaymentGateways([new Stripe(double.settings)], 5);
});

afterEach(() => {
  double.override = {};
  double.pageSize = 100;
  double.requests.length = 0;
});

afterAll(async () => {
  await double.close();
  Logger.overrideLogger(['error', 'warn', 'log']);
});

async function aCharge(change: Partial<Charge> = {}): Promise<Charge> {
  const reference = nextId(Date.now());
  return {
    ...{ reference, amountMinor: 120_01n, currency: 'USD', description: 'Website', purposeCode: 'P0802' },
    quote: await stripe.quote(NAME, { reference, currency: 'USD' }),
    customer: { name: 'Globex', email: 'ap@globex.example', paymentMethod: 'pm_card_visa' },
    ...change,
  };
}

const of = ({ reference, amountMinor, currency }: Charge, providerId: string | null = null): ProviderReference => ({
  ...{ reference, amountMinor, currency, providerId },
});

const lastRequest = () => double.requests.at(-1)!;

describe('Stripe', () => {
  it('is asked for a locked rate into rupees, which is stored as a decimal', async () => {
    const quote = await stripe.quote(NAME, { reference: 'r', currency: 'KWD' });
    expect(quote).toEqual({ rate: '271.3575', id: expect.stringMatching(/^fxq_/) });
    const { path, json, headers } = lastRequest();
    expect([path, json]).toEqual([
      '/v1/fx_quotes',
      { to_currency: 'inr', 'from_currencies[]': 'kwd', lock_duration: 'hour', 'usage[type]': 'payment' },
    ]);
    expect(headers['stripe-version']).toMatch(/\.preview$/);
  });

  it.each<[string, object]>([
    ['of nothing', { rates: { usd: { exchange_rate: 0 } } }],
    ['so long that it is no decimal of ours', { rates: { usd: { exchange_rate: 1e-9 } } }],
    ['of another currency', { rates: { eur: { exchange_rate: 90 } } }],
    ['that is not locked', { lock_status: 'none' }],
  ])('is not believed when it quotes a rate %s', async (_, override) => {
    double.override = override as Record<string, unknown>;
    expect(await stripe.quote(NAME, { reference: 'r', currency: 'USD' })).toBeNull();
  });

  it('gets a form with our reference as its idempotency key, the quote, and no card number', async () => {
    const charge = await aCharge();
    expect(await stripe.charge(NAME, charge)).toMatchObject({
      kind: 'succeeded',
      providerId: expect.stringMatching(/^pi_/),
    });
    const { path, headers, json } = lastRequest();
    expect([path, headers['idempotency-key']]).toEqual(['/v1/payment_intents', charge.reference]);
    expect(json).toEqual({
      ...{ amount: '12001', currency: 'usd', payment_method: 'pm_card_visa', confirm: 'true', off_session: 'true' },
      ...{ error_on_requires_action: 'true', fx_quote: charge.quote!.id, description: 'Website' },
      ...{
        receipt_email: 'ap@globex.example',
        'metadata[reference]': charge.reference,
        'metadata[purpose_code]': 'P0802',
      },
    });
  });

  it('is not asked to charge nobody knows what', async () => {
    for (const customer of [null, { name: 'Globex', email: null, paymentMethod: null }]) {
      const charge = await aCharge({ customer });
      double.requests.length = 0;
      const ending = await stripe.charge(NAME, charge);
      expect(ending).toMatchObject({ kind: 'rejected', failure: { code: 'payment_method_required' } });
      expect(double.requests).toEqual([]);
    }
  });

  it('refuses what it does not like before it charges, and is asked whether it has something all the same', async () => {
    const charge = await aCharge({ customer: { name: null, email: null, paymentMethod: 'tok_1' } });
    const ending = await stripe.charge(NAME, charge);
    expect(ending).toMatchObject({ kind: 'rejected', failure: { code: 'payment_method_invalid', source: 'business' } });
    expect(lastRequest()).toMatchObject({ method: 'GET', path: '/v1/payment_intents' });
    expect(double.timesPaid(charge.reference)).toBe(0);
  });

  it('declines in our vocabulary', async () => {
    const ending = await stripe.charge(NAME, await aCharge({ amountMinor: 120_02n }));
    expect(ending).toMatchObject({ kind: 'rejected', failure: { code: 'payer_insufficient_funds', source: 'payer' } });
  });

  it('finds a charge of which it has given no id, on whatever page, and since its reference was made', async () => {
    const charge = await aCharge();
    await stripe.charge(NAME, charge);
    for (let others = 0; others < 5; others++) await stripe.charge(NAME, await aCharge());
    double.pageSize = 2;
    double.requests.length = 0;
    expect(await stripe.inquireCharge(NAME, of(charge))).toMatchObject({ kind: 'succeeded' });
    expect(double.requests).toHaveLength(3);
    const since = Number(double.requests[0]!.query.get('created[gte]'));
    expect(Math.abs(Date.now() / 1000 - 300 - since)).toBeLessThan(60);
    expect(double.requests[1]!.query.get('starting_after')).toMatch(/^pi_/);
  });

  it('finds it among orders that have all the metadata that Stripe takes', async () => {
    const charge = await aCharge();
    await stripe.charge(NAME, charge);
    for (let others = 0; others < 12; others++) await stripe.charge(NAME, await aCharge());
    // Fifty keys of 40 characters, with values of 500.
    double.override = { others_metadata: 'x'.repeat(50 * 540) };
    expect(await stripe.inquireCharge(NAME, of(charge))).toMatchObject({ kind: 'succeeded' });
  });

  it('has an unknown outcome, and not "not found", when there are too many', async () => {
    for (let others = 0; others < 12; others++) await stripe.charge(NAME, await aCharge());
    double.pageSize = 1;
    const ending = await stripe.inquireCharge(NAME, of(await aCharge()));
    expect(ending).toMatchObject({ kind: 'unknown', why: expect.stringContaining('not among the last') });
  });

  it.each<[string, object]>([
    ['about another reference', { metadata: { reference: 'somebody else’s' } }],
    ['about another amount', { amount: 1 }],
    ['in another currency', { currency: 'eur' }],
    ['with a status that is not documented', { status: 'blessed' }],
  ])('is not believed when it answers %s', async (_, override) => {
    const charge = await aCharge();
    const ending = await stripe.charge(NAME, charge);
    const id = ending.kind === 'succeeded' ? ending.providerId : '';
    double.override = override as Record<string, unknown>;
    expect(await stripe.inquireCharge(NAME, of(charge, id))).toMatchObject({ kind: 'unknown' });
  });

  it.each(['processing', 'requires_action', 'requires_confirmation', 'requires_capture', 'requires_payment_method'])(
    'is still at it while an intent %s',
    async (status) => {
      const charge = await aCharge();
      const { providerId } = (await stripe.charge(NAME, charge)) as { providerId: string } & object;
      double.override = { status, last_payment_error: null };
      expect(await stripe.inquireCharge(NAME, of(charge, providerId))).toMatchObject({ kind: 'pending', code: status });
    },
  );

  it('has not charged an intent that was cancelled', async () => {
    const charge = await aCharge();
    const { providerId } = (await stripe.charge(NAME, charge)) as { providerId: string } & object;
    double.override = { status: 'canceled', last_payment_error: null };
    expect(await stripe.inquireCharge(NAME, of(charge, providerId))).toMatchObject({ kind: 'rejected' });
  });

  it('answers "not found" for an id that it does not know', async () => {
    expect(await stripe.inquireCharge(NAME, of(await aCharge(), 'pi_nothing'))).toEqual({ kind: 'not_found' });
  });

  it.each(['../account', 'pi_1/cancel', 'pi_1?expand[]=customer', 're_1', 'pi_', ''])(
    'is asked by the reference when the id that is stored is none of its: %s',
    async (id) => {
      const charge = await aCharge();
      await stripe.charge(NAME, charge);
      expect(await stripe.inquireCharge(NAME, of(charge, id))).toMatchObject({ kind: 'succeeded' });
      expect(lastRequest().path).toBe('/v1/payment_intents');
    },
  );

  it('is not believed when what it answers has an id that is none of its', async () => {
    const charge = await aCharge();
    double.override = { id: '../refunds' };
    expect(await stripe.charge(NAME, charge)).toMatchObject({ kind: 'unknown' });
    const [event] = (await stripe.parseCallback(NAME, double.callback(charge.reference, 'succeeded'))) as object[];
    expect(event).toMatchObject({ ending: { kind: 'unrecognized' } });
  });

  it('does not refund what was not charged, and not more than was', async () => {
    const order = { reference: randomUUID(), chargeReference: 'c', amountMinor: 1_01n, currency: 'USD' };
    const unknown = await stripe.refund(NAME, { ...order, chargeProviderId: 'pi_nothing' });
    expect(unknown).toMatchObject({ kind: 'rejected' });
    const charge = await aCharge();
    const { providerId } = (await stripe.charge(NAME, charge)) as { providerId: string } & object;
    const more = { ...order, reference: randomUUID(), chargeProviderId: providerId, amountMinor: 120_11n };
    expect(await stripe.refund(NAME, more)).toMatchObject({
      kind: 'rejected',
      failure: { code: 'refund_not_possible' },
    });
  });

  it('about what is not ours, or something else, has no meaning', async () => {
    const charge = await aCharge();
    await stripe.charge(NAME, charge);
    const aboutCharges = double.callback(charge.reference, 'succeeded', { object: 'charge' });
    expect(await stripe.parseCallback(NAME, aboutCharges)).toEqual([]);
    double.override = { metadata: {} };
    expect(await stripe.parseCallback(NAME, double.callback(charge.reference, 'succeeded'))).toEqual([]);
  });
});
