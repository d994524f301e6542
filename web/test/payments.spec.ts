import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bahi } from '../../test/support/bahi.js';
import type { Merchant } from '../../test/support/merchant.js';
import { PaymentsDriver } from '../../test/support/payments-driver.js';
import { dashboard } from './support/dashboard.js';
import { laterBy, type Tab } from './support/tab.js';

const opened = dashboard({ worker: true });
let bahi: Bahi;
let payments: PaymentsDriver;
let acme: Merchant;
let tab: Tab;

beforeAll(() => {
  ({ bahi, tab } = opened);
});

beforeEach(async () => {
  acme = await bahi.aMerchant();
  payments = new PaymentsDriver(acme);
});

describe('a merchant who is paid', () => {
  it('charges a payer, sees the money arrive, and gives a part of it back', async () => {
    await tab.signIn(acme.apiKey, '/payments/new');
    const { page } = tab;
    await page.getByRole('button', { name: 'Charge the payer' }).click();
    await page.getByText('Enter an amount such as 120.01').waitFor();
    await page.getByLabel('Currency').selectOption('INR');
    await page.getByLabel('Amount').fill('1,00,000.01');
    await page.getByLabel('Payer (optional)', { exact: true }).fill('Zoya Khan');
    await page.getByRole('button', { name: 'Charge the payer' }).click();
    await tab.heading('Payment from Zoya Khan').waitFor();
    await page.getByText('Paid and credited to the balance.').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Refund' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('Amount in INR').inputValue()).toBe('1,00,000.01');
    await dialog.getByLabel('Amount in INR').fill('1,00,000.02');
    await dialog.getByRole('button', { name: 'Refund' }).click();
    await dialog.getByText('This is more than is left to refund.').waitFor();
    await refund(tab, '400.01');
    await page.getByText('Refunded to the payer.').waitFor();
    const [payment] = (await acme.api.get('/payments')).body.results as unknown[];
    expect(payment).toMatchObject({
      status: 'partially_refunded',
      refunded_amount: 40_001,
      refundable_amount: 99_60_000,
    });
    expect((await acme.api.get('/refunds')).body.results).toMatchObject([{ status: 'succeeded', amount: 40_001 }]);
  });
});

describe('a payment whose answer comes late', () => {
  it('does not call away who has gone to another page meanwhile', async () => {
    await tab.signIn(acme.apiKey, '/payments/new');
    const { page } = tab;
    let answer: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => {
      const answered = new Promise<void>((ready) => (answer = ready));
      void page.route('**/api/v1/payments', async (route) => {
        resolve();
        await answered;
        await route.continue();
      });
    });
    await page.getByLabel('Amount').fill('1,000.01');
    await page.getByLabel('Currency').selectOption('INR');
    await page.getByRole('button', { name: 'Charge the payer' }).click();
    await isAsked;
    await page.getByRole('link', { name: 'Home' }).click();
    await tab.heading('Home').waitFor();
    answer();
    await page.getByText('Payment received').waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
  });

  it('or never, is seen in the fields before it is sent again, after a reload too', async () => {
    await tab.signIn(acme.apiKey, '/payments/new');
    const { page } = tab;
    await page.route('**/api/v1/payments', (route) => route.abort('connectionreset'));
    await page.getByLabel('Amount').fill('1,000.01');
    await page.getByLabel('Purpose code').fill('P0802');
    await page.getByLabel('Payer (optional)', { exact: true }).fill('Zoya Khan');
    await page.getByRole('button', { name: 'Charge the payer' }).click();
    await page.getByText('We do not know yet whether this succeeded.').waitFor();
    await page.reload();
    await page.getByText('We do not know yet whether this succeeded.').waitFor();
    const values = ['Amount', 'Purpose code', 'Payer (optional)'].map((label) =>
      page.getByLabel(label, { exact: true }).inputValue(),
    );
    expect(await Promise.all(values)).toEqual(['1,000.01', 'P0802', 'Zoya Khan']);
    await page.unroute('**/api/v1/payments');
    await page.getByRole('button', { name: 'Try again' }).click();
    await tab.heading('Payment from Zoya Khan').waitFor();
  });
});

