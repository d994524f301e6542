import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { SettlePayout } from '../../src/modules/payouts/application/settle-payout.js';
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

beforeAll(async () => {
  ({ bahi, tab } = opened);
  acme = await bahi.aMerchant({ rupees: 1_000 });
});

/** Markup that would run if text became HTML, in right-to-left script, and a word without a place to break. */
const SHORT = `<script>hit=1</script>شركة"'&`;
const LONG = `<img src=x onerror="hit=1">${SHORT} ${'W'.repeat(50)}`;

/** Checks that no text on the open page has become an element, and that the page is no wider than its window. */
async function isText(): Promise<void> {
  const { page } = tab;
  await until('it is read', () => page.evaluate('document.querySelector(".animate-pulse") === null'));
  const elements = await page.evaluate<string[]>(
    `[...document.querySelectorAll('img[onerror], #content script, dialog script')].map((element) => element.outerHTML)`,
  );
  expect([elements, await page.evaluate('window.hit === undefined')]).toEqual([[], true]);
  const sideways = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  expect([page.url(), page.viewportSize()?.width, sideways]).toEqual([page.url(), page.viewportSize()?.width, 0]);
}

/** Types into every text field of a page or dialog and submits it; the refusals must be text, too. */
async function isTextEverywhere(where: Locator, send: string): Promise<void> {
  const fields = where.locator('input:not([type=checkbox], [type=radio], [type=date]), textarea');
  await fields.first().waitFor();
  for (const field of await fields.all()) await field.fill(SHORT);
  await where.getByRole('button', { name: send, exact: true }).click();
  await isText();
}

/** Checks the pages at these paths, in a window and on a phone. */
async function areText(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await tab.open(path);
    await tab.heading(/./).waitFor();
    for (const width of [360, 700, 1100, 1280]) {
      await tab.page.setViewportSize({ width, height: 800 });
      await isText();
    }
  }
}

