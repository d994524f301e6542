import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProcessPayout } from '../../src/modules/payouts/application/process-payout.js';
import type { WaitingFor } from '../../src/shared/submissions/waiting.js';
import { Bahi } from '../support/bahi.js';
import type { Client } from '../support/client.js';
import { documentedFetch } from '../support/documented-fetch.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

/** Sooner than the check, once a minute, of orders that no wake has reached. */
const WOKEN_WITHIN_MS = 40_000;

let bahi: Bahi;
let operator: Client;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true, environment: { PROCESSING_TIMEOUT_SECONDS: '2' } });
  operator = bahi.asOperator();
});

afterAll(() => bahi.close());

async function pause(gateway: string, isPaused: boolean): Promise<void> {
  const answer = await operator.patch(`/gateways/${gateway}`, {
    is_paused: isPaused,
    ...(isPaused ? { reason: 'test' } : {}),
  });
  expect(answer.status).toBe(200);
}

async function setActive(merchant: Merchant, isActive: boolean): Promise<void> {
  expect((await operator.patch(`/merchants/${merchant.id}`, { is_active: isActive })).status).toBe(200);
}

async function setAccountActive(merchant: Merchant, isActive: boolean): Promise<void> {
  const account = `/bank-accounts/${await merchant.account('0001')}`;
  expect((await operator.patch(account, { is_active: isActive })).status).toBe(200);
}

function waitsFor(merchant: Merchant, id: string, what: WaitingFor): ReturnType<Merchant['payoutThat']> {
  return merchant.payoutThat(`waits for ${what}`, id, ({ waiting_for }) => waiting_for === what);
}

/** A payout that was requested while its merchant was active, and that no bank has yet. */
async function aWaitingPayout(
  merchant: Merchant,
  what: 'merchant_inactive' | 'bank_account_inactive',
): Promise<string> {
  await pause('bank-simulator', true);
  const { id } = await merchant.aPayout(60);
  await (what === 'merchant_inactive' ? setActive(merchant, false) : setAccountActive(merchant, false));
  await pause('bank-simulator', false);
  await waitsFor(merchant, id, what);
  return id;
}