/** Makes a refund and breaks the connection before the page gets the answer. @returns the payment's id */
async function aRefundWithoutAnswer(): Promise<string> {
  const { id } = await payments.aSuccess(4_80_000, { currency: 'INR' });
  await tab.signIn(acme.apiKey, `/payments/${id}`);
  await tab.page.route('**/refund', async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  });
  await refund(tab, '1,200');
  await tab.page.getByText('We do not know yet whether this succeeded.').waitFor();
  return id;
}

describe('a refund on the dashboard', () => {
  it('whose answer is lost is locked in every tab, and made once however often it is sent', async () => {
    const id = await aRefundWithoutAnswer();
    const second = await tab.beside();
    await second.signIn(acme.apiKey, `/payments/${id}`);
    await second.page.getByRole('main').getByRole('button', { name: 'Refund' }).click();
    const dialog = second.page.getByRole('dialog');
    await dialog.getByText('We do not know yet whether this succeeded.').waitFor();
    expect(await dialog.getByLabel('Amount in INR').inputValue()).toBe('1,200.00');
    expect(await dialog.getByLabel('Amount in INR').isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await second.heading('Refund').waitFor();
    expect((await acme.api.get(`/payments/${id}/refunds`)).body.results).toHaveLength(1);
  });

  it('is looked up by its key when the service may have forgotten that, whatever was refunded alike meanwhile', async () => {
    const id = await aRefundWithoutAnswer();
    const [made] = (await acme.api.get('/refunds')).body.results as { id: string }[];
    await payments.aRefund(id, 1_20_000);
    await laterBy(tab.page, 23);
    await tab.page.getByRole('dialog').getByRole('button', { name: 'Try again' }).click();
    await tab.heading('Refund').waitFor();
    expect(tab.page.url()).toContain(made!.id);
    expect((await acme.api.get(`/payments/${id}/refunds`)).body.results).toHaveLength(2);
  });

  it('keeps the amount that is typed when somebody else gives a part back meanwhile', async () => {
    const { id } = await payments.aSuccess(4_80_000, { currency: 'INR' });
    await tab.signIn(acme.apiKey, `/payments/${id}`);
    await tab.page.getByRole('main').getByRole('button', { name: 'Refund' }).click();
    const dialog = tab.page.getByRole('dialog');
    await dialog.getByLabel('Amount in INR').fill('10');
    await payments.aRefund(id, 1_20_000);
    await dialog.getByText('₹3,600.00').waitFor();
    expect(await dialog.getByLabel('Amount in INR').inputValue()).toBe('10');
  });

  it('that is refused says so at its amount, with the id of the request', async () => {
    const { id } = await payments.aSuccess(4_80_000, { currency: 'INR' });
    await tab.signIn(acme.apiKey, `/payments/${id}`);
    await tab.page.getByRole('main').getByRole('button', { name: 'Refund' }).waitFor();
    // Somebody else refunds all of it, and this page does not learn of that.
    await tab.page.route(`**/payments/${id}`, (route) => route.abort());
    await payments.refund(id, 4_80_000);
    await refund(tab, '4,800');
    const dialog = tab.page.getByRole('dialog');
    await dialog.getByText('Request ID').waitFor();
    expect(await dialog.getByLabel('Amount in INR').getAttribute('aria-invalid')).toBe('true');
  });
});

async function refund({ page }: Tab, rupees: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  if ((await dialog.count()) === 0) await page.getByRole('main').getByRole('button', { name: 'Refund' }).click();
  await dialog.getByLabel('Amount in INR').fill(rupees);
  await dialog.getByRole('button', { name: 'Refund' }).click();
}
