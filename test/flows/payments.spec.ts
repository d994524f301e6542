import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PaymentView } from '../../src/modules/payments/application/payment-view.js';
import type { RefundView } from '../../src/modules/payments/application/refund-view.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { ProviderBooks, PaymentsDriver } from '../support/payments-driver.js';
import { RecordedAlarms } from '../support/recorded-alarms.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
let provider: ProviderBooks;
let alarms: RecordedAlarms;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
  alarms = new RecordedAlarms();
  provider = new ProviderBooks(bahi.psql);
});

afterAll(() => bahi.close());

async function aDriver(given: { rupees?: number } = {}): Promise<{ acme: Merchant; payments: PaymentsDriver }> {
  const acme = await bahi.aMerchant({ ...given });
  return { acme, payments: new PaymentsDriver(acme) };
}

/** The book's entries about one cause: kind, account and paise. */
async function entriesOf(acme: Merchant, id: string): Promise<[string, string, number][]> {
  const lines = (await acme.ledger()).filter(({ reference }) => reference.id === id);
  return lines.map(({ kind, account, amount_paise }) => [kind, account, amount_paise]);
}

describe('a payment from abroad', () => {
  it('is charged, and credited in rupees with a receipt that adds up to the paisa', async () => {
    const { acme, payments } = await aDriver();
    const customer = { name: 'Globex', email: 'ap@globex.example' };
    const created = await payments.charge(12_001, { description: 'Website', customer, reference_id: 'INV-1' });
    expect([created.status, created.body.status, created.body.receipt]).toEqual([201, 'created', null]);
    expect(created.headers.get('location')).toBe(`/api/v1/payments/${created.body.id}`);

    const payment = await payments.until(created.body.id, 'succeeded');

    const receipt = { gross_paise: 9_990_83, rate: '83.25', fee_paise: 199_82, tax_paise: 35_97 };
    expect(payment.receipt).toEqual({ ...receipt, credited_paise: 9_755_04 });
    expect(payment).toMatchObject({ customer, description: 'Website', gateway: 'payment-simulator', attempts: 1 });
    expect(await entriesOf(acme, payment.id)).toEqual(
      expect.arrayContaining([
        ['payment', 'received', -9_990_83],
        ['payment', 'available', 9_755_04],
        ['payment', 'fees', 199_82],
        ['payment', 'taxes', 35_97],
      ]),
    );
    expect(await acme.balance()).toEqual({ available: 9_755.04, held: 0 });
    expect(await payments.story(payment.id)).toEqual(['payment.created', 'payment.processing', 'payment.succeeded']);
    expect(await provider.timesMoved(payment.id)).toBe(1);
    expect(await bahi.findings()).toEqual([]);
  });

  it.each([
    ['USD', 10_001, 8_325_83],
    ['EUR', 10_001, 9_013_40],
    ['GBP', 10_001, 10_551_06],
    ['AED', 10_001, 2_267_23],
    ['SGD', 10_001, 6_240_62],
    ['JPY', 10_001, 5_541_55],
    ['KWD', 10_001, 2_713_85],
    ['INR', 10_001, 100_01],
  ])('in %s is worth what the quoted rate makes of its minor units', async (currency, amount, gross) => {
    const { payments } = await aDriver();
    const { receipt } = await payments.aSuccess(amount, { currency });
    expect(receipt!.gross_paise).toBe(gross);
    expect(receipt!.fee_paise + receipt!.tax_paise + receipt!.credited_paise).toBe(gross);
  });

  it('needs a purpose code, which rupees do not', async () => {
    const { payments } = await aDriver();
    const refused = await payments.charge(12_001, { purpose_code: null });
    expect([refused.status, refused.body.code]).toEqual([422, 'purpose_code_required']);
    expect((await payments.charge(50_001, { currency: 'INR' })).status).toBe(201);
  });

  it('that passes the limit at the quoted rate fails uncharged, and in rupees is refused at once', async () => {
    const { acme, payments } = await aDriver();
    const id = (await payments.aPayment(30_03_004)).id;
    const failed = await payments.until(id, 'failed');
    expect(failed.failure).toMatchObject({ code: 'limit_exceeded', source: 'business', retryable: false });
    expect([await provider.submissions(id), failed.attempts, failed.receipt]).toEqual([0, 0, null]);
    expect(await payments.story(id)).toEqual(['payment.created', 'payment.processing', 'payment.failed']);

    const refused = await payments.charge(25_00_000_01, { currency: 'INR' });
    expect([refused.status, refused.body.code]).toEqual([422, 'limit_exceeded']);
    expect(refused.body).toMatchObject({
      max_amount_paise: 25_00_000_00,
      detail: expect.stringContaining('₹25,00,000.00'),
    });
    expect(await acme.balance()).toEqual({ available: 0, held: 0 });
  });
});

