import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProcessPayment } from '../../src/modules/payments/application/process-payment.js';
import { SettlePayment } from '../../src/modules/payments/application/settle-payment.js';
import { documentedFetch } from '../support/documented-fetch.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { ProviderBooks, PaymentsDriver } from '../support/payments-driver.js';
import { PATIENCE_MS, until } from '../support/wait-for.js';
import type { Callback } from '../../src/modules/gateways/gateways.language.js';

/** A call may take a third of a second, and the provider is asked a second later. */
const QUICKLY = { PROCESSING_TIMEOUT_SECONDS: '1', MAX_RETRIES: '2' };

/** Bahi does not ask the provider by itself during a test. */
const UNHURRIED = { PROCESSING_TIMEOUT_SECONDS: '600' };

const LONG_MS = PATIENCE_MS;

/**
 * A claim may take two seconds before no time is left for a call, so that there is one attempt on a busy machine too.
 */
const UNHASTY = { PROCESSING_TIMEOUT_SECONDS: '3', MAX_RETRIES: '2' };

describe('a provider that goes wrong', () => {
  let bahi: Bahi;
  let provider: ProviderBooks;
  let acme: Merchant;
  let payments: PaymentsDriver;

  beforeAll(async () => {
    bahi = await Bahi.open({ worker: true, environment: QUICKLY });
    provider = new ProviderBooks(bahi.psql);
    acme = await bahi.aMerchant({ rupees: 10_000 });
    payments = new PaymentsDriver(acme);
  });

  afterAll(() => bahi.close());

  it.concurrent(
    'and whose answer is lost has charged once, and is credited after it was asked',
    async () => {
      const ownBahi = await Bahi.open({ worker: true, environment: UNHASTY });
      try {
        const ownProvider = new ProviderBooks(ownBahi.psql);
        const ownPayments = new PaymentsDriver(await ownBahi.aMerchant());
        const { id } = await ownPayments.aPayment(12_004);
        const payment = await ownPayments.until(id, 'succeeded', LONG_MS);
        const [submissions, moved] = [await ownProvider.submissions(id), await ownProvider.timesMoved(id)];
        expect([payment.attempts, submissions, moved]).toEqual([1, 1, 1]);
        const refund = await ownPayments.aRefund(id, 2_004);
        expect((await ownPayments.refundThat(refund, 'succeeded', LONG_MS)).attempts).toBe(1);
        expect(await ownProvider.timesMoved(refund.id)).toBe(1);
      } finally {
        await ownBahi.close();
      }
    },
    2 * LONG_MS,
  );

  it.concurrent(
    'and never gets the request is asked twice each time, sent it again, and in the end nothing has happened',
    async () => {
      const { id } = await payments.aPayment(12_003);
      const failed = await payments.until(id, 'failed', LONG_MS);
      expect([failed.attempts, failed.failure!.code]).toEqual([3, 'not_accepted_by_provider']);
      const answers = (await payments.timeline(id)).filter(({ data }) => data['answer'] !== undefined);
      const asked = answers.map(({ data }) => (data['answer'] as { kind: string }).kind);
      expect(asked.filter((kind) => kind === 'inquiry').length).toBeGreaterThanOrEqual(6);
      expect([await provider.submissions(id), await provider.timesMoved(id)]).toEqual([0, 0]);
    },
    2 * LONG_MS,
  );

  it.concurrent(
    'and never gets a refund releases what was held for it, once',
    async () => {
      const payment = await payments.aSuccess(12_001);
      const refund = await payments.refundThat(await payments.aRefund(payment.id, 2_003), 'failed', LONG_MS);
      expect([refund.attempts, refund.failure!.code]).toEqual([3, 'not_accepted_by_provider']);
      expect((await payments.payment(payment.id)).refundable_amount).toBe(12_001);
      const lines = (await acme.ledger()).filter(({ reference }) => reference.id === refund.id);
      expect(lines.filter(({ kind }) => kind === 'refund_release')).toHaveLength(2);
    },
    2 * LONG_MS,
  );

  it.concurrent(
    'and is down leaves the payment open, for a person to look at',
    async () => {
      const { id } = await payments.aPayment(12_008);
      const payment = await payments.paymentThat('needs attention', id, (it) => it.needs_attention, LONG_MS);
      expect([payment.status, payment.receipt]).toEqual(['processing', null]);
      const list = await acme.api.get('/payments?needs_attention=true');
      expect(list.body.results.map((listed: { id: string }) => listed.id)).toContain(id);
      const merchant = (await payments.timeline(id)).find(({ type }) => type === 'payment.gateway_answered');
      expect(merchant!.data).toMatchObject({ answer: { ending: 'unknown', reason: null } });
      const operator = await bahi.asOperator().get(`/payments/${id}/events`);
      expect(JSON.stringify(operator.body)).toContain('503 Service Unavailable');
    },
    2 * LONG_MS,
  );

  it.concurrent(
    'and takes its time is credited once, by whichever comes first of callback and inquiry',
    async () => {
      const { id } = await payments.aPayment(12_006);
      await payments.until(id, 'succeeded', LONG_MS);
      const refund = await payments.refundThat(await payments.aRefund(id, 2_006), 'succeeded', LONG_MS);
      expect([await provider.timesMoved(id), await provider.timesMoved(refund.id)]).toEqual([1, 1]);
      expect((await acme.ledger()).filter(({ reference }) => reference.id === id)).toHaveLength(4);
    },
    2 * LONG_MS,
  );

  it('loses nothing when the queue is emptied', async () => {
    const quiet = await Bahi.open();
    try {
      const quietPayments = new PaymentsDriver(await quiet.aMerchant());
      const { id } = await quietPayments.aPayment(12_001);
      await quiet.psql.query('DELETE FROM outbox_queue');
      await quiet.serve({ worker: true, environment: QUICKLY });
      await quiet.psql.query('UPDATE payments SET next_attempt_at = now()');
      await quietPayments.until(id, 'succeeded', LONG_MS);
    } finally {
      await quiet.close();
    }
  });

  it('and is not asked about a rate that it cannot name: nothing is charged, and the payment waits', async () => {
    const ownBahi = await Bahi.open({ environment: { GATEWAYS: 'bank-simulator,stripe', ...STRIPE_NOWHERE } });
    try {
      const ownPayments = new PaymentsDriver(await ownBahi.aMerchant());
      const { id, merchant_id } = await ownPayments.aPayment(12_001);
      await ownBahi.service.get(ProcessPayment).execute({ merchantId: merchant_id, paymentId: id });
      expect(await ownPayments.payment(id)).toMatchObject({ status: 'created', attempts: 0, gateway: null });
      expect(await ownPayments.story(id)).toEqual(['payment.created']);
    } finally {
      await ownBahi.close();
    }
  });

  it('and never gets a charge gets it again at the rate that was promised, whatever the rate is by then', async () => {
    const ownBahi = await Bahi.open({ environment: QUICKLY });
    try {
      const ownPayments = new PaymentsDriver(await ownBahi.aMerchant());
      const { id, merchant_id } = await ownPayments.aPayment(12_003);
      const submit = () => ownBahi.service.get(ProcessPayment).execute({ merchantId: merchant_id, paymentId: id });
      await submit();
      // The simulated provider always quotes the same rate: this is as if it had promised another one.
      await ownBahi.psql.query(
        `UPDATE payments SET rate = '80', next_step = 'submit', next_attempt_at = now() WHERE id = $1 AND attempts = 1`,
        [id],
      );
      await submit();
      const sent = (await ownPayments.timeline(id)).filter(({ type }) => type === 'payment.processing');
      expect(sent.map(({ data }) => data['rate'] === '80')).toEqual([false, true]);
      expect(await ownBahi.count(`payments WHERE id = $1 AND attempts = 2 AND rate = '80'`, [id])).toBe(1);
    } finally {
      await ownBahi.close();
    }
  });

  it('twenty workers at once charge once', async () => {
    const ownBahi = await Bahi.open();
    try {
      const ownPayments = new PaymentsDriver(await ownBahi.aMerchant());
      const { id, merchant_id } = await ownPayments.aPayment(12_001);
      const second = await ownBahi.serve();
      const workers = [ownBahi.service, second].map((service) => service.get(ProcessPayment));
      const key = { merchantId: merchant_id, paymentId: id };
      await Promise.all(Array.from({ length: 20 }, (_, i) => workers[i % 2]!.execute(key)));
      expect(await ownPayments.payment(id)).toMatchObject({ status: 'succeeded', attempts: 1 });
      expect(await new ProviderBooks(ownBahi.psql).submissions(id)).toBe(1);
    } finally {
      await ownBahi.close();
    }
  });

  it('and changes its mind is noticed: nothing moves, and verify finds it', async () => {
    const ownBahi = await Bahi.open({ worker: true });
    try {
      const ownPayments = new PaymentsDriver(await ownBahi.aMerchant());
      const { id, merchant_id } = await ownPayments.until((await ownPayments.aPayment(12_002)).id, 'failed');
      const call = { kind: 'inquiry', gateway: 'payment-simulator', attempt: 1, askedAtMs: performance.now() } as const;
      const answer = { kind: 'succeeded', providerId: 'ch_late' } as const;
      await ownBahi.service.get(SettlePayment).execute({ merchantId: merchant_id, paymentId: id }, call, answer);
      expect(await ownPayments.payment(id)).toMatchObject({ status: 'failed', receipt: null });
      expect(await ownPayments.story(id)).toContain('payment.gateway_disagreed');
      expect(await ownBahi.findings()).toEqual([
        `BANK_DISAGREES: payment ${id} is failed, but the gateway says otherwise`,
      ]);
    } finally {
      await ownBahi.close();
    }
  });
});

