import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import type { Client } from '../support/client.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

let bahi: Bahi;
let operator: Client;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
  operator = bahi.asOperator();
});

afterAll(() => bahi.close());

const GATEWAYS = ['bank-simulator', 'payment-simulator'];

async function pause(isPaused: boolean): Promise<void> {
  const change = { is_paused: isPaused, ...(isPaused ? { reason: 'test' } : {}) };
  for (const gateway of GATEWAYS) expect((await operator.patch(`/gateways/${gateway}`, change)).status).toBe(200);
}

const waiting = ({ id }: Merchant, table: string): Promise<number> =>
  bahi.count(`${table} WHERE merchant_id = $1 AND waiting_for = 'merchant_inactive'`, [id]);

describe('a wake', () => {
  it('reaches everything that waits, however many slices that takes', async () => {
    // More than one slice, plus the three hundred of a sweep that may run in between.
    const [payouts, atOnce] = [700, 25];
    const acme = await bahi.aMerchant({ rupees: payouts });
    await pause(true);
    let left = payouts;
    const ask = async (): Promise<void> => {
      while (left-- > 0) await acme.aPayout(1);
    };
    await Promise.all(Array.from({ length: atOnce }, ask));
    await operator.patch(`/merchants/${acme.id}`, { is_active: false });
    await pause(false);
    await until('all of them wait', async () => (await waiting(acme, 'payouts')) === payouts, 30_000, 100);

    await operator.patch(`/merchants/${acme.id}`, { is_active: true });

    const open = 'payouts WHERE merchant_id = $1 AND next_attempt_at IS NOT NULL';
    await until('all are paid', async () => (await bahi.count(open, [acme.id])) === 0, 40_000, 100);
  });

  it('that is lost costs a payout, a charge and a refund a minute', async () => {
    const acme = await bahi.aMerchant({ rupees: 100 });
    const payments = new PaymentsDriver(acme);
    const paid = await payments.aSuccess(10_001);
    await pause(true);
    const payout = await acme.aPayout(1);
    const charge = await payments.aPayment(10_001);
    const refund = await payments.aRefund(paid.id, 1_001);
    await operator.patch(`/merchants/${acme.id}`, { is_active: false });
    await pause(false);
    for (const table of ['payouts', 'payments', 'refunds'])
      await until(`one of ${table} waits`, async () => (await waiting(acme, table)) === 1);

    // Directly in the database, so that nothing wakes them.
    await bahi.psql.query('UPDATE merchants SET is_active = true WHERE id = $1', [acme.id]);

    await acme.until(payout.id, 'completed', 70_000);
    await payments.until(charge.id, 'succeeded');
    await payments.refundThat(refund, 'succeeded');
  });
});