describe('a payment', () => {
  it('that is declined fails with a reason and moves nothing', async () => {
    const { acme, payments } = await aDriver();
    const { id } = await payments.aPayment(12_002);
    const failed = await payments.until(id, 'failed');
    expect(failed.failure).toEqual({
      code: 'card_declined',
      reason: expect.stringMatching(/\.$/),
      source: 'payer',
      retryable: true,
      next_action: expect.stringMatching(/\.$/),
    });
    expect([await entriesOf(acme, id), await provider.timesMoved(id)]).toEqual([[], 0]);
  });

  it('that the provider decides later succeeds by its callback, or by an inquiry, once', async () => {
    const { acme, payments } = await aDriver();
    const { id } = await payments.aPayment(12_006);
    await payments.paymentThat('is processing', id, ({ status }) => status === 'processing');
    await payments.until(id, 'succeeded');
    expect((await entriesOf(acme, id)).map(([, account]) => account)).toHaveLength(4);
    expect(await provider.timesMoved(id)).toBe(1);
  });

  it('whose callbacks come twice, late and out of order is credited once', async () => {
    const { acme, payments } = await aDriver();
    const { id } = await payments.aPayment(12_007);
    await payments.until(id, 'succeeded');
    const post = 'payment_simulator.callbacks WHERE reference = $1 AND delivered_at IS NOT NULL';
    await until('all three were delivered', async () => (await bahi.count(post, [id])) === 3);
    const applied = `gateway_callbacks WHERE reference = $1 AND outcome = 'taken_in'`;
    await until('both events were taken in', async () => (await bahi.count(applied, [id])) === 2);
    expect(await entriesOf(acme, id)).toHaveLength(4);
  });

  it('is listed, filtered, and shown to its merchant and to operators only', async () => {
    const { payments, acme } = await aDriver();
    const [one, two] = [await payments.aSuccess(12_001), await payments.aSuccess(20_001, { currency: 'JPY' })];
    const list = await acme.api.get('/payments?limit=1');
    expect(list.body.results.map(({ id }: { id: string }) => id)).toEqual([two.id]);
    const next = await acme.api.get(list.body.next);
    expect(next.body.results.map(({ id }: { id: string }) => id)).toEqual([one.id]);
    const yen = await acme.api.get('/payments?currency=JPY&status=succeeded');
    expect(yen.body.results).toHaveLength(1);

    const other = await bahi.aMerchant();
    for (const path of ['', '/events', '/refunds'])
      expect((await other.api.get(`/payments/${one.id}${path}`)).status).toBe(404);
    expect((await other.api.post(`/payments/${one.id}/refund`, {}, { key: randomUUID() })).status).toBe(404);
    expect((await bahi.asOperator().get(`/payments/${one.id}`)).body.id).toBe(one.id);
    const all = await bahi.asOperator().get(`/payments?merchant_id=${acme.id}`);
    expect(all.body.results).toHaveLength(2);
  });

  it('carries a reference that no other payment of the merchant has', async () => {
    const { payments } = await aDriver();
    const first = await payments.aPayment(12_001, { reference_id: 'INV-7' });
    const second = await payments.charge(12_001, { reference_id: 'INV-7' });
    expect([second.status, second.body.code, second.body.payment_id]).toEqual([409, 'duplicate_reference', first.id]);
  });

  it('is refused while the merchant is inactive', async () => {
    const { acme, payments } = await aDriver();
    await bahi.asOperator().patch(`/merchants/${acme.id}`, { is_active: false });
    expect((await payments.charge(12_001)).body.code).toBe('merchant_inactive');
  });

  it.each<[string, Record<string, unknown>]>([
    ['no amount', { amount: undefined }],
    ['an amount of nothing', { amount: 0 }],
    ['a fraction of a cent', { amount: 120.5 }],
    ['an amount as text', { amount: '12001' }],
    ['a negative amount', { amount: -12_001 }],
    ['an amount beyond all bounds', { amount: 1e15 }],
    ['a currency that is not taken', { currency: 'CHF' }],
    ['a currency in small letters', { currency: 'usd' }],
    ['a purpose that is none', { purpose_code: 'X0802' }],
    ['a purpose that is too long', { purpose_code: 'P08021' }],
    ['a customer that is a list', { customer: [] }],
    ['a customer with an unknown field', { customer: { card_number: '4242' } }],
    ['an e-mail address that is none', { customer: { email: 'nobody' } }],
    ['a payment method with a space', { customer: { payment_method: 'pm 1' } }],
    ['a description that cannot be stored', { description: 'a\u0000b' }],
    ['an unknown field', { amount_paise: 5 }],
  ])('with %s is 400, and nothing happens', async (_, change) => {
    const { acme, payments } = await aDriver();
    const { amount, ...fields } = { amount: 12_001, ...change };
    const refused = await payments.charge(amount, fields);
    expect([refused.status, refused.body.code]).toEqual([400, 'validation_failed']);
    expect(await bahi.count('payments WHERE merchant_id = $1', [acme.id])).toBe(0);
  });

  it('needs an Idempotency-Key', async () => {
    const { acme } = await aDriver();
    const refused = await acme.api.post('/payments', { amount: 1, currency: 'INR' });
    expect([refused.status, refused.body.code]).toEqual([400, 'idempotency_key_missing']);
  });

  it('twenty times under one key, through two processes, is one charge and one answer', async () => {
    const { acme, payments } = await aDriver();
    const second = await bahi.serve();
    const key = randomUUID();
    const drivers = [payments, payments.at(second)];
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => drivers[i % 2]!.charge(12_001, { key })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array<number>(19).fill(200), 201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const id = answers[0]!.body.id as string;
    await payments.until(id, 'succeeded');
    expect(await bahi.count('payments WHERE merchant_id = $1', [acme.id])).toBe(1);
    expect([await provider.timesMoved(id), await provider.submissions(id)]).toEqual([1, 1]);
    expect((await payments.charge(12_101, { key })).body.code).toBe('idempotency_key_reused');
  });
});

