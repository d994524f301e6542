import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Availability } from '../../src/modules/gateways/domain/availability.js';
import { ProcessPayment } from '../../src/modules/payments/application/process-payment.js';
import { ProcessRefund } from '../../src/modules/payments/application/process-refund.js';
import { ProcessPayout } from '../../src/modules/payouts/application/process-payout.js';
import { Bahi } from '../support/bahi.js';
import { halfOpenBreaker, openBreaker } from '../support/breaker-states.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver, ProviderBooks } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

/** A call may take a third of the time-out, so a claim that took longer than the rest leaves no time for one. */
const ENVIRONMENT = {
  GATEWAYS: 'bank-simulator,payment-simulator',
  PROCESSING_TIMEOUT_SECONDS: '3',
  GATEWAY_BREAKER_OPEN_SECONDS: '600',
};
const HELD_UP_MS = 2_100;

const BANK = 'bank-simulator';
const PROVIDER = 'payment-simulator';

let bahi: Bahi;
let acme: Merchant;
let payments: PaymentsDriver;

beforeAll(async () => {
  bahi = await Bahi.open({ environment: ENVIRONMENT });
  acme = await bahi.aMerchant({ rupees: 500 });
  payments = new PaymentsDriver(acme);
});

afterAll(() => bahi.close());

const trialOf = async (gateway: string): Promise<string | null> => {
  const [row] = await bahi.psql.query<{ trial_order: string | null }>(
    'SELECT trial_order FROM gateway_states WHERE gateway = $1',
    [gateway],
  );
  return row!.trial_order;
};

/** Claims the step while another session locks the book for so long that the lease leaves no time for a call. */
async function heldUp(process: () => Promise<void>): Promise<void> {
  const book = await bahi.sqlSession();
  await book.lock(acme);
  const processed = process();
  await bahi.waitingFor('books');
  await new Promise((resolve) => setTimeout(resolve, HELD_UP_MS));
  await book.rollback();
  await processed;
}

describe('the trial of a breaker, leased to an order that was held up until its lease left no time for a call,', () => {
  beforeEach(() => Promise.all([halfOpenBreaker(bahi, BANK), halfOpenBreaker(bahi, PROVIDER)]));

  it('is given back at once by a payout, which is not sent', async () => {
    const { id } = await acme.aPayout(100);
    await heldUp(() => bahi.service.get(ProcessPayout).execute({ merchantId: acme.id, payoutId: id }));
    expect(await trialOf(BANK)).toBeNull();
    expect(await bahi.bank.submissions(id)).toBe(0);
    expect(await acme.payout(id)).toMatchObject({ status: 'processing', attempts: 1 });
  });

  it('is given back at once by a charge, which is not sent', async () => {
    const { id } = await payments.aPayment(10_001, { currency: 'INR' });
    await heldUp(() => bahi.service.get(ProcessPayment).execute({ merchantId: acme.id, paymentId: id }));
    expect(await trialOf(PROVIDER)).toBeNull();
    expect(await new ProviderBooks(bahi.psql).submissions(id)).toBe(0);
    expect(await payments.payment(id)).toMatchObject({ status: 'processing', attempts: 1 });
  });

  it('is given back at once by a refund, which is not sent', async () => {
    await openBreaker(bahi, PROVIDER, null);
    await bahi.service.get(Availability).refresh();
    const { id: paymentId } = await payments.aPayment(10_001, { currency: 'INR' });
    await bahi.service.get(ProcessPayment).execute({ merchantId: acme.id, paymentId });
    const { id } = await payments.aRefund(paymentId, 1_001);
    await halfOpenBreaker(bahi, PROVIDER);
    const key = { merchantId: acme.id, paymentId, refundId: id };
    await heldUp(() => bahi.service.get(ProcessRefund).execute(key));
    expect(await trialOf(PROVIDER)).toBeNull();
    expect(await new ProviderBooks(bahi.psql).submissions(id)).toBe(0);
    const refund = (await acme.api.get(`/payments/${paymentId}/refunds/${id}`)).body;
    expect(refund).toMatchObject({ status: 'pending', attempts: 1 });
  });
});

describe('the trial of a breaker, leased by one worker for a payout that another one has got too,', () => {
  it('is the first one’s alone; what is sent closes the breaker, whatever comes late of the first', async () => {
    await halfOpenBreaker(bahi, BANK);
    const { id } = await acme.aPayout(100);
    const [breakers, process] = [bahi.service.get(Availability), bahi.service.get(ProcessPayout)];
    const lease = (await breakers.leaseTrial(BANK, { merchantId: acme.id, id }))!;
    const isClosed = 'gateway_states WHERE gateway = $1 AND open_until IS NULL';

    await process.execute({ merchantId: acme.id, payoutId: id });
    expect(await acme.payout(id)).toMatchObject({ status: 'pending', attempts: 0, waiting_for: 'gateway_unavailable' });

    await breakers.giveBackTrial(lease);
    const door = await bahi.sqlSession();
    await door.query('BEGIN');
    await door.query('LOCK TABLE bank_simulator.transfers IN ACCESS EXCLUSIVE MODE');
    const processed = process.execute({ merchantId: acme.id, payoutId: id });
    await bahi.waitingFor('bank_simulator.transfers');
    await breakers.giveBackTrial(lease);
    expect(await trialOf(BANK)).toBe(id);
    await door.rollback();
    await processed;
    expect(await acme.payout(id)).toMatchObject({ status: 'completed', attempts: 1 });
    await until('the breaker is closed', async () => (await bahi.count(isClosed, [BANK])) === 1);
  });
});
