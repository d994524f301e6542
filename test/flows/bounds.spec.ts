import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

const FEW = {
  BANK_ACCOUNTS_PER_MERCHANT: '2',
  API_KEYS_PER_MERCHANT: '2',
  OPEN_REFUNDS_PER_MERCHANT: '1',
  IDEMPOTENCY_KEYS_PER_MERCHANT: '8',
};

let bahi: Bahi;
let acme: Merchant;
let other: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true, environment: FEW });
  [acme, other] = (await bahi.merchants(2, { rupees: 1_000 })) as [Merchant, Merchant];
}, 60_000);

afterAll(() => bahi.close());

describe('a merchant', () => {
  it('registers as many bank accounts as it may, and finds those again', async () => {
    const register = (account_number: string) =>
      acme.api.post('/bank-accounts', { account_holder_name: 'Asha Rao', account_number, ifsc: 'HDFC0000001' });
    const bound = 2;
    const registered: string[] = [];
    await until('there is no room', async () => {
      const number = `1111${registered.length + 1000}`;
      const { status, body } = await register(number);
      if (status === 201) registered.push(number);
      else
        expect([status, body]).toEqual([
          422,
          expect.objectContaining({ code: 'too_many_bank_accounts', limit: bound }),
        ]);
      return status === 422;
    });
    expect(registered.length).toBeLessThanOrEqual(bound);
    expect((await register(registered[0]!)).status).toBe(200);
    expect((await other.api.get('/bank-accounts')).status).toBe(200);
  });

  it('has as many valid keys as it may', async () => {
    const operator = bahi.asOperator();
    const keys = `/merchants/${acme.id}/api-keys`;
    const second = await operator.post(keys, { name: 'Second' });
    expect(second.status).toBe(201);
    const third = await operator.post(keys, { name: 'Third' });
    expect([third.status, third.body]).toEqual([422, expect.objectContaining({ code: 'too_many_api_keys', limit: 2 })]);
    await operator.delete(`${keys}/${second.body.id}`);
    expect((await operator.post(keys, { name: 'Third' })).status).toBe(201);
  });

  it('has as many open refunds as it may', async () => {
    const payments = new PaymentsDriver(other);
    const { id } = await payments.aSuccess(12_001);
    const refund = (amount: number, key: string) => other.api.post(`/payments/${id}/refund`, { amount }, { key });
    // Never arrives at the provider.
    expect((await refund(1_003, randomUUID())).status).toBe(201);
    const key = randomUUID();
    const refused = await refund(1_001, key);
    expect([refused.status, refused.body]).toEqual([
      422,
      expect.objectContaining({ code: 'too_many_open_refunds', limit: 1 }),
    ]);
  });

  it('is remembered as many Idempotency-Keys as it may have, and its repeats are answered', async () => {
    const first = randomUUID();
    const payout = await acme.payOut(1, { key: first });
    expect(payout.status).toBe(201);
    await until('there are too many', async () => {
      const { status, body } = await acme.payOut(1);
      if (status !== 201) expect([status, body.code]).toEqual([422, 'too_many_idempotency_keys']);
      return status === 422;
    });
    const [{ count }] = (await bahi.psql.query(
      'SELECT count(*)::int AS count FROM idempotency_keys WHERE merchant_id = $1',
      [acme.id],
    )) as [{ count: number }];
    expect(count).toBeGreaterThanOrEqual(8);
    expect(count).toBeLessThan(16);
    const again = await acme.payOut(1, { key: first });
    expect([again.status, again.body]).toEqual([200, payout.body]);
    const unused = randomUUID();
    expect((await acme.payOut(1, { key: unused })).status).toBe(422);
    expect((await other.payOut(1)).status).toBe(201);
  });
});
