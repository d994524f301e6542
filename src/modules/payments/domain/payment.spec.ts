import { describe, expect, it } from '@jest/globals';
import {
  afterMs,
  aPayment,
  aRefund,
  byMerchant,
  byProvider,
  bySystem,
  CREDIT,
  DECLINED,
  PROVIDER,
} from '../../../../test/support/a-payment.js';
import { Payment } from './payment.js';
import { PAYMENT_STATUSES } from './payment-status.js';
import { Refund } from './refund.js';
import { moment } from '../../../../test/support/moments.js';

const typesOf = ({ newEvents }: Payment): string[] => newEvents.map(({ type }) => type);
const LATER = afterMs(60_000);

describe('a payment', () => {
  it('is due for its charge from the beginning', () => {
    const { state } = aPayment();
    expect(state).toMatchObject({ status: 'created', nextStep: 'submit', gateway: null, attempts: 0, credit: null });
  });

  it('knows what it will be worth before the payer is charged, and stays with its provider', () => {
    const payment = aPayment();
    payment.submit(PROVIDER, { credit: CREDIT, quoteId: 'fxq_1' }, LATER, bySystem());
    expect(payment.state).toMatchObject({ status: 'processing', gateway: PROVIDER, credit: CREDIT, quoteId: 'fxq_1' });
    expect(payment.state).toMatchObject({ attempts: 1, nextStep: 'inquire', nextAttemptAt: LATER });
    payment.plan({ nextStep: 'submit' }, moment(afterMs(2)));
    expect(() => payment.submit('stripe', { credit: CREDIT, quoteId: null }, LATER, bySystem())).toThrow(
      /second provider/,
    );
    payment.submit(PROVIDER, { credit: CREDIT, quoteId: 'fxq_1' }, LATER, bySystem());
    expect(payment.state.attempts).toBe(2);
    expect(typesOf(payment)).toEqual(['payment.processing', 'payment.processing']);
  });

  it('waits in its status, says for what, once, and forgets it when it is submitted, not when it was only asked about', () => {
    const payment = aPayment();
    payment.waitFor('merchant_inactive', bySystem());
    payment.waitFor('merchant_inactive', bySystem());
    payment.waitFor('gateway_unavailable', bySystem());
    expect(payment.state).toMatchObject({ status: 'created', attempts: 0, waitingFor: 'gateway_unavailable' });
    expect(typesOf(payment)).toEqual(['payment.waiting']);
    payment.submit(PROVIDER, { credit: CREDIT, quoteId: null }, LATER, bySystem());
    expect(payment.state.waitingFor).toBeNull();
    payment.plan({ nextStep: 'submit' }, moment(afterMs(2)));
    payment.waitFor('merchant_inactive', bySystem());
    payment.plan({ nextStep: 'inquire', nextAttemptAt: LATER }, moment(afterMs(3)));
    payment.plan({ nextStep: 'submit' }, moment(afterMs(4)));
    payment.waitFor('merchant_inactive', bySystem());
    expect(payment.state.waitingFor).toBe('merchant_inactive');
    expect(typesOf(payment).filter((type) => type === 'payment.waiting')).toHaveLength(2);
  });

  it('is not submitted unless it is due for it', () => {
    const payment = aPayment({ status: 'processing' });
    const again = (): void => payment.submit(PROVIDER, { credit: CREDIT, quoteId: null }, LATER, bySystem());
    expect(again).toThrow(/due for it/);
  });

  it('that cannot be credited ends without an attempt', () => {
    const payment = aPayment();
    payment.turnDown({ gateway: PROVIDER, rate: '83.25' }, DECLINED, bySystem());
    expect(payment.state).toMatchObject({ status: 'failed', attempts: 0, nextStep: null, nextAttemptAt: null });
    expect(typesOf(payment)).toEqual(['payment.processing', 'payment.failed']);
    expect(() =>
      aPayment({ status: 'processing' }).turnDown({ gateway: PROVIDER, rate: '1' }, DECLINED, bySystem()),
    ).toThrow(/submitted/);
  });

  it.each(['succeeded', 'partially_refunded', 'refunded', 'failed'] as const)(
    'that is %s does not succeed or fail',
    (status) => {
      expect(() => aPayment({ status }).succeed('ch_2', byProvider())).toThrow();
      expect(() => aPayment({ status }).fail(DECLINED, byProvider())).toThrow();
    },
  );

  it('that no provider has can be ended, and does not succeed', () => {
    expect(() => aPayment().succeed('ch_2', byProvider())).toThrow(/charged/);
    const payment = aPayment();
    payment.fail(DECLINED, { now: moment(afterMs(9)), actor: 'merchant:k1' });
    expect(payment.state).toMatchObject({ status: 'failed', gateway: null, nextStep: null, nextAttemptAt: null });
  });

  it('raises attention once, and an answer against its end once', () => {
    const open = aPayment({ status: 'processing' });
    open.raiseAttention('no answer', bySystem());
    open.raiseAttention('no answer', bySystem());
    expect(typesOf(open)).toEqual(['payment.needs_attention']);
    const ended = aPayment({ status: 'failed' });
    ended.contradict({ gateway_says: 'succeeded' }, byProvider());
    ended.contradict({ gateway_says: 'succeeded' }, byProvider());
    expect(typesOf(ended)).toEqual(['payment.gateway_disagreed']);
    open.contradict({ gateway_says: 'another amount' }, byProvider());
    expect(open.state).toMatchObject({ status: 'processing', gatewayDisagrees: true });
    expect(() => aPayment().contradict({}, byProvider())).toThrow(/of what no provider has/);
  });

  it.each(PAYMENT_STATUSES)('that is %s is the same after it was stored', (status) => {
    const { state } = aPayment({ status });
    expect(Payment.restore(state).state).toBe(state);
  });

  it.each<[string, object]>([
    ['an open one that is never due', { nextAttemptAt: null, nextStep: null }],
    ['one that is due for nothing', { nextStep: null }],
    ['one that failed without a reason', { status: 'failed', nextAttemptAt: null, nextStep: null }],
    ['one that was captured for nobody knows what', { status: 'succeeded', nextAttemptAt: null, nextStep: null }],
    ['one whose refunds are more than it', { claimed: { minor: 100_01n, paise: 1n, feePaise: 0n, taxPaise: 0n } }],
    ['one that gave back more than was claimed', { refunded: { minor: 1n, paise: 1n } }],
  ])('is not restored as %s', (_, change) => {
    expect(() => Payment.restore({ ...aPayment().state, ...change })).toThrow();
  });
});

