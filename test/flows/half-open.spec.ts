import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ProcessPayment } from '../../src/modules/payments/application/process-payment.js';
import { ProcessRefund } from '../../src/modules/payments/application/process-refund.js';
import { ProcessPayout } from '../../src/modules/payouts/application/process-payout.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver, ProviderBooks } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

/** A call may take a third of the first, so that a claim that took longer than the rest has no time left for one. */
const ENVIRONMENT = { PROCESSING_TIMEOUT_SECONDS: '3', GATEWAY_BREAKER_OPEN_SECONDS: '1' };
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
}, 60_000);

afterAll(() => bahi.close());

async function halfOpen(gateway: string): Promise<void> {
  await bahi.psql.query(
    `INSERT INTO gateway_states (gateway, open_until, openings) VALUES ($1, now() - interval '10 seconds', 1)
     ON CONFLICT (gateway) DO UPDATE SET open_until = excluded.open_until, openings = 1, trial_order = NULL,
       trial_until = NULL, updated_at = now()`,
    [gateway],
  );
  await until('the service knows', async () => (await gatewayOf(gateway)).breaker === 'half_open');
}

async function gatewayOf(name: string) {
  const { results } = (await bahi.asOperator().get('/gateways')).body;
  return results.find((gateway: { name: string }) => gateway.name === name);
}

const trialOf = async (gateway: string): Promise<string | null> => {
  const [row] = await bahi.psql.query<{ trial_order: string | null }>(
    'SELECT trial_order FROM gateway_states WHERE gateway = $1',
    [gateway],
  );
  return row!.trial_order;
};

/** Claims the step while somebody else holds the book, for so long that the lease leaves no time for a call. */
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
  beforeEach(() => Promise.all([halfOpen(BANK), halfOpen(PROVIDER)]));

  it('is given back at once by a payout, which is not sent', async () => {
    const { id } = await acme.aPayout(100);
    await heldUp(() => bahi.service.get(ProcessPayout).execute(acme.id, id));
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
    await bahi.psql.query('UPDATE gateway_states SET open_until = NULL WHERE gateway = $1', [PROVIDER]);
    await until('the breaker is closed', async () => (await gatewayOf(PROVIDER)).breaker === 'closed');
    const { id: paymentId } = await payments.aPayment(10_001, { currency: 'INR' });
    await bahi.service.get(ProcessPayment).execute({ merchantId: acme.id, paymentId });
    const { id } = await payments.aRefund(paymentId, 1_001);
    await halfOpen(PROVIDER);
    const key = { merchantId: acme.id, paymentId, refundId: id };
    await heldUp(() => bahi.service.get(ProcessRefund).execute(key));
    expect(await trialOf(PROVIDER)).toBeNull();
    expect(await new ProviderBooks(bahi.psql).submissions(id)).toBe(0);
    const refund = (await acme.api.get(`/payments/${paymentId}/refunds/${id}`)).body;
    expect(refund).toMatchObject({ status: 'pending', attempts: 1 });
  });
});