describe('text that looks like code, is written from the right, and has no place to break', () => {
  it('stays text wherever a merchant types it', async () => {
    await tab.signIn(acme.apiKey, '/pay');
    const { page } = tab;
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Register a bank account' }).click();
    await dialog.getByLabel('Account holder').fill(LONG);
    await dialog.getByLabel('Account number').fill('509900110001');
    await dialog.getByLabel('IFSC').fill('HDFC0000001');
    await dialog.getByRole('button', { name: 'Register a bank account' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText(LONG).first().waitFor();
    await page.getByLabel('Amount in rupees').fill('12');
    await page.getByLabel('Reference').fill(SHORT);
    await page.getByLabel('Narration').fill(SHORT);
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByText('Letters, digits and spaces, at most 30.').waitFor();
    await page.getByLabel('Narration').fill('');
    await page.getByRole('button', { name: 'Review' }).click();
    await tab.pay();
    await tab.heading(`Payout to ${LONG}`).waitFor();
    const payoutPath = new URL(page.url()).pathname;

    await tab.open('/payments/new');
    await page.getByLabel('Amount').fill('100.01');
    await page.getByLabel('Purpose code').fill('P0802');
    for (const name of ['Payer', 'Description']) await page.getByLabel(name).fill(LONG);
    await page.getByLabel('Reference').fill(SHORT);
    await page.getByRole('button', { name: 'Charge the payer' }).click();
    await tab.heading(`Payment from ${LONG}`).waitFor();
    const paymentPath = new URL(page.url()).pathname;
    await new PaymentsDriver(acme).until(paymentPath.split('/').at(-1)!, 'succeeded');

    await tab.open('/webhooks');
    await page.getByRole('button', { name: 'Add endpoint' }).click();
    await dialog.getByLabel('Address').fill(`${bahi.service.url}/health?${'w'.repeat(80)}`);
    await dialog.getByLabel('Description').fill(LONG);
    await dialog.locator('button[type=submit]').click();
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText(LONG).first().waitFor();

    const filters = `/payouts?reference_id=${encodeURIComponent(SHORT)}`;
    await areText(
      payoutPath,
      paymentPath,
      '/',
      '/pay',
      filters,
      '/payments',
      '/ledger',
      `/bank-accounts?search=${encodeURIComponent('رافي')}`,
      '/bank-accounts',
      '/webhooks',
    );
  });

  it('stays text wherever an operator types it', async () => {
    await tab.signIn(bahi.operatorKey, '/merchants');
    const { page } = tab;
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Add merchant' }).click();
    await dialog.getByLabel('Name').fill(LONG);
    await dialog.getByLabel('E-mail').fill('long@acme.example');
    await dialog.getByRole('button', { name: 'Add merchant' }).click();
    await tab.heading(LONG).waitFor();
    await page.getByRole('button', { name: 'Issue a key' }).click();
    await dialog.getByLabel('Purpose').fill(LONG);
    await dialog.getByRole('button', { name: 'Issue a key' }).click();
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText(LONG).nth(1).waitFor();
    const path = new URL(page.url()).pathname;
    await areText(path, '/merchants', `/merchants?search=${encodeURIComponent(SHORT)}`, '/payouts', '/payments', '/');
  });

  it('stays text in every field that is refused', async () => {
    const { page } = tab;
    const main = page.getByRole('main');
    const dialog = page.getByRole('dialog');
    await page.setViewportSize({ width: 360, height: 800 });
    await tab.open();
    await isTextEverywhere(page.locator('form'), 'Sign in');
    await tab.signIn(acme.apiKey, '/pay');
    await isTextEverywhere(main, 'Review');
    await page.getByRole('button', { name: 'Register a bank account' }).click();
    await isTextEverywhere(dialog, 'Register a bank account');
    await tab.open('/payments/new');
    await isTextEverywhere(main, 'Charge the payer');
    const paid = await new PaymentsDriver(acme).aSuccess(10_000);
    await tab.open(`/payments/${paid.id}`);
    await page.getByRole('button', { name: 'Refund', exact: true }).click();
    await isTextEverywhere(dialog, 'Refund');
    await tab.open('/webhooks');
    await page.getByRole('button', { name: 'Add endpoint' }).click();
    await isTextEverywhere(dialog, 'Save');
    // As a link from somebody else may contain it.
    const all = [
      'status',
      'waiting_for',
      'reference_id',
      'utr',
      'bank_account_id',
      'created_from',
      'amount_from',
      'cursor',
    ];
    const address = all.map((name) => `${name}=${encodeURIComponent(LONG)}`).join('&');
    for (const path of ['/payouts', '/payments', '/refunds', '/ledger', '/bank-accounts', '/webhooks', '/attention']) {
      await tab.open(`${path}?${address}&search=${encodeURIComponent(LONG)}&account=${encodeURIComponent(LONG)}`);
      await tab.heading(/./).waitFor();
      await isText();
    }
  });

  it('stays text in every field that an operator decides by', async () => {
    const { page } = tab;
    const main = page.getByRole('main');
    const dialog = page.getByRole('dialog');
    const { id } = await acme.aPayout(11, { to: '0002' });
    await acme.until(id, 'failed');
    const call = { kind: 'inquiry', gateway: 'bank-simulator', attempt: 1, askedAtMs: performance.now() } as const;
    await bahi.service.get(SettlePayout).execute(acme.id, id, call, { kind: 'succeeded', utr: '632812345678' });
    await bahi.command('verify');
    const { id: open } = await acme.aPayout(12, { to: '0003' });
    await acme.until(open, 'processing');
    await page.setViewportSize({ width: 360, height: 800 });
    await tab.signIn(bahi.operatorKey, '/merchants');
    await page.getByRole('button', { name: 'Add merchant' }).click();
    await isTextEverywhere(dialog, 'Add merchant');
    await tab.open('/routing');
    await page.getByRole('button', { name: 'Add a rule' }).click();
    await isTextEverywhere(main, 'Save rule');
    await tab.open(`/payouts/${open}`);
    await page.getByRole('button', { name: 'Mark as completed' }).click();
    await isTextEverywhere(dialog, 'Mark as completed');
    await dialog.getByLabel('UTR').fill('HOSTILE1');
    await dialog.getByLabel('Reason').fill(LONG);
    await dialog.getByRole('button', { name: 'Mark as completed' }).click();
    await page.getByText(LONG).first().waitFor();
    await tab.open('/verification');
    await page.getByRole('button', { name: 'Acknowledge', exact: true }).first().click();
    await dialog.getByLabel('Reason').fill(LONG);
    await dialog.getByRole('button', { name: 'Acknowledge' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Acknowledged', exact: true }).click();
    await page.getByText(LONG).first().waitFor();
    await isText();
    await areText(`/payouts/${open}`, '/attention', '/gateways', '/routing');
  });
});