describe('a refund', () => {
  it.each(['created', 'processing', 'failed', 'refunded'] as const)('of a payment that is %s is refused', (status) => {
    expect(() => aRefund(aPayment({ status }))).toThrow(
      expect.objectContaining({
        code: 'invalid_transition',
        extensions: expect.objectContaining({ current_status: status }),
      }),
    );
  });

  it('claims its part of the payment, at the rate of the capture', () => {
    const payment = aPayment({ status: 'succeeded' });
    const { state } = aRefund(payment, 40_00n);
    expect(state).toMatchObject({ status: 'pending', amountMinor: 40_00n, amountPaise: 3_330_00n, feePaise: 0n });
    expect(payment.state).toMatchObject({ status: 'succeeded', claimed: { minor: 40_00n, paise: 3_330_00n } });
    expect(typesOf(payment)).toEqual(['refund.requested']);
  });

  it.each([60_01n, 100_00n])('of %s after 40.00 is more than is left', (amount) => {
    const payment = aPayment({ status: 'succeeded' });
    aRefund(payment, 40_00n);
    expect(() => aRefund(payment, amount)).toThrow(
      expect.objectContaining({ code: 'refund_exceeds_payment', extensions: { refundable_amount: 60_00 } }),
    );
  });

  it('of nothing, when open ones have claimed it all, is refused', () => {
    const payment = aPayment({ status: 'succeeded' });
    aRefund(payment);
    expect(() => aRefund(payment)).toThrow(expect.objectContaining({ code: 'refund_exceeds_payment' }));
  });

  it('that succeeds moves the payment, and the last one ends it', () => {
    const payment = aPayment({ status: 'partially_refunded' });
    const refund = aRefund(payment);
    refund.submit(LATER, bySystem(6));
    refund.succeed('rf_2', byProvider(7));
    expect(payment.state).toMatchObject({ status: 'refunded', refunded: { minor: 100_00n, paise: 8_325_00n } });
    expect(refund.state).toMatchObject({ status: 'succeeded', providerId: 'rf_2', nextAttemptAt: null });
    expect(typesOf(payment)).toEqual(['refund.requested', 'refund.processing', 'refund.succeeded', 'payment.refunded']);
    expect(payment.newEvents.every(({ data }) => data['refund_id'] === refund.state.id)).toBe(true);
    expect(() => refund.fail(DECLINED, byProvider(8))).toThrow(/ends once/);
  });

  it('that fails leaves the payment as it was', () => {
    const payment = aPayment({ status: 'succeeded' });
    const before = payment.state;
    const refund = aRefund(payment, 40_00n);
    refund.fail(DECLINED, byProvider());
    expect(payment.state).toMatchObject({ status: 'succeeded', claimed: before.claimed, refunded: before.refunded });
    expect(refund.state).toMatchObject({ status: 'failed', failure: DECLINED });
  });

  it.each<[string, object]>([
    ['an open one that is never due', { nextAttemptAt: null, nextStep: null }],
    ['one that is due for nothing', { nextStep: null }],
    ['one that failed without a reason', { status: 'failed', nextAttemptAt: null, nextStep: null }],
    ['one that succeeded under no id', { status: 'succeeded', nextAttemptAt: null, nextStep: null }],
  ])('is not restored as %s', (_, change) => {
    const payment = aPayment({ status: 'succeeded' });
    expect(() => Refund.restore({ ...aRefund(payment).state, ...change }, payment)).toThrow();
  });

  it('is submitted when it is due for it, raises attention once, and is contradicted after its end', () => {
    const payment = aPayment({ status: 'succeeded' });
    const refund = aRefund(payment);
    expect(() => refund.contradict({}, byProvider())).toThrow(/of what no provider has/);
    refund.submit(LATER, bySystem());
    expect(() => refund.submit(LATER, bySystem())).toThrow(/due for it/);
    refund.raiseAttention('no answer', bySystem());
    refund.raiseAttention('no answer', bySystem());
    refund.fail(DECLINED, byProvider());
    expect(() => refund.plan({}, moment(LATER))).toThrow(/only an open/);
    refund.contradict({ gateway_says: 'succeeded' }, byProvider());
    refund.contradict({ gateway_says: 'succeeded' }, byProvider());
    const types = ['requested', 'processing', 'needs_attention', 'failed', 'gateway_disagreed'];
    expect(typesOf(payment)).toEqual(types.map((type) => `refund.${type}`));
    expect(refund.state).toMatchObject({ gatewayDisagrees: true, needsAttention: false });
    expect(byMerchant().actor).toMatch(/^merchant:/);
  });
});
