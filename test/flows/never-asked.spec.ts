import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BankGateways } from '../../src/modules/gateways/application/bank-gateways.js';
import { PaymentGateways } from '../../src/modules/gateways/application/payment-gateways.js';
import type { Callback } from '../../src/modules/gateways/gateways.language.js';
import { Bahi } from '../support/bahi.js';
import { postCallback } from '../support/banks-over-http.js';
import { PaymentsDriver, ProviderBooks } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

const BANK = 'bank-simulator';
const PROVIDER = 'payment-simulator';

let bahi: Bahi;

beforeAll(async () => {
  // A call without an answer takes ten seconds, and its lease lasts longer than a test.
  bahi = await Bahi.open({ worker: true, environment: { PROCESSING_TIMEOUT_SECONDS: '600' } });
  const gateways = [bahi.service.get(BankGateways).get(BANK)!, bahi.service.get(PaymentGateways).get(PROVIDER)!];
  for (const { capabilities } of gateways)
    Object.assign(capabilities, { canBeInquired: false, authoritativeInquiry: false });
});

afterAll(() => bahi.close());

async function post(gateway: string, callback: Callback): Promise<void> {
  expect(await postCallback(bahi, gateway, callback)).toBe(200);
}

const waits = (id: string, event: string): Promise<void> =>
  until(`the callback ${event} waits`, async () => {
    const tried = 'gateway_callbacks WHERE reference = $1 AND event_id LIKE $2 AND tries > 0 AND outcome IS NULL';
    return (await bahi.count(tried, [id, `%${event}%`])) === 1;
  });

describe('a bank that cannot be asked', () => {
  it('gives money back by its callback alone, once, under the UTR that is stored', async () => {
    const acme = await bahi.aMerchant({ rupees: 500 });
    const { id } = await acme.aPayout(200);
    const { utr } = await acme.until(id, 'completed');
    // To an inquiry the bank would say that it has paid.
    await post(BANK, await bahi.bank.callback(id, 'returned', { utr: null }));
    expect(await acme.until(id, 'reversed')).toMatchObject({ utr, failure: { code: 'bank_account_closed' } });
    await post(BANK, await bahi.bank.callback(id, 'returned', { event_id: `${id}.again` }));
    await until('it was taken in too', async () => (await bahi.count(TAKEN_IN, [id])) === 2);
    expect(await acme.balance()).toEqual({ available: 500, held: 0 });
    expect(await acme.story(id)).toEqual(['requested', 'processing', 'completed', 'reversed']);
    expect(await bahi.findings()).toEqual([]);
  });

  it('is not believed by callback that it has paid nothing while the payout is on its way, and that it has paid', async () => {
    const acme = await bahi.aMerchant({ rupees: 500, accounts: ['0004'] });
    const { id } = await acme.aPayout(200, { to: '0004' });
    await until('the bank has paid', async () => (await bahi.bank.timesPaid(id)) === 1);
    await post(BANK, await bahi.bank.callback(id, 'rejected'));
    await waits(id, 'rejected');
    expect(await acme.payout(id)).toMatchObject({ status: 'processing' });
    expect(await acme.balance()).toEqual({ available: 300, held: 200 });
    await post(BANK, await bahi.bank.callback(id, 'succeeded'));
    await acme.until(id, 'completed');
  });
});

describe('a provider that cannot be asked', () => {
  it('is not believed by callback that it has charged nothing while the charge is on its way, and that it has', async () => {
    const acme = await bahi.aMerchant();
    const [payments, provider] = [new PaymentsDriver(acme), new ProviderBooks(bahi.psql)];
    const { id } = await payments.aPayment(100_04, { currency: 'INR' });
    await until('the provider has charged', async () => (await provider.timesMoved(id)) === 1);
    await post(PROVIDER, await provider.callback(id, 'rejected'));
    await waits(id, 'rejected');
    expect(await payments.payment(id)).toMatchObject({ status: 'processing' });
    await post(PROVIDER, await provider.callback(id, 'succeeded'));
    expect(await payments.until(id, 'succeeded')).toMatchObject({ attempts: 1 });
  });
});

const TAKEN_IN = `gateway_callbacks WHERE reference = $1 AND outcome = 'taken_in'`;