describe('a refund', () => {
  it('of parts, and then of the rest, adds up to what was captured to the paisa', async () => {
    const { acme, payments } = await aDriver({ rupees: 1_000 });
    const payment = await payments.aSuccess(10_001, { currency: 'EUR' });
    const refunds = [];
    for (const amount of [3_301, 3_301, undefined]) {
      const asked = await payments.aRefund(payment.id, amount);
      expect([asked.status, asked.payment_id]).toEqual(['pending', payment.id]);
      refunds.push(await payments.refundThat(asked, 'succeeded'));
      const { status } = await payments.payment(payment.id);
      expect(status).toBe(amount === undefined ? 'refunded' : 'partially_refunded');
    }
    const paise = refunds.map(({ amount_paise }) => amount_paise);
    expect(paise.reduce((sum, part) => sum + part, 0)).toBe(payment.receipt!.gross_paise);
    const whole = await payments.payment(payment.id);
    expect(whole).toMatchObject({ refunded_amount: 10_001, refundable_amount: 0, refunded_paise: 9_013_40 });
    const { credited_paise, gross_paise } = payment.receipt!;
    expect((await acme.balance()).available).toBeCloseTo(1_000 + (credited_paise - gross_paise) / 100, 2);
    const listed = await acme.api.get(`/payments/${payment.id}/refunds`);
    expect(listed.body.results.map(({ id }: { id: string }) => id)).toEqual(refunds.map(({ id }) => id).toReversed());
    expect(await bahi.findings()).toEqual([]);
  });

  it('holds its rupees until the provider has confirmed it, and then gives them back to the payer', async () => {
    const { acme, payments } = await aDriver({ rupees: 1_000 });
    const payment = await payments.aSuccess(12_001);
    const refund = await payments.aRefund(payment.id, 2_006);
    expect((await acme.balance()).held).toBe(1_670);
    expect(await bahi.findings()).toEqual([]);
    await payments.refundThat(refund, 'succeeded');
    expect(await entriesOf(acme, refund.id)).toEqual(
      expect.arrayContaining([
        ['refund_hold', 'available', -1_670_00],
        ['refund_hold', 'held', 1_670_00],
        ['refund', 'held', -1_670_00],
        ['refund', 'received', 1_670_00],
      ]),
    );
    expect(await acme.balance()).toMatchObject({ held: 0 });
    expect(await provider.timesMoved(refund.id)).toBe(1);
  });

  it.each([
    ['done at once', 1],
    ['done later, and told by a callback', 6],
    ['done, with callbacks that come twice and out of order', 7],
  ])('and its payment raise no alarm when both are %s', async (_, ending) => {
    const { payments } = await aDriver({ rupees: 10_000 });
    const payment = await payments.aSuccess(12_000 + ending);
    const refund = await payments.refundThat(await payments.aRefund(payment.id, 2_000 + ending), 'succeeded');
    expect([alarms.about(payment.id), alarms.about(refund.id)]).toEqual([[], []]);
  });

  it('that the provider refuses is released, once, and may be asked for again', async () => {
    const { acme, payments } = await aDriver({ rupees: 1_000 });
    const payment = await payments.aSuccess(12_001);
    const before = await acme.balance();
    const failed = await payments.refundThat(await payments.aRefund(payment.id, 2_002), 'failed');
    expect(failed.failure).toMatchObject({ code: 'refund_not_possible', next_action: expect.any(String) });
    expect(await acme.balance()).toEqual(before);
    expect(await payments.payment(payment.id)).toMatchObject({ status: 'succeeded', refundable_amount: 12_001 });
    expect((await entriesOf(acme, failed.id)).map(([kind]) => kind).toSorted()).toEqual(
      ['refund_hold', 'refund_hold', 'refund_release', 'refund_release'].toSorted(),
    );
    await payments.refundThat(await payments.aRefund(payment.id, 2_001), 'succeeded');
  });

  it('is refused when the merchant has withdrawn the money', async () => {
    const { acme, payments } = await aDriver();
    const payment = await payments.aSuccess(12_001);
    await acme.until((await acme.aPayout(9_000)).id, 'completed');
    const refused = await payments.refund(payment.id);
    expect([refused.status, refused.body.code]).toEqual([422, 'insufficient_funds']);
    expect(await payments.payment(payment.id)).toMatchObject({ status: 'succeeded', refundable_amount: 12_001 });
    expect((await payments.refund(payment.id, 501)).status).toBe(201);
  });

  it('is refused beyond what is left, of a payment that was not captured, and of one that was refunded', async () => {
    const { payments } = await aDriver({ rupees: 1_000 });
    const payment = await payments.aSuccess(12_001);
    const beyond = await payments.refund(payment.id, 12_002);
    expect([beyond.status, beyond.body.code, beyond.body.refundable_amount]).toEqual([
      422,
      'refund_exceeds_payment',
      12_001,
    ]);
    await payments.refundThat(await payments.aRefund(payment.id), 'succeeded');
    const again = await payments.refund(payment.id);
    expect([again.status, again.body.code, again.body.current_status]).toEqual([409, 'invalid_transition', 'refunded']);
    const declined = await payments.until((await payments.aPayment(12_002)).id, 'failed');
    expect((await payments.refund(declined.id)).body).toMatchObject({
      code: 'invalid_transition',
      current_status: 'failed',
    });
    expect((await payments.refund(randomUUID())).status).toBe(404);
    for (const amount of [0, -1, 1.5]) expect((await payments.refund(payment.id, amount)).status).toBe(400);
  });

  it('eight times at once never exceeds what was captured', async () => {
    const { acme, payments } = await aDriver({ rupees: 10_000 });
    const payment = await payments.aSuccess(10_001);
    const answers = await Promise.all(Array.from({ length: 8 }, () => payments.refund(payment.id, 3_001)));
    const accepted = answers.filter(({ status }) => status === 201);
    expect(accepted).toHaveLength(3);
    const refused = answers.filter(({ status }) => status !== 201).map(({ body }) => body.code as string);
    expect(new Set(refused)).toEqual(new Set(['refund_exceeds_payment']));
    for (const { body } of accepted) await payments.refundThat(body, 'succeeded');
    expect(await payments.payment(payment.id)).toMatchObject({ refunded_amount: 9_003, refundable_amount: 998 });
    expect(await acme.balance()).toMatchObject({ held: 0 });
    expect(await bahi.findings()).toEqual([]);
  });

  it('is found by the key under which it was made, of its own merchant and by nothing else', async () => {
    const [{ acme, payments }, stranger] = [await aDriver(), await aDriver()];
    const [ofPayment, ofRefund, refused] = [randomUUID(), randomUUID(), randomUUID()];
    const { id } = await payments.aSuccess(12_001, { key: ofPayment });
    const refund = (await payments.refund(id, 2_001, ofRefund)).body as RefundView;
    await payments.aRefund(id, 2_001);
    expect((await payments.refund(id, 12_001, refused)).status).toBe(422);
    const found = async ({ api }: Pick<Merchant, 'api'>, key: string, more = ''): Promise<string[]> => {
      const { body } = await api.get(`/refunds?idempotency_key=${key}${more}`);
      return (body.results as RefundView[]).map(({ id }) => id);
    };

    const operator = { api: bahi.asOperator() };
    expect(await found(acme, ofRefund)).toEqual([refund.id]);
    expect(await found(operator, ofRefund, `&merchant_id=${acme.id}`)).toEqual([refund.id]);
    expect(await found(acme, ofRefund, '&status=failed')).toEqual([]);
    for (const key of [ofPayment, refused, randomUUID()]) expect(await found(acme, key)).toEqual([]);
    expect(await found(stranger.acme, ofRefund)).toEqual([]);
    expect(await found(operator, ofRefund, `&merchant_id=${stranger.acme.id}`)).toEqual([]);
  });

  it('twenty times under one key is one refund and one answer', async () => {
    const { payments } = await aDriver({ rupees: 10_000 });
    const payment = await payments.aSuccess(10_001);
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => payments.refund(payment.id, 2_001, key)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array<number>(19).fill(200), 201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const refund = await payments.refundThat(answers[0]!.body, 'succeeded');
    expect(await provider.timesMoved(refund.id)).toBe(1);
    expect((await payments.payment(payment.id)).refunded_amount).toBe(2_001);
    expect((await payments.refund(payment.id, 2_101, key)).body.code).toBe('idempotency_key_reused');
  });
});