const STRIPE_NOWHERE = {
  STRIPE_SECRET_KEY: 'sk_test_nobody',
  STRIPE_WEBHOOK_SECRET: 'whsec_nobody',
  STRIPE_URL: 'http://127.0.0.1:1',
};

describe('a callback of a provider', () => {
  let bahi: Bahi;
  let provider: ProviderBooks;
  let payments: PaymentsDriver;

  beforeAll(async () => {
    bahi = await Bahi.open({ worker: true, environment: UNHURRIED });
    provider = new ProviderBooks(bahi.psql);
    payments = new PaymentsDriver(await bahi.aMerchant({ rupees: 10_000 }));
  });

  afterAll(() => bahi.close());

  async function post({ headers, body }: Pick<Callback, 'headers' | 'body'>, gateway = 'payment-simulator') {
    const url = `${bahi.service.url}/api/v1/gateways/${gateway}/callbacks`;
    const request = { method: 'POST', headers: headers as Record<string, string>, body: new Uint8Array(body) };
    const answer = await documentedFetch(url, request);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  /** The provider has charged, and its answer never arrives. */
  async function aPaymentInFlight(): Promise<string> {
    const { id } = await payments.aPayment(12_004);
    await until('the provider has charged', async () => (await provider.timesMoved(id)) === 1);
    return id;
  }

  const outcomeOf = async (reference: string, like: string): Promise<string | null> => {
    const rows = await bahi.psql.query<{ outcome: string | null }>(
      'SELECT outcome FROM gateway_callbacks WHERE reference = $1 AND event_id LIKE $2',
      [reference, `%${like}%`],
    );
    return rows[0]?.outcome ?? null;
  };

  it('ends a payment that is still being submitted, because the provider answers the same when it is asked', async () => {
    const id = await aPaymentInFlight();
    expect(await post(await provider.callback(id, 'succeeded'))).toEqual({ status: 200, body: { received: 1 } });
    await payments.until(id, 'succeeded');
    expect(await payments.story(id)).toEqual(['payment.created', 'payment.processing', 'payment.succeeded']);
  });

  it('counts once, delivered twenty times at the same moment', async () => {
    const id = await aPaymentInFlight();
    const callback = await provider.callback(id, 'succeeded');
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(callback)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await payments.until(id, 'succeeded');
    expect(await bahi.count('gateway_callbacks WHERE reference = $1', [id])).toBe(1);
    expect(await bahi.count(`ledger_transactions WHERE reference_id = $1`, [id])).toBe(1);
  });

  it('ends a refund', async () => {
    const id = await aPaymentInFlight();
    await post(await provider.callback(id, 'succeeded'));
    await payments.until(id, 'succeeded');
    const refund = await payments.aRefund(id, 2_004);
    await until('the provider has refunded', async () => (await provider.timesMoved(refund.id)) === 1);
    await post(await provider.callback(refund.id, 'succeeded'));
    await payments.refundThat(refund, 'succeeded');
    expect((await payments.payment(id)).status).toBe('partially_refunded');
  });

  it('that nothing was charged is not believed while the provider answers something else', async () => {
    const id = await aPaymentInFlight();
    await post(await provider.callback(id, 'rejected'));
    // The provider was asked, and has answered truthfully.
    await payments.until(id, 'succeeded');
    const tries = 'gateway_callbacks WHERE reference = $1 AND outcome IS NULL AND tries > 0';
    await until('the callback waits', async () => (await bahi.count(tries, [id])) === 1);
  });

  it.each<[string, object, string]>([
    ['another amount', { amount_minor: '99999' }, 'amount_mismatch'],
    ['another currency', { currency: 'EUR' }, 'amount_mismatch'],
  ])('about %s is a finding of verify; what counts is what the provider answers then', async (_, change, outcome) => {
    const id = await aPaymentInFlight();
    expect((await post(await provider.callback(id, 'rejected', change))).status).toBe(200);
    await until('it was judged', async () => (await outcomeOf(id, 'rejected')) === outcome);
    expect((await payments.payment(id)).status).toBe('succeeded');
    expect(await bahi.findings()).toContainEqual(
      expect.stringMatching(`CALLBACK_REFUSED: .*payment ${id}.*${outcome}`),
    );
  });

  it('about another amount, which the provider then answers too, moves nothing until it answers as it was asked', async () => {
    const id = await aPaymentInFlight();
    const holds = (minor: number) =>
      bahi.psql.query('UPDATE payment_simulator.orders SET amount_minor = $2 WHERE reference = $1', [id, minor]);
    await holds(99_99);
    await post(await provider.callback(id, 'succeeded'));
    await until('it was judged', async () => (await outcomeOf(id, 'succeeded')) === 'amount_mismatch');
    expect(await payments.payment(id)).toMatchObject({ status: 'processing', needs_attention: true });
    expect(await bahi.findings()).toContainEqual(
      expect.stringMatching(`BANK_DISAGREES: .*${id}.*another amount or currency under its reference`),
    );
    await holds(120_04);
    await post(await provider.callback(id, 'succeeded', { event_id: `${id}.again` }));
    await payments.until(id, 'succeeded');
  });

  it('about a reference that nobody knows is stored and settled', async () => {
    const nobody = '01890000-0000-7000-8000-00000000dead';
    expect((await post(await provider.callback(nobody, 'succeeded'))).status).toBe(200);
    await until('it was judged', async () => (await outcomeOf(nobody, 'succeeded')) === 'unknown_reference');
  });

  it('that says what no documentation knows is kept whole and asked about, and is a finding until it is cleared', async () => {
    const id = await aPaymentInFlight();
    const callback = await provider.callback(id, 'initiated' as never);
    for (let i = 0; i < 2; i++) expect(await post(callback)).toEqual({ status: 200, body: { received: 1 } });
    await payments.until(id, 'succeeded');
    await until('it was judged', async () => (await outcomeOf(id, 'initiated')) === 'unrecognized');
    expect(await bahi.count('gateway_callbacks WHERE reference = $1 AND body = $2', [id, String(callback.body)])).toBe(
      1,
    );
    expect(await bahi.findings()).toContainEqual(
      expect.stringMatching(`CALLBACK_REFUSED: .*payment ${id}.*unrecognized`),
    );
  });

  it('that is not signed by the provider is 401, and one that is no message is kept', async () => {
    const id = await aPaymentInFlight();
    const forged = await provider.callback(id, 'succeeded', { secret: 'guessed' });
    expect((await post(forged)).status).toBe(401);
    expect((await post(await provider.callback(id, 'succeeded', { subject: 'loan' as 'refund' }))).status).toBe(200);
    expect(await bahi.count(`gateway_callbacks WHERE subject = 'payment' AND outcome = 'unreadable'`)).toBe(1);
    expect((await post(forged, 'payment-succeeds')).status).toBe(404);
    expect((await payments.payment(id)).status).toBe('processing');
    expect(await bahi.count('gateway_callbacks WHERE reference = $1', [id])).toBe(0);
  });

  it('waits when it comes before Bahi knows that it has asked', async () => {
    const quiet = await Bahi.open();
    try {
      const ownPayments = new PaymentsDriver(await quiet.aMerchant());
      const { id } = await ownPayments.aPayment(12_001);
      const books = new ProviderBooks(quiet.psql);
      const early = await books.callback(id, 'succeeded', { amount_minor: '12001' });
      const url = `${quiet.service.url}/api/v1/gateways/payment-simulator/callbacks`;
      const request = {
        method: 'POST',
        headers: early.headers as Record<string, string>,
        body: new Uint8Array(early.body),
      };
      expect((await documentedFetch(url, request)).status).toBe(200);
      await quiet.serve({ worker: true });
      await ownPayments.until(id, 'succeeded');
      const taken = `gateway_callbacks WHERE reference = $1 AND outcome = 'taken_in'`;
      await until('it was taken in', async () => (await quiet.count(taken, [id])) === 1);
    } finally {
      await quiet.close();
    }
  });
});

describe('a payment gateway that is paused', () => {
  it('is sent nothing new, and what waits goes on when it is let go', async () => {
    const bahi = await Bahi.open({ worker: true, environment: QUICKLY });
    try {
      const payments = new PaymentsDriver(await bahi.aMerchant({ rupees: 1_000 }));
      const before = await payments.aSuccess(12_001);
      const pause = { is_paused: true, reason: 'Maintenance.' };
      const paused = await bahi.asOperator().patch('/gateways/payment-simulator', pause);
      expect(paused.body).toMatchObject({ kind: 'payment_provider', is_paused: true, modes: [] });
      const listed = await bahi.asOperator().get('/gateways');
      const names = listed.body.results.map(({ name }: { name: string }) => name);
      expect(names).toEqual(['bank-simulator', 'payment-simulator']);
      const { id } = await payments.aPayment(12_001);
      const refund = await payments.aRefund(before.id, 2_001);
      // Two sweeps have run by then.
      const jobs = async (): Promise<boolean> =>
        (await bahi.count("payments WHERE id = $1 AND next_attempt_at < now() - interval '2 seconds'", [id])) === 1;
      await until('it is long due', jobs);
      expect((await payments.payment(id)).status).toBe('created');
      await bahi.asOperator().patch('/gateways/payment-simulator', { is_paused: false });
      await payments.until(id, 'succeeded');
      await payments.refundThat(refund, 'succeeded');
    } finally {
      await bahi.close();
    }
  });
});
