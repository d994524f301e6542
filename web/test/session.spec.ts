import { randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bahi } from '../../test/support/bahi.js';
import type { Merchant } from '../../test/support/merchant.js';
import { PaymentsDriver } from '../../test/support/payments-driver.js';
import { until } from '../../test/support/wait-for.js';
import { dashboard } from './support/dashboard.js';
import type { Tab } from './support/tab.js';

const opened = dashboard({
  worker: true,
  environment: { WEBHOOK_ALLOW_LOOPBACK: '1', DATA_ENCRYPTION_KEY: randomBytes(32).toString('base64') },
});
let bahi: Bahi;
let acme: Merchant;
let tab: Tab;

beforeAll(() => {
  ({ bahi, tab } = opened);
});

beforeEach(async () => {
  acme = await bahi.aMerchant({ rupees: 10_000 });
});

const stored = (): Promise<string> => tab.page.evaluate('JSON.stringify({ ...localStorage, cookie: document.cookie })');

describe('a session', () => {
  it('opens with a valid key only, which is kept by the tab alone', async () => {
    await tab.open();
    const { page } = tab;
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Enter an API key.').waitFor();
    await page.getByLabel('API key').fill('bahi_merchant_wrong');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('This key is not valid.').waitFor();
    await tab.signIn(acme.apiKey);
    expect(await stored()).not.toContain(acme.apiKey);
    await page.reload();
    await tab.heading('Home').waitFor();
    const other = await tab.beside();
    await other.open();
    await other.heading('Sign in to Bahi').waitFor();
  });

  it('ends when its key is revoked', async () => {
    await tab.signIn(acme.apiKey);
    await tab.heading('Home').waitFor();
    await bahi.asOperator().delete(`/merchants/${acme.id}/api-keys/${acme.keyId}`);
    await tab.page.getByText('Your session has ended').waitFor();
    await tab.page.reload();
    await tab.heading('Sign in to Bahi').waitFor();
  });

  it('offers the documentation of the API where the service has it', async () => {
    const without = await bahi.serve({ environment: { DOCS: 'off' } });
    for (const [tab, links] of [
      [opened.tab, 1],
      [await opened.another({ url: without.url }), 0],
    ] as const) {
      await tab.signIn(acme.apiKey);
      await tab.heading('Home').waitFor();
      await tab.page.getByText('From the ledger as of').waitFor();
      await tab.page.getByRole('button', { name: 'Account and settings' }).click();
      await tab.page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
      expect(await tab.page.getByRole('menuitem', { name: 'API documentation' }).count()).toBe(links);
    }
  });

  it('ends by signing out, and leaves no key behind', async () => {
    await tab.signIn(acme.apiKey);
    await tab.page.getByRole('button', { name: 'Account and settings' }).click();
    await tab.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await tab.heading('Sign in to Bahi').waitFor();
    expect(await tab.page.evaluate('JSON.stringify({ ...sessionStorage })')).not.toContain(acme.apiKey);
  });
});