describe('with other terms', () => {
  let ownBahi: Bahi;

  beforeAll(async () => {
    const environment = { PAYMENT_REFUNDS_FEE: '1', PAYMENT_FEE_BASIS_POINTS: '333', PAYMENT_LIMIT_PAISE: '100000' };
    ownBahi = await Bahi.open({ worker: true, environment });
  });

  afterAll(() => ownBahi.close());

  it('a refund gives its share of the fee back, so that the money of the payment is enough', async () => {
    const acme = await ownBahi.aMerchant();
    const payments = new PaymentsDriver(acme);
    const payment = await payments.aSuccess(99_901, { currency: 'INR' });
    for (const amount of [33_301, 33_301, undefined])
      await payments.refundThat(await payments.aRefund(payment.id, amount), 'succeeded');
    expect(await acme.balance()).toEqual({ available: 0, held: 0 });
    const sums = new Map<string, number>();
    for (const { account, amount_paise } of await acme.ledger())
      sums.set(account, (sums.get(account) ?? 0) + amount_paise);
    expect([...sums.values()]).toEqual(Array<number>(sums.size).fill(0));
    expect(await ownBahi.findings()).toEqual([]);
  });

  it('the limit is another one', async () => {
    const payments = new PaymentsDriver(await ownBahi.aMerchant());
    expect((await payments.charge(1_000_01, { currency: 'INR' })).body.code).toBe('limit_exceeded');
    expect((await payments.until((await payments.aPayment(1_301)).id, 'failed')).failure!.code).toBe('limit_exceeded');
  });
});

