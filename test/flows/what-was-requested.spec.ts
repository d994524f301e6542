import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver, ProviderBooks } from '../support/payments-driver.js';
import { until } from '../support/wait-for.js';

/** No worker: what is requested stays as it is until a test starts one. */
let bahi: Bahi;
let merchant: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open();
  merchant = await bahi.aMerchant({ rupees: 1_000, accounts: ['0001'] });
}, 60_000);

afterAll(() => bahi.close());

const ANOTHER_ACCOUNT = '50100099990001';

/** Until a worker has seen it, and has sent all that was to be sent. */
async function isHeldBack(id: string): Promise<void> {
  await merchant.payoutThat('needs attention', id, ({ needs_attention }) => needs_attention);
  expect(await merchant.payout(id)).toMatchObject({ status: 'pending', attempts: 0, utr: null });
  const [last] = (await merchant.timeline(id)).slice(-1);
  expect(last).toMatchObject({ type: 'payout.needs_attention', actor: 'system' });
  expect(last!.reason).toContain('not what was requested');
}

describe('before a payout goes to the bank', () => {
  it('is compared with what was requested: its recipient, its amount, and that anybody did', async () => {
    const [elsewhere, more, good] = [
      await merchant.aPayout(10),
      await merchant.aPayout(20),
      await merchant.aPayout(30),
    ];
    const invented = randomUUID();
    await bahi.psql.tamper(
      ['UPDATE payouts SET recipient_account_number = $2 WHERE id = $1', [elsewhere.id, ANOTHER_ACCOUNT]],
      ['UPDATE payouts SET amount_paise = amount_paise * 2 WHERE id = $1', [more.id]],
      ['CREATE TEMP TABLE copied AS SELECT * FROM payouts WHERE id = $1', [good.id]],
      [
        'UPDATE copied SET id = $1, recipient_account_number = $2, next_attempt_at = now()',
        [invented, ANOTHER_ACCOUNT],
      ],
      ['INSERT INTO payouts SELECT * FROM copied'],
    );
    const worker = await bahi.serve({ worker: true });
    // The one that is as it was requested shows that the worker is at work.
    await merchant.until(good.id, 'completed');
    for (const { id } of [elsewhere, more]) await isHeldBack(id);
    await until('the invented one was looked at', async () => {
      return (await bahi.count('payouts WHERE id = $1 AND needs_attention', [invented])) === 1;
    });
    for (const id of [elsewhere.id, more.id, invented]) expect(await bahi.bank.submissions(id)).toBe(0);
    expect(await merchant.balance()).toEqual({ available: 940, held: 30 });

    // Put right, it goes.
    await bahi.psql.tamper([
      `UPDATE payouts SET recipient_account_number = $2, next_attempt_at = now() WHERE id = $1`,
      [elsewhere.id, '50100012340001'],
    ]);
    await merchant.until(elsewhere.id, 'completed');
    await worker.stop();
  }, 60_000);
});

describe('before a refund goes to the provider', () => {
  it('is compared with what was requested', async () => {
    const worker = await bahi.serve({ worker: true });
    const payments = new PaymentsDriver(merchant);
    const payment = await payments.aSuccess(10_001, { currency: 'INR' });
    await worker.stop();
    const [more, good] = [await payments.aRefund(payment.id, 1_000), await payments.aRefund(payment.id, 2_000)];
    await bahi.psql.tamper(['UPDATE refunds SET amount_minor = amount_minor * 2 WHERE id = $1', [more.id]]);
    const again = await bahi.serve({ worker: true });
    await payments.refundThat(good, 'succeeded');
    await until('the other one was looked at', async () => {
      return (await bahi.count('refunds WHERE id = $1 AND needs_attention', [more.id])) === 1;
    });
    expect(await new ProviderBooks(bahi.psql).submissions(more.id)).toBe(0);
    await again.stop();
  }, 60_000);
});
