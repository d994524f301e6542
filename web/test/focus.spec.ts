import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Bahi } from '../../test/support/bahi.js';
import type { Merchant } from '../../test/support/merchant.js';
import { until } from '../../test/support/wait-for.js';
import { dashboard } from './support/dashboard.js';
import type { Tab } from './support/tab.js';

const opened = dashboard();
let bahi: Bahi;
let acme: Merchant;
let tab: Tab;
let page: Page;

beforeAll(() => {
  ({ bahi, tab } = opened);
});

beforeEach(async () => {
  acme = await bahi.aMerchant({ rupees: 20_000, accounts: ['0001', '0002'] });
  ({ page } = tab);
});

/** The text of the control that has the focus; `body` if none has it. */
const focused = (): Promise<string> =>
  page.evaluate(`(({ tagName, labels, ariaLabel, textContent }) => tagName === 'BODY' ? 'body'
    : ariaLabel ?? labels?.[0]?.textContent ?? textContent)(document.activeElement)`);
const isFocused = (name: string): Promise<void> =>
  until(`${name} has the focus`, async () => (await focused()) === name);
const press = (key: string): Promise<void> => page.keyboard.press(key);

describe('the focus', () => {
  it('is given back by a dialog that is left by its button, and by Escape in the same moment as the next key', async () => {
    const { id } = await acme.aPayout(7);
    await tab.signIn(acme.apiKey, `/payouts/${id}`);
    const ask = page.getByRole('main').getByRole('button', { name: 'Cancel payout' });
    await ask.focus();
    await press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel', exact: true }).press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await isFocused('Cancel payout');
    await press('Enter');
    await page.getByRole('dialog').waitFor();
    // Both keys arrive before the page has reacted to either.
    await Promise.all([press('Escape'), press('Enter')]);
    await until('it is open again', async () => (await focused()) === 'Close');
    await page.getByRole('dialog').waitFor();
  });

  it('stays on a button that is busy, which takes no second press', async () => {
    const { id } = await acme.aPayout(7);
    await tab.signIn(acme.apiKey, `/payouts/${id}`);
    let asked = 0;
    let focusedWhileBusy = '';
    await page.route('**/cancel', async (route) => {
      asked += 1;
      await page.getByRole('dialog').locator('[aria-busy=true]').waitFor();
      // The browser takes the focus from a disabled element at the next paint.
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      focusedWhileBusy = await focused();
      await press('Enter');
      await route.fulfill({ status: 500, contentType: 'text/html', body: '' });
    });
    await page.getByRole('main').getByRole('button', { name: 'Cancel payout' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel payout' }).press('Enter');
    await page.getByRole('dialog').getByText('No answer from the service').waitFor();
    expect([asked, focusedWhileBusy, await focused()]).toEqual([1, 'Cancel payout', 'Cancel payout']);
    // A dialog that is opened again does not repeat an earlier error.
    await press('Escape');
    await page.getByRole('main').getByRole('button', { name: 'Cancel payout' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await page.getByRole('dialog').getByText('No answer from the service').count()).toBe(0);
  });

  it('stays in a search that was entered', async () => {
    await tab.signIn(acme.apiKey, '/bank-accounts');
    await page.getByText('Ending in 0002').waitFor();
    await page.getByRole('searchbox').fill('000');
    await press('Enter');
    await until('it stands in the address', async () => page.url().endsWith('?search=000'));
    await page.keyboard.type('2');
    await press('Enter');
    await page.getByText('Ending in 0001').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByText('Ending in 0001').waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('');
  });

  it('stays on the button by which pages are turned', async () => {
    for (let n = 0; n < 51; n += 1) await acme.aPayout(1);
    await tab.signIn(acme.apiKey, '/payouts');
    await page.getByRole('button', { name: 'Older' }).press('Enter');
    await until('the last page is there', async () => (await page.getByRole('row').count()) === 2);
    expect(await focused()).toBe('Older');
  });

  it('goes on in the page to which a link leads that is gone with its own', async () => {
    await acme.aPayout(7);
    await tab.signIn(acme.apiKey, '/payouts');
    await page.getByRole('link', { name: 'Asha Rao' }).press('Enter');
    await tab.heading('Payout to Asha Rao').waitFor();
    await until('it is in the page', () => page.evaluate(`document.activeElement.id === 'content'`));
  });

  it('goes from one choice of a filter to the next by its keys', async () => {
    await tab.signIn(acme.apiKey, '/payouts');
    await page.getByRole('button', { name: 'Waiting for' }).press('Enter');
    await until('its field has the focus', () => page.evaluate(`document.activeElement.tagName === 'SELECT'`));
    await press('ArrowDown');
    await press('ArrowDown');
    await until('it is the second one', async () => page.url().endsWith('waiting_for=bank_account_inactive'));
    await press('Enter');
    await page.getByRole('button', { name: /^Waiting for/ }).waitFor();
    expect(await page.getByRole('combobox', { name: 'Waiting for' }).count()).toBe(0);
  });

  it('is on what was chosen of the bank accounts, and on the search again when it is changed', async () => {
    await tab.signIn(acme.apiKey, '/pay');
    await page.getByRole('button', { name: 'Ending in 0001' }).press('Enter');
    await isFocused('Change');
    await press('Enter');
    await until('the search has it', () => page.evaluate(`document.activeElement.type === 'search'`));
  });
});

describe('an order without an account', () => {
  it('leads to the search for one, which finds accounts by their own last digits', async () => {
    await tab.signIn(acme.apiKey, '/pay');
    await page.getByLabel('Amount in rupees').fill('100');
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByText('Choose an account to pay.').waitFor();
    await until('the search has it', () => page.evaluate(`document.activeElement.type === 'search'`));
    // The IFSC of both accounts ends like the first account.
    await page.keyboard.type('0001');
    await page.getByText('Ending in 0002').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Ending in 0001' }).waitFor();
  });
});

describe('a dialog', () => {
  it('stays where a text is marked in it and the pointer let go beside it, and closes where it is pressed beside it', async () => {
    const { id } = await acme.aPayout(7);
    await tab.signIn(bahi.operatorKey, `/payouts/${id}`);
    await page.getByRole('main').getByRole('button', { name: 'Cancel payout' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('Asked for by phone.');
    const box = (await dialog.getByLabel('Reason').boundingBox())!;
    await page.mouse.move(box.x + 80, box.y + 12);
    await page.mouse.down();
    await page.mouse.move(10, box.y + 12, { steps: 3 });
    await page.mouse.up();
    expect(await dialog.getByLabel('Reason').inputValue()).toBe('Asked for by phone.');
    await page.mouse.click(10, box.y + 12);
    await dialog.waitFor({ state: 'detached' });
  });

  it('with a secret that is shown once does not close where it is pressed beside it', async () => {
    await tab.signIn(bahi.operatorKey, `/merchants/${acme.id}`);
    await page.getByRole('button', { name: 'Issue a key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Purpose').fill('For the test');
    await dialog.getByRole('button', { name: 'Issue a key' }).click();
    const kept = dialog.getByRole('button', { name: 'I have copied it' });
    await kept.waitFor();
    await page.mouse.click(10, 300);
    await dialog.getByText(/bahi_merchant_/).waitFor();
    await kept.click();
    await dialog.waitFor({ state: 'detached' });
  });
});

describe('what is copied', () => {
  it('is so on a page without a clipboard too, as over plain HTTP, and is said where the browser refuses', async () => {
    const { id } = await acme.aPayout(7);
    await page.addInitScript(() => {
      if (new URLSearchParams(location.search).has('replayed'))
        Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true });
    });
    await tab.signIn(acme.apiKey, `/payouts/${id}?replayed=true`);
    await page.getByRole('button', { name: 'Copy Payout ID' }).click();
    await page.getByText('Copied', { exact: true }).waitFor();
    await page.goto(`${bahi.service.url}/payouts/${id}`);
    await tab.heading('Payout to Asha Rao').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(id);
  });
});
