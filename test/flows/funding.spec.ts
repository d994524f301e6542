import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fund } from '../../src/main/commands/fund.js';
import { RESERVED_PAISE } from '../../src/modules/ledger/domain/amount-too-large.js';
import { configFrom } from '../../src/main/settings.js';
import { StartupError } from '../../src/platform/config/config.public.js';
import { MAX_PAISE } from '../../src/shared/money.js';
import { Bahi } from '../support/bahi.js';
import { documentedFetch } from '../support/documented-fetch.js';
import type { Merchant } from '../support/merchant.js';
import { PaymentsDriver } from '../support/payments-driver.js';

/** The most that can be put into a book by hand. */
const MAX_RUPEES = Number((MAX_PAISE - RESERVED_PAISE) / 100n);

let bahi: Bahi;
let poor: Merchant;
let full: Merchant;

beforeAll(async () => {
  bahi = await Bahi.open({ worker: true });
  full = await bahi.aMerchant({ rupees: MAX_RUPEES });
  poor = await bahi.aMerchant({ rupees: 1 });
});

afterAll(() => bahi.close());

/** Runs `bahi fund` in this process. @returns its exit code and its lines */
async function runFund(
  paise: bigint,
  merchantId: string | null = null,
  key: string | null = null,
): Promise<{ code: number; lines: string[] }> {
  const { appUrl, ownerUrl, adminUrl } = bahi.urls;
  const environment = { DATABASE_URL: appUrl, MIGRATION_DATABASE_URL: ownerUrl, ADMIN_DATABASE_URL: adminUrl };
  const lines: string[] = [];
  const given = { merchantId, amountPaise: paise, reason: 'test', key };
  const code = await fund(configFrom({ ...environment, LOG_LEVEL: 'fatal' }), given, (line) => lines.push(line));
  return { code, lines };
}

const availableOf = async ({ api }: Merchant): Promise<number> =>
  (await api.get('/balance')).body.available_paise as number;

describe('the funding of books by the command line', () => {
  it('is refused in one line where the book could not hold it, and writes nothing', async () => {
    const before = await bahi.count('ledger_transactions');
    const funded = runFund(100n, full.id);
    await expect(funded).rejects.toBeInstanceOf(StartupError);
    await expect(funded).rejects.toThrow(
      'What the merchant has received in all would exceed ₹8,00,71,99,25,47,409.91: of ₹9,00,71,99,25,47,409.91, the largest ' +
        'balance, ₹1,00,00,00,00,00,000.00 are reserved for payments that are in progress.',
    );
    expect(await bahi.count('ledger_transactions')).toBe(before);
  });

  it('funds the others where one book refuses, says which, and how to go on', async () => {
    const key = randomUUID();
    const { code, lines } = await runFund(-200n, null, key);
    expect(code).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(`^${full.id} funded with −₹2\\.00; available: ₹`),
      `${poor.id} NOT funded: The available balance does not cover the amount.`,
      `1 of 2 books were not funded. Repeat the command with --key ${key} to fund only these.`,
    ]);
    await bahi.fund(poor, 1);
    const again = await runFund(-200n, null, key);
    expect(again.code).toBe(0);
    expect(again.lines[0]).toContain(`${full.id} was funded with this key before`);
    expect(await availableOf(poor)).toBe(0);
    // The key would be refused for ever.
    await expect(runFund(-300n, null, key)).rejects.toThrow(
      `The key ${key} already funded merchant ${full.id} with −₹2.00, so it cannot fund it with −₹3.00. ` +
        'Repeat the command with the earlier amount, or with another key.',
    );
  });
});

describe('a book that is nearly full', () => {
  it('takes no payment whose credit it might not hold', async () => {
    const payment = { amount: 50_001, currency: 'INR' };
    const before = await bahi.count('payments');
    const refused = await full.api.post('/payments', payment, { key: randomUUID() });
    expect(refused).toMatchObject({
      status: 422,
      body: {
        code: 'amount_too_large',
        max_amount_paise: Number(MAX_PAISE),
        detail: expect.stringMatching(/ ₹8,00,.* are reserved for payments that are in progress\.$/),
      },
    });
    expect(await bahi.count('payments')).toBe(before);
    expect((await poor.api.post('/payments', payment, { key: randomUUID() })).status).toBe(201);
  });

  it('says that the sums of its days are too large to be shown, and writes them into the file', async () => {
    await runFund(-BigInt(await availableOf(full)), full.id);
    await bahi.fund(full, MAX_RUPEES);
    const daily = await full.api.get('/balance/daily');
    expect(daily).toMatchObject({ status: 422, body: { code: 'amount_too_large' } });
    const headers = { authorization: `Api-Key ${full.apiKey}` };
    const file = await documentedFetch(`${bahi.service.url}/api/v1/exports/daily`, { headers });
    expect(await file.text()).toContain(`,${2 * MAX_RUPEES}.00,`);
  });

  it('keeps room for a payment that is at its provider, however it is funded meanwhile', async () => {
    const merchant = await bahi.aMerchant();
    const payments = new PaymentsDriver(merchant);
    const { id } = await payments.aPayment(50_006, { currency: 'INR' });
    await payments.paymentThat('is at the provider', id, ({ attempts }) => attempts === 1);
    await expect(runFund(MAX_PAISE, merchant.id)).rejects.toBeInstanceOf(StartupError);
    await bahi.fund(merchant, MAX_RUPEES);
    await payments.until(id, 'succeeded');
  });
});
