import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Bahi } from '../../test/support/bahi.js';
import { openBrowser } from '../../test/support/browser.js';
import type { Merchant } from '../../test/support/merchant.js';
import { PaymentsDriver } from '../../test/support/payments-driver.js';
import { openTab, type Tab } from './support/tab.js';

let browser: Browser;
let bahi: Bahi;
let payments: PaymentsDriver;
let acme: Merchant;
let tab: Tab;

beforeAll(async () => {
  browser = await openBrowser();
  bahi = await Bahi.open({ worker: true });
}, 300_000);

afterAll(async () => {
  await browser.close();
  await bahi.close();
});

beforeEach(async () => {
  acme = await bahi.aMerchant();
  payments = new PaymentsDriver(acme);
  tab = await openTab(browser, bahi.service.url);
});

afterEach(async () => {
  await tab.page.unrouteAll({ behavior: 'ignoreErrors' });
  expect(tab.complaints).toEqual([]);
  await tab.close();
});

describe('a refund on the dashboard', () => {
  it('whose answer is lost is locked in every tab, and made once however often it is sent', async () => {
    const { id } = await payments.aSuccess(4_80_000, { currency: 'INR' });
    await tab.signIn(acme.apiKey, `/payments/${id}`);
    await tab.page.route('**/refund', async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    });
    await refund(tab, '1,200');
    await tab.page.getByText('It is not known whether this was done.').waitFor();
    const second = await tab.beside();
    await second.signIn(acme.apiKey, `/payments/${id}`);
    await second.page.getByRole('main').getByRole('button', { name: 'Refund' }).click();
    const dialog = second.page.getByRole('dialog');
    await dialog.getByText('It is not known whether this was done.').waitFor();
    expect(await dialog.getByLabel('Amount in INR').inputValue()).toBe('1200.00');
    expect(await dialog.getByLabel('Amount in INR').isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await second.heading('Refund').waitFor();
    expect((await acme.api.get(`/payments/${id}/refunds`)).body.results).toHaveLength(1);
    expect(second.complaints).toEqual([]);
  });

  it('that is refused says so at its amount, with the id of the request', async () => {
    const { id } = await payments.aSuccess(4_80_000, { currency: 'INR' });
    await tab.signIn(acme.apiKey, `/payments/${id}`);
    await tab.page.getByRole('main').getByRole('button', { name: 'Refund' }).waitFor();
    // All of it goes back by another way, and this page does not hear of it.
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
