import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/database.public.js';
import { IdempotencyKeyReused } from '../../src/modules/idempotency/domain/idempotency-key.js';
import { RefundPayment } from '../../src/modules/payments/application/refund-payment.js';
import type { Reply } from '../../src/shared/reply.js';
import { Bahi } from '../support/bahi.js';
import { Client } from '../support/client.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { statementsOf } from '../support/statement-recorder.js';
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
});

afterAll(() => bahi.close());

describe('while the service’s own work has all connections that it may have', () => {
  /** Statements wait for this lock, so they end when it is released. */
  const LOCK = 4711;

  it('requests are decided that look something up before', async () => {
    const merchant = await bahi.aMerchant({ rupees: 10, accounts: ['0001'] });
    const payments = new PaymentsDriver(merchant);
    const { id } = await payments.aSuccess(12_001);
    const key = randomUUID();
    expect((await merchant.payOut(1, { key })).status).toBe(201);

    const holder = await bahi.sqlSession();
    await holder.query('SELECT pg_advisory_lock($1)', [LOCK]);
    const database = bahi.service.get(Database);
    const work = Array.from({ length: 4 }, () =>
      database.transaction((sql) => sql.query('SELECT pg_advisory_xact_lock($1)', [LOCK])),
    );
    await bahi.waitingFor('pg_advisory_xact_lock', { connections: 4 });
    try {
      const vpa = { account_holder_name: 'Asha Rao', vpa: 'asha@okaxis' };
      expect((await merchant.api.post('/bank-accounts', vpa)).status).toBe(201);
      expect((await payments.refund(id, 1_003)).status).toBe(201);
      const malformed = await merchant.api.post('/payouts', { amount_paise: 'much' }, { key });
      expect([malformed.status, malformed.body.code]).toEqual([409, 'answered_before']);
      expect((await bahi.asOperator().get('/acknowledgements')).status).toBe(200);
      // This key is not in the cache: it is looked up.
      const newcomer = new Client(bahi.service.url, 'bahi_merchant_unknown');
      expect((await newcomer.get('/me')).status).toBe(401);
    } finally {
      await holder.query('SELECT pg_advisory_unlock($1)', [LOCK]);
      await Promise.all(work);
    }
  });
});

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
    // Never reaches the provider.
    expect((await refund(1_003, randomUUID())).status).toBe(201);
    const key = randomUUID();
    const refused = await refund(1_001, key);
    expect([refused.status, refused.body]).toEqual([
      422,
      expect.objectContaining({ code: 'too_many_open_refunds', limit: 1 }),
    ]);
  });

  it('has its open refunds counted for new requests alone', async () => {
    const { id } = await new PaymentsDriver(acme).aSuccess(12_001);
    const known = randomUUID();
    expect((await acme.payOut(1, { key: known })).status).toBe(201);
    const counted = async (key: string): Promise<boolean> => {
      const command = {
        merchantId: acme.id,
        paymentId: id,
        actor: 'merchant:test',
        amountMinor: 1_003n,
        origin: { request_id: 'test' },
      };
      const request = { key, requestHash: new Uint8Array(32), keys: { windowHours: 24, fullAt: null } };
      const reply = (): Reply => ({ status: 201, contentType: 'application/json', body: '{}' });
      const refund = bahi.service.get(RefundPayment);
      const sent = await statementsOf(() =>
        refund.execute(command, { ...request, refusal: reply }, reply).catch((refusal: unknown) => {
          expect(refusal).toBeInstanceOf(IdempotencyKeyReused);
        }),
      );
      return sent.some((text) => text.includes('FROM refunds WHERE merchant_id = $1 AND next_attempt_at IS NOT NULL'));
    };
    expect(await counted(known)).toBe(false);
    expect(await counted(randomUUID())).toBe(true);
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
