import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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

let bahi: Bahi;
let acme: Merchant;
let operator: Client;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true, environment: ENVIRONMENT });
  acme = await bahi.aMerchant({ rupees: 1_00_000 });
  operator = bahi.asOperator();
}, 60_000);

afterAll(() => bahi.close());

async function breakerOf(gateway: string): Promise<string> {
  const { results } = (await operator.get('/gateways')).body;
  return results.find(({ name }: { name: string }) => name === gateway).breaker as string;
}

describe('the order that is to test a provider', () => {
  it('may be turned down before it is sent: the next one tries', async () => {
    const payments = new PaymentsDriver(acme);
    // Ending in 08: the provider answers each of them with 503.
    const rupees = Array.from({ length: 12 }, (_, i) => i + 1);
    await Promise.all(rupees.map((each) => payments.aPayment(each * 100 + 8, { currency: 'INR' })));
    await until('the breaker is half open', async () => (await breakerOf('payment-simulator')) === 'half_open');
    const tooMuch = await payments.aPayment(40_000_01);
    expect(await payments.until(tooMuch.id, 'failed')).toMatchObject({ failure: { code: 'limit_exceeded' } });
    for (let i = 0; i < 3; i++) {
      const { id } = await payments.aPayment(100_01, { currency: 'INR' });
      await payments.until(id, 'succeeded', 30_000);
    }
    expect(await breakerOf('payment-simulator')).toBe('closed');
  }, 60_000);
});