describe('without a fee', () => {
  it('has no entries of nothing', async () => {
    const ownBahi = await Bahi.open({ worker: true, environment: { PAYMENT_FEE_BASIS_POINTS: '0' } });
    try {
      const acme = await ownBahi.aMerchant();
      const payment = await new PaymentsDriver(acme).aSuccess(50_001, { currency: 'INR' });
      expect((await acme.ledger()).map(({ account, amount_paise }) => [account, amount_paise]).toSorted()).toEqual([
        ['available', 500_01],
        ['received', -500_01],
      ]);
      expect(payment.receipt).toMatchObject({ fee_paise: 0, tax_paise: 0, credited_paise: 500_01, rate: '1' });
    } finally {
      await ownBahi.close();
    }
  });

  it('a gateway that takes no currency means that no payment is taken', async () => {
    const ownBahi = await Bahi.open({ environment: { GATEWAYS: 'bank-simulator' } });
    try {
      const refused = await new PaymentsDriver(await ownBahi.aMerchant()).charge(12_001);
      expect([refused.status, refused.body.code]).toEqual([422, 'currency_not_supported']);
    } finally {
      await ownBahi.close();
    }
  });
});

describe('verify', () => {
  let ownBahi: Bahi;
  let payment: PaymentView;
  let refunded: RefundView;
  let open: RefundView;

  beforeAll(async () => {
    ownBahi = await Bahi.open({ worker: true, environment: { PROCESSING_TIMEOUT_SECONDS: '600' } });
    const payments = new PaymentsDriver(await ownBahi.aMerchant({ rupees: 10_000 }));
    payment = await payments.aSuccess(12_001);
    refunded = await payments.refundThat(await payments.aRefund(payment.id, 2_001), 'succeeded');
    open = await payments.aRefund(payment.id, 1_008);
    // Until then a worker may still write the rows that the tests tamper with.
    const isFound = async (): Promise<boolean> =>
      (await payments.timeline(payment.id)).some(({ type }) => type === 'refund.gateway_answered');
    await until('the provider was found to be down', isFound);
  });

  afterAll(() => ownBahi.close());

  it('finds nothing wrong with what is in order, open refunds included', async () => {
    expect(await ownBahi.findings()).toEqual([]);
  });

  it.each<[string, string, () => string, RegExp]>([
    [
      'a receipt that was changed',
      'payments SET gross_paise = gross_paise + 1, net_paise = net_paise + 1',
      () => payment.id,
      /^PAYMENT_MISMATCH: payment /,
    ],
    [
      'a captured payment that was made to have failed',
      `payments SET status = 'failed', failure = '{}'`,
      () => payment.id,
      /^PAYMENT_MISMATCH: payment .* was not captured, but the ledger credits/,
    ],
    [
      'a refund that was changed',
      'refunds SET amount_paise = amount_paise + 1',
      () => refunded.id,
      /^REFUND_MISMATCH: refund /,
    ],
    [
      'a refund that was given another end',
      `refunds SET status = 'failed', failure = '{}'`,
      () => refunded.id,
      /^REFUND_MISMATCH: /,
    ],
    [
      'a payment that shows other refunds than there are',
      'payments SET claimed_minor = claimed_minor + 1',
      () => payment.id,
      /^REFUND_MISMATCH: payment /,
    ],
    [
      'an open refund of which more is held',
      'refunds SET amount_paise = amount_paise - 1',
      () => open.id,
      /^HELD_MISMATCH: .* open orders need ₹0\.00 for payouts and ₹.* for refunds/,
    ],
  ])('finds %s', async (_, change, id, finding) => {
    await ownBahi.psql.tamper([`UPDATE ${change} WHERE id = $1`, [id()]]);
    try {
      expect(await ownBahi.findings()).toContainEqual(expect.stringMatching(finding));
    } finally {
      await ownBahi.psql.tamper(
        [
          `UPDATE payments SET status = 'partially_refunded', failure = NULL,
        gross_paise = 999083, net_paise = 975504, claimed_minor = 3009 WHERE id = $1`,
          [payment.id],
        ],
        [
          `UPDATE refunds SET amount_paise = $2, status = $3, failure = NULL WHERE id = $1`,
          [refunded.id, refunded.amount_paise, 'succeeded'],
        ],
        ['UPDATE refunds SET amount_paise = $2 WHERE id = $1', [open.id, open.amount_paise]],
      );
    }
    expect(await ownBahi.findings()).toEqual([]);
  });

  it('finds a timeline of a payment that does not exist', async () => {
    const rename = 'UPDATE payment_events SET payment_id = $2 WHERE payment_id = $1';
    const missing = randomUUID();
    await ownBahi.psql.tamper([rename, [payment.id, missing]]);
    try {
      expect(await ownBahi.findings()).toContain(
        `PAYMENT_MISMATCH: there is a timeline for payment ${missing}, which does not exist`,
      );
    } finally {
      await ownBahi.psql.tamper([rename, [missing, payment.id]]);
    }
    expect(await ownBahi.findings()).toEqual([]);
  });

  it.each(['payments', 'refunds'])(
    'finds two %s that one id of the provider stands for, also of two merchants',
    async (table) => {
      const others = new PaymentsDriver(await ownBahi.aMerchant());
      const otherPayment = await others.aSuccess(12_001);
      const otherRefund = await others.refundThat(await others.aRefund(otherPayment.id, 2_001), 'succeeded');
      const [id, other] = table === 'payments' ? [payment.id, otherPayment.id] : [refunded.id, otherRefund.id];
      const providerIds = await ownBahi.psql.query<{ id: string; provider_id: string }>(
        `SELECT id, provider_id FROM ${table} WHERE id = ANY($1)`,
        [[id, other]],
      );
      const providerIdOf = (one: string) => providerIds.find((row) => row.id === one)!.provider_id;
      const change = `UPDATE ${table} SET provider_id = $2 WHERE id = $1`;
      await ownBahi.psql.tamper([change, [other, providerIdOf(id)]]);
      // The change itself is another finding.
      const reused = async (): Promise<string[]> =>
        (await ownBahi.findings()).filter((finding) => finding.startsWith('PROVIDER_ID_REUSED')).sort();
      expect(await reused()).toEqual([
        expect.stringMatching(
          `^PROVIDER_ID_REUSED: ${table} ${[id, other].sort()[0]} and .* both have the id .* from payment-simulator$`,
        ),
        expect.stringMatching(
          `^PROVIDER_ID_REUSED: ${table} ${[id, other].sort()[1]} and .* both have the id .* from payment-simulator$`,
        ),
      ]);
      // Ids of two providers are independent of each other.
      await ownBahi.psql.tamper([`UPDATE payments SET gateway = 'stripe' WHERE id = $1`, [otherPayment.id]]);
      expect(await reused()).toEqual([]);
      await ownBahi.psql.tamper([change, [other, providerIdOf(other)]]);
    },
  );

  it.each<[string, string, string, () => string, RegExp]>([
    [
      'a refund that differs from what was requested',
      'refunds SET amount_minor = amount_minor + 1 WHERE id = $1',
      'refunds SET amount_minor = amount_minor - 1 WHERE id = $1',
      () => refunded.id,
      /^REFUND_MISMATCH: refund .* it differs from what was requested/,
    ],
    [
      'a timeline that tells of another end of a refund',
      `payment_events SET type = 'refund.failed' WHERE payment_id = $1 AND type = 'refund.succeeded'`,
      `payment_events SET type = 'refund.succeeded' WHERE payment_id = $1 AND type = 'refund.failed'`,
      () => payment.id,
      /^TIMELINE_MISMATCH: payment .* its timeline does not show refund .* as succeeded/,
    ],
    [
      'a charge under another id of the provider’s',
      `payments SET provider_id = provider_id || 'x' WHERE id = $1`,
      `payments SET provider_id = left(provider_id, -1) WHERE id = $1`,
      () => payment.id,
      /^TIMELINE_MISMATCH: payment .* its provider id differs/,
    ],
  ])('finds %s', async (_, change, back, id, finding) => {
    await ownBahi.psql.tamper([`UPDATE ${change}`, [id()]]);
    try {
      expect(await ownBahi.findings()).toContainEqual(expect.stringMatching(finding));
    } finally {
      await ownBahi.psql.tamper([`UPDATE ${back}`, [id()]]);
    }
    expect(await ownBahi.findings()).toEqual([]);
  });
});
