import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Bahi } from '../../test/support/bahi.js';
import type { Merchant } from '../../test/support/merchant.js';
import { until } from '../../test/support/wait-for.js';
import { dashboard } from './support/dashboard.js';
import type { Tab } from './support/tab.js';

const opened = dashboard();
let bahi: Bahi;
let acme: Merchant;
let tab: Tab;

beforeAll(() => {
  ({ bahi, tab } = opened);
});

beforeEach(async () => {
  acme = await bahi.aMerchant({ rupees: 20_000 });
  await tab.open();
  await tab.heading('Sign in to Bahi').waitFor();
});

/** The text of the control that has the focus. */
const FOCUSED = `(({ labels, ariaLabel, textContent }) =>
  ariaLabel ?? labels?.[0]?.textContent ?? textContent ?? '')(document.activeElement ?? {})`;

/** Presses Tab until the control has the focus. */
async function reach(name: RegExp): Promise<void> {
  for (let stops = 0; stops < 80; stops += 1) {
    await tab.page.keyboard.press('Tab');
    if (name.test(await tab.page.evaluate<string>(FOCUSED))) return;
  }
  throw new Error(`the Tab key does not lead to ${name}`);
}

const press = (key: string): Promise<void> => tab.page.keyboard.press(key);
const type = (text: string): Promise<void> => tab.page.keyboard.type(text);

async function signIn(key: string): Promise<void> {
  await reach(/API key/);
  await type(key);
  await press('Enter');
  await tab.heading('Home').waitFor();
}

describe('with the keyboard alone', () => {
  it('a merchant signs in, pays, and takes the payout back', async () => {
    const { page } = tab;
    await signIn(acme.apiKey);
    await reach(/^Pay$/);
    await press('Enter');
    await tab.heading('Pay').waitFor();
    await page.getByText('Ending in 0001').waitFor();
    await reach(/Ending in 0001/);
    await press('Enter');
    await reach(/Amount in rupees/);
    await type('12500');
    await press('Enter');
    await page.getByText('Available after').waitFor();
    await reach(/^Pay ₹12,500.00$/);
    await press('Enter');
    await tab.heading('Payout to Asha Rao').waitFor();
    await reach(/^Cancel payout$/);
    await press('Enter');
    await page.getByRole('dialog').waitFor();
    await reach(/^Cancel payout$/);
    await press('Enter');
    await page.getByText('Cancelled before it was sent.').waitFor();
    expect(await acme.balance()).toEqual({ available: 20_000, held: 0 });
  });

  it('an operator ends a payout by hand, and leaves the dialog by Escape before', async () => {
    const { id } = await acme.aPayout(7);
    const { page } = tab;
    await signIn(bahi.operatorKey);
    await reach(/^Payouts$/);
    await press('Enter');
    await page.getByText('₹7.00').waitFor();
    await reach(/^Asha Rao$/);
    await press('Enter');
    await tab.heading('Payout to Asha Rao').waitFor();
    await reach(/^Cancel payout$/);
    await press('Enter');
    await page.getByRole('dialog').waitFor();
    await press('Escape');
    // The browser closes it at once, and the page is notified a moment later.
    await page
      .getByRole('dialog', { includeHidden: true })
      .getByRole('heading', { includeHidden: true })
      .waitFor({ state: 'detached' });
    await until('the focus is where it was', async () => (await page.evaluate(FOCUSED)) === 'Cancel payout');
    await press('Enter');
    await page.getByRole('dialog').waitFor();
    await reach(/Reason/);
    await type('Asked for by phone.');
    await reach(/^Cancel payout$/);
    await press('Enter');
    await page.getByText('Cancelled before it was sent.').waitFor();
    expect((await acme.timeline(id)).at(-1)).toMatchObject({ to: 'cancelled', reason: 'Asked for by phone.' });
  });
});
