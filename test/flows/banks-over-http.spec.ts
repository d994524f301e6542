import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bahi } from '../support/bahi.js';
import type { Merchant } from '../support/merchant.js';
import { type CashfreeDouble, openCashfreeDouble } from '../support/cashfree-double.js';
import { openRazorpayXDouble, type RazorpayXDouble } from '../support/razorpayx-double.js';
import { openToyBankDouble, type ToyBankDouble } from '../support/toy-bank-double.js';
import { until } from '../support/wait-for.js';

const DELAYS = { slowAnswerMs: 500, settlementMs: 2_000, returnMs: 600_000 };

type Double = RazorpayXDouble | CashfreeDouble | ToyBankDouble;

/** A bank by its double, and what Bahi is told about it. */
const BANKS: Record<string, () => Promise<[Double, Record<string, string>]>> = {
  razorpayx: async () => {
    const double = await openRazorpayXDouble(DELAYS);
    const { url, keyId, keySecret, accountNumber, webhookSecret } = double.settings;
    const settings = { RAZORPAYX_URL: url, RAZORPAYX_KEY_ID: keyId, RAZORPAYX_KEY_SECRET: keySecret };
    return [double, { ...settings, RAZORPAYX_ACCOUNT_NUMBER: accountNumber, RAZORPAYX_WEBHOOK_SECRET: webhookSecret }];
  },
  cashfree: async () => {
    const double = await openCashfreeDouble(DELAYS);
    const { url, clientId, clientSecret } = double.settings;
    return [double, { CASHFREE_URL: url, CASHFREE_CLIENT_ID: clientId, CASHFREE_CLIENT_SECRET: clientSecret }];
  },
  'toy-bank': async () => {
    const double = await openToyBankDouble(DELAYS);
    const { url, key, callbackSecret } = double.settings;
    return [double, { TOY_BANK_URL: url, TOY_BANK_KEY: key, TOY_BANK_CALLBACK_SECRET: callbackSecret }];
  },
};

describe.each(Object.keys(BANKS))('a payout through %s', (name) => {
  let double: Double;
  let bahi: Bahi;
  let acme: Merchant;

  beforeAll(async () => {
    const [opened, settings] = await BANKS[name]!();
    double = opened;
    const environment = { GATEWAYS: name, PROCESSING_TIMEOUT_SECONDS: '3', ...settings };
    bahi = await Bahi.open({ worker: true, environment });
    acme = await bahi.aMerchant({ rupees: 1_000, accounts: [] });
  }, 60_000);

  afterAll(async () => {
    await bahi.close();
    await double.close();
  });

  async function post(reference: string, event: 'succeeded' | 'returned'): Promise<number> {
    const { headers, body } = double.callback(reference, event);
    const answer = await fetch(`${bahi.service.url}/api/v1/gateways/${name}/callbacks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(headers as Record<string, string>) },
      body: new Uint8Array(body),
    });
    return answer.status;
  }

  it('completes, fails, or ends by inquiry when the answer was lost or nonsense', async () => {
    const paid = await acme.aPayout(100, { to: '0001' });
    const refused = await acme.aPayout(100, { to: '0002' });
    const lost = await acme.aPayout(100, { to: '0004' });
    const nonsense = await acme.aPayout(100, { to: '0009' });
    const later = await acme.aPayout(100, { to: '0006' });
    for (const { id } of [paid, lost, nonsense, later]) {
      expect((await acme.until(id, 'completed')).utr).toMatch(/^[A-Z0-9]{10,35}$/);
      expect(double.timesPaid(id)).toBe(1);
    }
    const { failure } = await acme.until(refused.id, 'failed');
    expect(failure).toMatchObject({ code: 'bank_account_closed', source: 'beneficiary_bank', retryable: false });
    expect(await acme.balance()).toEqual({ available: 600, held: 0 });
  }, 60_000);

  it('is ended by a callback, and its money comes back by another', async () => {
    const { available } = await acme.balance();
    const { id } = await acme.aPayout(100, { to: '0007' });
    await until('the bank has it', () => double.timesPaid(id) === 1);
    expect(await post(id, 'succeeded')).toBe(200);
    await acme.until(id, 'completed');
    // The bank still says to an inquiry that it has paid: the money cannot be here yet.
    expect(await post(id, 'returned')).toBe(200);
    await until('it was looked at', async () => (await bahi.count(LOOKED_AT, [id])) === 1);
    expect((await acme.payout(id)).status).toBe('completed');
    double.returnNow(id);
    await acme.until(id, 'reversed');
    expect((await acme.balance()).available).toBe(available);
    expect(await bahi.findings()).toEqual([]);
  }, 60_000);
});

const LOOKED_AT = `gateway_callbacks WHERE reference = $1 AND ending ->> 'kind' = 'returned' AND tries > 0`;