describe('a payout of a merchant who has become inactive', () => {
  it('waits with its hold, says for what, and goes on when the merchant is active again', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const id = await aWaitingPayout(acme, 'merchant_inactive');

    expect(await acme.payout(id)).toMatchObject({ status: 'pending', attempts: 0, waiting_for: 'merchant_inactive' });
    expect(await acme.balance()).toEqual({ available: 40, held: 60 });
    const listed = async (what: string) => (await operator.get(`/payouts?waiting_for=${what}`)).body.results;
    expect(await listed('merchant_inactive')).toMatchObject([{ id }]);
    expect(await listed('gateway_paused')).toEqual([]);
    expect((await operator.get('/payouts?waiting_for=money')).status).toBe(400);
    const metrics = await (await documentedFetch(`${bahi.service.url}/metrics`)).text();
    expect(metrics).toMatch(/^bahi_payouts_waiting\{waiting_for="merchant_inactive"\} 1$/m);
    await setActive(acme, true);

    expect(await acme.until(id, 'completed', WOKEN_WITHIN_MS)).toMatchObject({ waiting_for: null });
    expect((await acme.story(id)).filter((type) => type !== 'waiting')).toEqual([
      'requested',
      'processing',
      'completed',
    ]);
    const waited = (await acme.timeline(id)).filter(({ type }) => type === 'payout.waiting').at(-1);
    expect(waited).toMatchObject({
      ...{ from: 'pending', to: 'pending', actor: 'system', reason: 'The merchant is inactive.' },
      data: { waiting_for: 'merchant_inactive' },
    });
  });

  it('is not sent past it by an operator, who may cancel it', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const id = await aWaitingPayout(acme, 'merchant_inactive');

    const refused = await operator.patch(`/payouts/${id}`, { status: 'processing', reason: 'Urgent' });
    expect([refused.status, refused.body.code]).toEqual([403, 'merchant_inactive']);
    expect((await acme.payout(id)).status).toBe('pending');
    const cancelled = await operator.patch(`/payouts/${id}`, { status: 'cancelled', reason: 'Closed' });

    expect(cancelled.body).toMatchObject({ status: 'cancelled', waiting_for: null });
    expect(await acme.balance()).toEqual({ available: 100, held: 0 });
    expect(await bahi.bank.timesPaid(id)).toBe(0);
  });

  it('is written once, however often it is looked at', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const id = await aWaitingPayout(acme, 'merchant_inactive');
    const versions = (): Promise<unknown> =>
      bahi.psql.query('SELECT xmin, updated_at FROM payouts WHERE id = $1', [id]);
    const before = await versions();

    for (let i = 0; i < 3; i++) await bahi.service.get(ProcessPayout).execute({ merchantId: acme.id, payoutId: id });

    expect(await versions()).toEqual(before);
    expect((await acme.story(id)).filter((type) => type === 'waiting').length).toBeLessThanOrEqual(2);
    await setActive(acme, true);
    await acme.until(id, 'completed', WOKEN_WITHIN_MS);
  });

  it('is asked about and settled as ever once the bank may have it', async () => {
    const acme = await bahi.aMerchant({ rupees: 100, accounts: ['0004'] });
    const { id } = await acme.aPayout(60, { to: '0004' });
    await acme.until(id, 'processing');
    await setActive(acme, false);

    expect(await acme.until(id, 'completed')).toMatchObject({ attempts: 1, waiting_for: null });
    expect(await bahi.bank.timesPaid(id)).toBe(1);
  });

  it('waits in `processing` with a second submission, at the bank that it belongs to', async () => {
    const acme = await bahi.aMerchant({ rupees: 100, accounts: ['0003'] });
    const { id } = await acme.aPayout(60, { to: '0003' });
    await acme.until(id, 'processing');
    await setActive(acme, false);

    expect(await waitsFor(acme, id, 'merchant_inactive')).toMatchObject({ status: 'processing', attempts: 1 });
    expect(await bahi.bank.submissions(id)).toBe(0);
    await setActive(acme, true);
    await acme.payoutThat('was submitted again', id, ({ attempts }) => attempts === 2, WOKEN_WITHIN_MS);
  });
});

describe('a payout to a bank account that has become inactive', () => {
  it('waits, is not sent past it by an operator, and goes on when the account is active again', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const id = await aWaitingPayout(acme, 'bank_account_inactive');

    const refused = await operator.patch(`/payouts/${id}`, { status: 'processing', reason: 'Urgent' });
    expect([refused.status, refused.body.code]).toEqual([422, 'bank_account_inactive']);
    expect(await acme.payout(id)).toMatchObject({ status: 'pending', waiting_for: 'bank_account_inactive' });
    await setAccountActive(acme, true);

    await acme.until(id, 'completed', WOKEN_WITHIN_MS);
  });
});

describe('a charge and a refund of a merchant who has become inactive', () => {
  it('wait, and go on when the merchant is active again', async () => {
    const acme = await bahi.aMerchant();
    const payments = new PaymentsDriver(acme);
    const paid = await payments.aSuccess(10_001);
    await pause('payment-simulator', true);
    const charge = await payments.aPayment(10_001);
    const refund = await payments.aRefund(paid.id, 1_001);
    await payments.paymentThat('waits', charge.id, ({ waiting_for }) => waiting_for === 'gateway_paused');
    await setActive(acme, false);
    await pause('payment-simulator', false);

    await payments.paymentThat('waits', charge.id, ({ waiting_for }) => waiting_for === 'merchant_inactive');
    const refundNow = async () => (await acme.api.get(`/payments/${paid.id}/refunds/${refund.id}`)).body;
    await until('the refund waits too', async () => (await refundNow()).waiting_for === 'merchant_inactive');
    expect(await refundNow()).toMatchObject({ status: 'pending', attempts: 0 });
    const listed = async (what: string) => (await operator.get(`/refunds?waiting_for=${what}`)).body.results;
    expect(await listed('merchant_inactive')).toMatchObject([{ id: refund.id }]);
    expect(await listed('gateway_paused')).toEqual([]);
    expect(await payments.payment(charge.id)).toMatchObject({ status: 'created', attempts: 0 });
    await setActive(acme, true);

    expect(await payments.until(charge.id, 'succeeded', WOKEN_WITHIN_MS)).toMatchObject({ waiting_for: null });
    expect(await payments.refundThat(refund, 'succeeded', WOKEN_WITHIN_MS)).toMatchObject({ waiting_for: null });
    expect(await payments.story(charge.id)).toContain('payment.waiting');
    expect(await payments.story(paid.id)).toContain('refund.waiting');
  });
});

