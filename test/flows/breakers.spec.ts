import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Availability } from '../../src/modules/gateways/domain/availability.js';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import type { Client } from '../support/client.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

const ENVIRONMENT = {
  GATEWAYS: 'bank-simulator,payment-simulator',
  PROCESSING_TIMEOUT_SECONDS: '3',
  GATEWAY_BREAKER_OPEN_SECONDS: '1',
};

const PROVIDER = 'payment-simulator';

let bahi: Bahi;
let acme: Merchant;
let globex: Merchant;
let operator: Client;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true, environment: ENVIRONMENT });
  [acme, globex] = (await bahi.merchants(2)) as [Merchant, Merchant];
  operator = bahi.asOperator();
});

afterAll(() => bahi.close());

async function breakerOf(gateway: string): Promise<string> {
  const { results } = (await operator.get('/gateways')).body;
  return results.find(({ name }: { name: string }) => name === gateway).breaker as string;
}

async function resultsOf(gateway: string): Promise<Record<string, number>> {
  const { results } = (await operator.get('/gateways')).body;
  return results.find(({ name }: { name: string }) => name === gateway).breaker_results;
}

/** The merchant's orders that the provider has answered, as far as they are counted, which is up to a second later. */
async function answeredOf({ id }: Merchant): Promise<number> {
  const [row] = await bahi.psql.query<{ orders: number }>(
    'SELECT coalesce(sum(orders), 0)::integer AS orders FROM gateway_answers WHERE gateway = $1 AND merchant_id = $2',
    [PROVIDER, id],
  );
  return row!.orders;
}

const isAt = (breaker: string) => async () => (await breakerOf(PROVIDER)) === breaker;

/** Payments that the provider answers with 503 because their amount ends in 08. */
async function failingPayments(merchant: Merchant, count: number): Promise<string[]> {
  const payments = new PaymentsDriver(merchant);
  const rupees = Array.from({ length: count }, (_, i) => i + 1);
  const made = rupees.map((each) => payments.aPayment(each * 100 + 8, { currency: 'INR' }));
  return (await Promise.all(made)).map(({ id }) => id);
}

/** A payment that the provider carries out, and how long it took in milliseconds. */
async function aGoodPayment(merchant: Merchant): Promise<number> {
  const payments = new PaymentsDriver(merchant);
  const asked = performance.now();
  const { id } = await payments.aPayment(100_01, { currency: 'INR' });
  await payments.until(id, 'succeeded');
  return performance.now() - asked;
}

// The order of these tests matters: the provider's results are counted again from zero after each opening.
describe('orders that a provider answers with 5xx', () => {
  it('open its breaker where nobody else can say better; the order that tries may be turned down unsent', async () => {
    await failingPayments(acme, 12);
    await until('the breaker is half open', isAt('half_open'));
    const payments = new PaymentsDriver(acme);
    const tooMuch = await payments.aPayment(40_000_01);
    expect(await payments.until(tooMuch.id, 'failed')).toMatchObject({ failure: { code: 'limit_exceeded' } });
    for (let i = 0; i < 3; i++) await aGoodPayment(acme);
    expect(await breakerOf(PROVIDER)).toBe('closed');
  });

  it('of one merchant keep nobody else waiting, and not that merchant’s good ones either', async () => {
    await aGoodPayment(globex);
    const failing = await failingPayments(acme, 12);
    const looks = failing.map((id) => new PaymentsDriver(acme).until(id, 'processing'));
    await Promise.all(looks);
    await Promise.all([aGoodPayment(globex), aGoodPayment(acme)]);
    await until('both good ones of the other are counted', async () => (await answeredOf(globex)) === 2);
    // At least: those from above may have been sent again meanwhile, and count too.
    const { failed, silent, merchants } = await resultsOf(PROVIDER);
    expect(failed).toBeGreaterThanOrEqual(12);
    expect({ silent, merchants }).toEqual({ silent: 0, merchants: 2 });
    expect(await breakerOf(PROVIDER)).toBe('closed');
  });

  it('are not what tests it, while somebody else’s order waits', async () => {
    await bahi.service.get(Availability).close(PROVIDER, { actor: 'system', reason: 'Counts anew.' });
    await failingPayments(acme, 12);
    await until('the breaker is open', async () => (await breakerOf(PROVIDER)) !== 'closed');
    const failing = await failingPayments(acme, 6);
    // Each of them would keep it open, the sixth for 32 seconds.
    expect(await aGoodPayment(globex)).toBeLessThan(25_000);
    const driver = new PaymentsDriver(acme);
    await Promise.all(failing.map((id) => driver.until(id, 'processing')));
  });
});
