import { readFileSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bahi } from '../../test/support/bahi.js';
import type { Merchant } from '../../test/support/merchant.js';
import { until } from '../../test/support/wait-for.js';
import { dashboard } from './support/dashboard.js';
import type { Tab } from './support/tab.js';

const opened = dashboard({ worker: true });
let bahi: Bahi;
let acme: Merchant;
let tab: Tab;

beforeAll(() => {
  ({ bahi, tab } = opened);
});

beforeEach(async () => {
  acme = await bahi.aMerchant({ rupees: 10_000, accounts: ['0001', '0002', '0003'] });
});

const payouts = async (): Promise<unknown[]> => (await acme.api.get('/payouts?limit=100')).body.results as unknown[];

describe('the home page', () => {
  it('shows the same numbers as chart, as table and as CSV, by Indian days', async () => {
    await tab.signIn(acme.apiKey);
    const { page } = tab;
    await page.locator('figure svg').waitFor();
    await page.getByRole('button', { name: 'Table' }).click();
    const [newest] = await page.locator('tbody tr').first().allInnerTexts();
    expect(newest).toMatch(/₹10,000.00\s+₹0.00\s+₹10,000.00/);
    expect(await page.locator('tbody tr').count()).toBe(30);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    const lines = readFileSync(await (await downloading).path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    expect(lines).toHaveLength(31);
    const [names, today] = [lines[0]!.replace('\ufeff', ''), lines.at(-1)!].map((line) => line.split(','));
    const inToday = (name: string): string => today![names!.indexOf(name)]!;
    expect([inToday('in_inr'), inToday('out_inr'), inToday('closing_balance_inr')]).toEqual([
      '10000.00',
      '0.00',
      '10000.00',
    ]);
  });
});

describe('a merchant who pays', () => {
  it('sees the balance, the payout before it is made, and its end without asking', async () => {
    await tab.signIn(acme.apiKey);
    const { page } = tab;
    await page.getByText('₹10,000.00').first().waitFor();
    await page.getByText('From the ledger as of').waitFor();
    await page.getByRole('link', { name: 'Pay', exact: true }).first().click();
    await tab.order('1,234.5', { reference: 'INV-7', narration: 'Rent' });
    await page.getByText('₹1,234.50 goes to Asha Rao, ending in 0001').waitFor();
    await page.getByText('₹8,765.50').waitFor();
    await tab.pay();
    await tab.heading('Payout to Asha Rao').waitFor();
    await page.getByText('Paid by the bank.').waitFor();
    await page.getByRole('link', { name: 'Home' }).click();
    await page.getByText('₹8,765.50').first().waitFor();
    await page.getByText('Payout requested').first().waitFor();
    expect(await payouts()).toMatchObject([
      { amount_paise: 123_450, reference_id: 'INV-7', narration: 'Rent', status: 'completed' },
    ]);
  });

  it('needs a few seconds from the key to the completed payout', async () => {
    const { page } = tab;
    const seconds: number[] = [];
    for (let time = 0; time < 3; time += 1) {
      await tab.forget();
      await tab.open();
      const began = performance.now();
      await page.locator('form input').fill(acme.apiKey);
      await page.locator('form button[type=submit]').click();
      await page.getByRole('link', { name: 'Pay', exact: true }).first().click();
      await tab.order('1,234.5');
      await tab.pay();
      await page.getByText('Paid by the bank.').waitFor();
      seconds.push((performance.now() - began) / 1_000);
    }
    const shown = seconds.map((each) => each.toFixed(1)).join(', ');
    process.stdout.write(`From the key to the completed payout on screen: ${shown} s\n`);
    expect(await payouts()).toHaveLength(3);
  });

  it('does all of it on a phone', async () => {
    const phone = await opened.another({ viewport: { width: 360, height: 780 }, hasTouch: true });
    const { page } = phone;
    const fits = async (): Promise<void> => {
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    };
    await phone.signIn(acme.apiKey);
    await page.getByText('₹10,000.00').first().waitFor();
    await fits();
    await page.getByRole('button', { name: 'Open navigation' }).tap();
    await page.getByRole('dialog').getByRole('link', { name: 'Pay', exact: true }).tap();
    await phone.order('4,321');
    await page.getByText('₹4,321.00 goes to Asha Rao').waitFor();
    await fits();
    await page.getByRole('button', { name: /^Pay ₹/ }).tap();
    await page.getByText('Paid by the bank.').waitFor();
    await fits();
    await page.getByRole('button', { name: 'Open navigation' }).tap();
    await page.getByRole('dialog').getByRole('link', { name: 'Payouts' }).tap();
    await phone.heading('Payouts').waitFor();
    await page.getByText('₹4,321.00').waitFor();
    await fits();
    expect(await payouts()).toMatchObject([{ amount_paise: 432_100, status: 'completed' }]);
  });

  it('sees a payout fail, and the amount come back', async () => {
    await tab.signIn(acme.apiKey, '/pay');
    await tab.order('500', { to: '0002' });
    await tab.pay();
    await tab.page.getByText('Not paid. The amount is available again.').waitFor();
    await tab.page.getByText('Ask the recipient for another bank account, and pay to that one.').waitFor();
    await tab.page.getByRole('link', { name: 'Home' }).click();
    await tab.page.getByRole('link', { name: 'Payout not made' }).waitFor();
    await until('the hold is back', async () => (await acme.api.get('/me')).body.available_paise === 1_000_000);
    await tab.page.getByText('₹10,000.00').first().waitFor();
  });

  it('pays once, however often the button is pressed', async () => {
    await tab.signIn(acme.apiKey, '/pay');
    await tab.order('100');
    const button = tab.page.getByRole('button', { name: /^Pay ₹/ });
    await button.evaluate((element: HTMLElement) => {
      for (let i = 0; i < 5; i++) element.click();
    });
    await tab.heading('Payout to Asha Rao').waitFor();
    expect(await payouts()).toHaveLength(1);
  });

  it('pays once when the answer is lost, and learns of it by asking again', async () => {
    await tab.signIn(acme.apiKey, '/pay');
    await tab.order('100');
    await tab.page.route('**/api/v1/payouts', async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    });
    await tab.pay();
    await tab.page.getByText('so this payout may have been made').waitFor();
    await tab.page.unroute('**/api/v1/payouts');
    await tab.page.reload();
    await tab.page.getByRole('button', { name: 'Ask again' }).click();
    await tab.page.getByText('You sent this payout before.').waitFor();
    expect(await payouts()).toHaveLength(1);
  });

  it('pays once when the request was lost before it arrived', async () => {
    await tab.signIn(acme.apiKey, '/pay');
    await tab.order('100');
    await tab.page.route('**/api/v1/payouts', (route) => route.abort('connectionrefused'));
    await tab.pay();
    await tab.page.getByText('so this payout may have been made').waitFor();
    expect(await tab.page.getByRole('button', { name: 'Change' }).count()).toBe(0);
    await tab.page.unroute('**/api/v1/payouts');
    await tab.page.getByRole('button', { name: 'Ask again' }).click();
    await tab.heading('Payout to Asha Rao').waitFor();
    expect(await payouts()).toHaveLength(1);
  });

  it('sees each refusal at its field, and an amount changed is another payout', async () => {
    await tab.signIn(acme.apiKey, '/pay');
    await tab.page.getByRole('button', { name: 'Review' }).click();
    await tab.page.getByText('Choose an account to pay.').waitFor();
    await tab.page.getByText('Enter an amount.').waitFor();
    await tab.order('20,000');
    await tab.page.getByRole('note').getByText('more than the available balance').waitFor();
    await tab.pay();
    await tab.page.getByRole('alert').getByText('Not enough available balance').waitFor();
    expect(await tab.page.getByLabel('Amount in rupees').getAttribute('aria-invalid')).toBe('true');
    await tab.page.getByText('Request ID').waitFor();
    await tab.page.getByLabel('Amount in rupees').fill('200');
    await tab.page.getByRole('button', { name: 'Review' }).click();
    await tab.pay();
    await tab.heading('Payout to Asha Rao').waitFor();
    expect(await payouts()).toMatchObject([{ amount_paise: 20_000 }]);
  });

  it('registers an account on the way, and learns what is wrong with it at its field', async () => {
    await tab.signIn(acme.apiKey, '/pay');
    const { page } = tab;
    await page.getByRole('button', { name: 'Register a bank account' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Account holder').fill('Ravi <script>alert(1)</script> رافي');
    await dialog.getByLabel('Account number').fill('12');
    await dialog.getByLabel('IFSC').fill('hdfc0000001');
    await dialog.getByRole('button', { name: 'Register a bank account' }).click();
    await dialog.getByText('Enter 5 to 35 digits').waitFor();
    await dialog.getByLabel('Account number').fill('509900110001');
    await dialog.getByRole('button', { name: 'Register a bank account' }).click();
    await page.getByText('Ravi <script>alert(1)</script> رافي').waitFor();
    await page.getByText('Ending in 0001 · HDFC0000001').waitFor();
  });
});