describe('what no gateway can take', () => {
  let here: Bahi;
  let acme: Merchant;
  const BOTH = { GATEWAYS: 'bank-simulator,always-succeeds', PROCESSING_TIMEOUT_SECONDS: '2' };

  /** Has no worker: a worker elsewhere has to learn what the API does here. */
  beforeAll(async () => {
    here = await Bahi.open({ environment: BOTH });
    acme = await here.aMerchant({ rupees: 1_000, accounts: ['0001', '0003'] });
  });

  afterAll(() => here.close());

  /** Some may still be sent: the worker learns of a pause within a second. */
  async function aPausedPayout(): Promise<string> {
    for (;;) {
      const { id } = await acme.aPayout(10);
      const { waiting_for } = await acme.payoutThat('was looked at', id, (payout) => {
        return payout.waiting_for !== null || payout.attempts > 0;
      });
      if (waiting_for === 'gateway_paused') return id;
    }
  }

  it('goes on when another process ends the pause, activates the merchant, or adds a rule', async () => {
    const worker = await here.serve({ worker: true });
    const api = here.asOperator();
    const pauseBank = (isPaused: boolean) =>
      api.patch('/gateways/bank-simulator', { is_paused: isPaused, ...(isPaused ? { reason: 'test' } : {}) });
    await pauseBank(true);
    const paused = await aPausedPayout();
    await pauseBank(false);
    await acme.until(paused, 'completed', WOKEN_WITHIN_MS);

    await pauseBank(true);
    const ruled = await aPausedPayout();
    await api.post('/routing-rules', { priority: 1, gateway: 'always-succeeds', merchant_id: acme.id });
    await acme.until(ruled, 'completed', WOKEN_WITHIN_MS);

    await api.patch('/gateways/always-succeeds', { is_paused: true, reason: 'test' });
    const inactive = await aPausedPayout();
    await api.patch(`/merchants/${acme.id}`, { is_active: false });
    await api.patch('/gateways/always-succeeds', { is_paused: false });
    await waitsFor(acme, inactive, 'merchant_inactive');
    await api.patch(`/merchants/${acme.id}`, { is_active: true });
    await acme.until(inactive, 'completed', WOKEN_WITHIN_MS);
    await pauseBank(false);
    await worker.stop();
  });

  it('waits for a bank that is not enabled, and goes on after a start with it', async () => {
    const first = await here.serve({ worker: true });
    await here.psql.query('DELETE FROM routing_rules');
    const { id } = await acme.aPayout(10, { to: '0003' });
    await acme.until(id, 'processing');
    await first.stop();
    // The result of a recovery: the bank has nothing, and is to receive it again.
    await here.psql.query(`UPDATE payouts SET next_step = 'submit', next_attempt_at = now() WHERE id = $1`, [id]);
    const without = await here.serve({ worker: true, environment: { GATEWAYS: 'always-succeeds' } });
    expect(await waitsFor(acme, id, 'no_gateway')).toMatchObject({ status: 'processing', attempts: 1 });
    await without.stop();

    const again = await here.serve({ worker: true });
    await acme.payoutThat('was submitted again', id, ({ attempts }) => attempts === 2, WOKEN_WITHIN_MS);
    await again.stop();
  });
});

it('and all books are in order', async () => {
  expect(await bahi.findings()).toEqual([]);
  expect(await bahi.bank.paidTwice()).toEqual([]);
});
