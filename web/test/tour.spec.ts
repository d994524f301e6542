import { beforeAll, describe, expect, it } from '@jest/globals';
import { seedWhereEmpty } from '../../src/main/demo/seed-demo.js';
import { configFrom } from '../../src/main/settings.js';
import { Client } from '../../test/support/client.js';
import { until } from '../../test/support/wait-for.js';
import { dashboard } from './support/dashboard.js';
import type { Tab } from './support/tab.js';

const opened = dashboard({ worker: true });
let tab: Tab;
let acme: Client;

beforeAll(async () => {
  const { bahi } = opened;
  ({ tab } = opened);
  const { appUrl, ownerUrl, adminUrl } = bahi.urls;
  const environment = { DATABASE_URL: appUrl, MIGRATION_DATABASE_URL: ownerUrl, ADMIN_DATABASE_URL: adminUrl };
  await seedWhereEmpty(configFrom(environment), () => undefined);
  acme = new Client(bahi.service.url, 'api-key-acme-agency');
  await until('the demo is there', async () => (await acme.get('/me')).status === 200);
}, 300_000);

/** Opens a page by the navigation on the left. */
async function goTo(name: string, heading = name): Promise<void> {
  await tab.page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
  await tab.heading(heading).waitFor();
}

async function signInAs(name: string): Promise<void> {
  await tab.open();
  await tab.page.getByRole('button', { name: `Sign in as ${name}` }).click();
  await tab.heading('Home').waitFor();
}

/** Presses a button on the page of payments or payouts. */
const press = (name: string): Promise<void> => tab.page.getByRole('main').getByRole('link', { name }).first().click();

it('signing in names the beginnings of keys, and a demo key, which begins otherwise', async () => {
  await tab.open();
  const { page } = tab;
  await page.getByText('Starts with bahi_merchant_ or bahi_operator_').waitFor();
  const hint = await page.getByText(/^Or is a demo key, such as /).textContent();
  const key = hint!.split(' ').at(-1)!;
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await tab.heading('Home').waitFor();
});

/** The README's steps with curl, done with nothing but clicks and typed text. */
describe('the five minutes of the README', () => {
  it('are the same on the dashboard: money comes, and a part of it goes out', async () => {
    const { page } = tab;
    await signInAs('Acme Agency');
    await page.getByText('Demo: no real money moves').waitFor();
    await page.getByText('₹10,000.00').first().waitFor();

    await goTo('Payments');
    await press('New payment');
    await page.getByLabel('Amount').fill('120.01');
    await page.getByLabel('Currency').selectOption('USD');
    await page.getByLabel('Purpose code').fill('P0802');
    await page.getByLabel('Reference').fill('INV-118');
    await page.getByRole('button', { name: 'Charge the payer' }).click();
    await page.getByText('Paid and credited to the balance.').waitFor();
    for (const amount of ['₹9,990.83', '₹199.82', '₹35.97', '₹9,755.04'])
      await page.getByText(amount).first().waitFor();

    await goTo('Pay');
    await tab.order('9,000');
    await tab.pay();
    await page.getByText('Paid by the bank.').waitFor();
    await page.getByRole('button', { name: 'Copy UTR' }).waitFor();

    await goTo('Ledger');
    const hold = page.getByRole('table').getByRole('row').filter({ hasText: 'Payout requested' });
    expect(await hold.getByText(/₹/).allInnerTexts()).toEqual(['−₹9,000.00', '₹10,755.04']);
    expect((await acme.get('/balance')).body).toMatchObject({ available_paise: 1_075_504, held_paise: 0 });
  });

  it('are so for an operator, who is not let fail what the bank has, and pauses it', async () => {
    const { page } = tab;
    const dialog = page.getByRole('dialog');
    await signInAs('Acme Agency');
    await goTo('Pay');
    await tab.order('50', { to: '0004' });
    await tab.pay();
    await tab.heading(/^Payout to/).waitFor();
    await page.getByRole('button', { name: 'Account and settings' }).click();
    await page.getByRole('menuitem', { name: 'Demo operator' }).click();
    await goTo('Payouts');
    await page.getByRole('table').getByRole('row').filter({ hasText: '₹50.00' }).getByRole('link').first().click();
    await page.getByRole('button', { name: 'Mark as failed' }).click();
    await dialog.getByLabel('Reason').fill('No answer from the bank');
    await dialog.getByRole('button', { name: 'Mark as failed' }).click();
    await dialog.getByText('The bank already has this transfer').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Paid by the bank.').waitFor();

    await goTo('Gateways');
    const bank = page
      .locator('section')
      .filter({ has: page.getByRole('heading', { name: 'bank-simulator' }) })
      .last();
    for (const [name, reason] of [
      ['Pause', 'Maintenance'],
      ['Resume', 'It is over'],
    ] as const) {
      await bank.getByRole('button', { name }).click();
      await dialog.getByLabel('Reason').fill(reason);
      await dialog.getByRole('button', { name }).click();
      await dialog.waitFor({ state: 'detached' });
    }
    await bank.getByRole('button', { name: 'Pause' }).waitFor();
  });
});

describe('the page of the ledger', () => {
  /** A4 without its margins. */
  const SHEET = { width: 718, height: 1_000 };

  it('is printed as a statement: whole, without what can only be clicked', async () => {
    await signInAs('Acme Agency');
    await goTo('Ledger');
    const { page } = tab;
    await page.getByRole('table').getByText('Payout settled').or(page.getByText('Payout requested')).first().waitFor();
    const before = page.viewportSize()!;
    await page.setViewportSize(SHEET);
    await page.emulateMedia({ media: 'print' });
    for (const role of ['navigation', 'banner', 'button'] as const)
      for (const part of await page.getByRole(role).all())
        expect([role, await part.innerText(), await part.isVisible()]).toEqual([role, expect.any(String), false]);
    await page.getByText('Closing balance').first().waitFor();
    // Paper has no menu and no tabs.
    for (const said of ['Acme Agency', 'Account: Available']) await page.getByRole('main').getByText(said).waitFor();
    const [hidden] = await page.evaluate<number[]>(
      `[...document.querySelectorAll('table')].map(({ parentElement: place }) => place.scrollHeight - place.clientHeight)`,
    );
    expect(hidden).toBe(0);
    await page.emulateMedia({ media: null });
    await page.setViewportSize(before);
  });
});

describe('text', () => {
  it('cannot become HTML, whatever a script tries, and a test would fail by it', async () => {
    await signInAs('Acme Agency');
    const tried = await tab.page.evaluate(() => {
      try {
        document.body.insertAdjacentHTML('beforeend', '<b id="made">made</b>');
        return 'allowed';
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect([tried, await tab.page.locator('#made').count()]).toEqual(['TypeError', 0]);
    expect(tab.takeComplaints()).toEqual(
      expect.arrayContaining([expect.stringContaining('policy: require-trusted-types-for')]),
    );
  });
});