describe('what is on the screen', () => {
  it('changes in every open browser when something happens', async () => {
    const [one, two] = [tab, await opened.another()];
    for (const tab of [one, two]) {
      await tab.signIn(acme.apiKey);
      await tab.page.getByText('₹10,000.00').first().waitFor();
    }
    await acme.aPayout(250);
    for (const tab of [one, two]) await tab.page.getByText('₹9,750.00').first().waitFor();
  });

  it('is never of another merchant, nor is any answer that the browser gets', async () => {
    const other = await bahi.aMerchant({ rupees: 777, accounts: ['0003'] });
    const { id } = await other.aPayout(5);
    const payments = new PaymentsDriver(other);
    const { id: paymentId } = await payments.aSuccess(333_01);
    const { id: refundId } = await payments.aRefund(paymentId, 22_01);
    const answers: string[] = [];
    tab.page.on('response', (response) => {
      // The stream of events never ends.
      if (response.url().includes('/api/') && !response.url().endsWith('/stream'))
        void response.text().then(
          (text) => answers.push(text),
          () => undefined,
        );
    });
    await tab.signIn(acme.apiKey);
    await tab.page.getByText('₹10,000.00').first().waitFor();
    for (const path of [`/payouts/${id}`, `/payments/${paymentId}`, `/refunds/${refundId}`]) {
      await tab.open(path);
      await tab.page.getByText('Not found').first().waitFor();
    }
    const lists = ['/payouts', '/payments', '/refunds', '/ledger', '/bank-accounts', '/webhooks', '/attention', '/pay'];
    for (const path of lists) {
      await tab.open(path);
      await tab.heading(/./).waitFor();
      await until('it is read', () => tab.page.evaluate('document.querySelector(".animate-pulse") === null'));
    }
    expect(answers.length).toBeGreaterThan(lists.length);
    for (const answer of answers)
      for (const text of [other.id, '77700', '"last4":"0003"']) expect(answer).not.toContain(text);
  });

  it('has on the page of a payment and of a refund which endpoints were told of it', async () => {
    await acme.api.post('/webhook-endpoints', { url: `${bahi.service.url}/health` });
    const payments = new PaymentsDriver(acme);
    const { id } = await payments.aSuccess(1_000_01);
    const { id: refundId } = await payments.aRefund(id, 100_01);
    await tab.signIn(acme.apiKey, `/payments/${id}`);
    await tab.page.getByRole('link', { name: 'Payment succeeded' }).waitFor();
    await tab.open(`/refunds/${refundId}`);
    await tab.page.getByRole('link', { name: 'Refund succeeded' }).waitFor();
  });

  it('speaks Hindi when that is chosen, also after a reload', async () => {
    await tab.signIn(acme.apiKey);
    await tab.page.getByRole('button', { name: 'Account and settings' }).click();
    await tab.page.getByRole('menuitemradio', { name: 'हिन्दी' }).click();
    await tab.heading('होम').waitFor();
    await tab.page.reload();
    await tab.heading('होम').waitFor();
    expect(await tab.page.locator('html').getAttribute('lang')).toBe('hi');
  });

  it('is in English where the file with Hindi cannot be had, and not nothing', async () => {
    await tab.open('/health/live');
    await tab.page.evaluate(() => localStorage.setItem('bahi.language', 'hi'));
    await tab.page.route('**/assets/hi-*.js', (route) => route.abort());
    await tab.open();
    await tab.heading('Sign in to Bahi').waitFor();
  });

  it('says in Hindi why a payout failed, in its timeline too, and what to do next', async () => {
    const other = await bahi.aMerchant({ rupees: 100, accounts: ['0002'] });
    const { id } = await other.aPayout(3, { to: '0002' });
    await other.until(id, 'failed');
    await tab.open('/health/live');
    await tab.page.evaluate(() => localStorage.setItem('bahi.language', 'hi'));
    await tab.signIn(other.apiKey, `/payouts/${id}`);
    await tab.page.getByText('प्राप्तकर्ता का खाता बंद हो चुका है।').nth(1).waitFor();
    // The bank's answer to each call.
    await tab.page.getByText('अस्वीकृत (प्राप्तकर्ता का खाता बंद हो चुका है।)').first().waitFor();
    await tab.page.getByText('प्राप्तकर्ता से दूसरा बैंक खाता माँगें, और उसी पर भुगतान करें।').waitFor();
    expect(await tab.page.getByText('The beneficiary account is closed.').count()).toBe(0);
  });

  it('says in Hindi what an endpoint is told, with the type that a receiver gets beside it', async () => {
    await acme.api.post('/webhook-endpoints', { url: `${bahi.service.url}/health` });
    const { id } = await acme.aPayout(3);
    await acme.until(id, 'completed');
    await tab.open('/health/live');
    await tab.page.evaluate(() => localStorage.setItem('bahi.language', 'hi'));
    await tab.signIn(acme.apiKey, `/payouts/${id}`);
    await tab.page.getByRole('link', { name: 'पेआउट: पूरा हुआ' }).click();
    await tab.heading('पेआउट: पूरा हुआ की डिलीवरी').waitFor();
    await tab.page.getByText('payout.completed').waitFor();
    await tab.open('/webhooks');
    await tab.page.getByRole('link', { name: 'पेआउट: पूरा हुआ' }).waitFor();
  });
});
