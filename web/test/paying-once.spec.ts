import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page, Route } from 'playwright-core';
import type { Bahi } from '../../test/support/bahi.js';
import type { Json } from '../../test/support/client.js';
import type { Merchant } from '../../test/support/merchant.js';
import { until } from '../../test/support/wait-for.js';
import { dashboard } from './support/dashboard.js';
import { laterBy, type Tab } from './support/tab.js';

const opened = dashboard({ worker: true });
let bahi: Bahi;
let acme: Merchant;
let tab: Tab;

beforeAll(() => {
  ({ bahi, tab } = opened);
});

beforeEach(async () => {
  acme = await bahi.aMerchant({ rupees: 10_000, accounts: ['0001'] });
  await tab.signIn(acme.apiKey, '/pay');
});

const PAYOUTS = '**/api/v1/payouts';
const payouts = async (): Promise<unknown[]> => (await acme.api.get('/payouts?limit=100')).body.results as unknown[];
const isUnknown = (page: Page): Promise<void> => page.getByText('so this payout may have been made').waitFor();
const askAgain = (page: Page): Promise<void> => page.getByRole('button', { name: 'Ask again' }).click();

/** The payout is made, but its answer never arrives. */
async function arriveAlone(route: Route): Promise<void> {
  await route.fetch();
  await route.abort('connectionreset');
}

describe('a payout whose outcome is not known', () => {
  it('is paid once where the page is loaded again while the answer is on its way', async () => {
    await tab.order('100');
    let arrived = false;
    await tab.page.route(PAYOUTS, async (route) => {
      await route.fetch();
      arrived = true;
    });
    await tab.pay();
    await until('it has arrived', async () => arrived);
    await tab.page.reload();
    await tab.page.unroute(PAYOUTS);
    await isUnknown(tab.page);
    await askAgain(tab.page);
    await tab.page.getByText('You sent this payout before.').waitFor();
    expect(await payouts()).toHaveLength(1);
  });

  it('is shown with what was available before it, and not with what the balance has come to since', async () => {
    await tab.order('100');
    const { page } = tab;
    const facts = page.locator('dl');
    await facts.getByText('₹10,000.00').waitFor();
    await page.route(PAYOUTS, arriveAlone);
    const isReadAgain = page.waitForResponse(
      async (response) =>
        response.url().endsWith('/balance') && (await response.text()).includes('"available_paise":990000'),
    );
    await tab.pay();
    await isUnknown(page);
    await isReadAgain;
    for (const amount of ['₹10,000.00', '₹9,900.00']) await facts.getByText(amount).waitFor();
    await page.reload();
    await isUnknown(page);
    await facts.getByText('Reference').waitFor();
    expect(await facts.getByText('Available').count()).toBe(0);
  });

  it('is the same one in a second tab, where the same order is typed again', async () => {
    await tab.order('100', { reference: 'R-1' });
    await tab.page.route(PAYOUTS, arriveAlone);
    await tab.pay();
    await isUnknown(tab.page);
    const second = await tab.beside();
    await second.signIn(acme.apiKey, '/pay');
    await second.page.getByText('We do not know yet whether a payout of ₹100.00 was made.').waitFor();
    await second.order('100', { reference: 'R-1' });
    await isUnknown(second.page);
    await askAgain(second.page);
    await second.heading('Payout to Asha Rao').waitFor();
    await tab.heading('Payout to Asha Rao').waitFor();
    expect(await payouts()).toMatchObject([{ reference_id: 'R-1' }]);
  });

  it('is paid once where two tabs pay the same order at the same moment', async () => {
    await tab.order('100');
    const second = await tab.beside();
    await second.signIn(acme.apiKey, '/pay');
    await second.order('100');
    // Both press at once: the one that loses is led to the payout, and its button disappears.
    const press = ({ page }: Tab): Promise<void> =>
      page.getByRole('button', { name: /^Pay ₹/ }).evaluate((button: HTMLElement) => button.click());
    await Promise.all([press(tab), press(second)]);
    await Promise.all([tab, second].map((one) => one.heading('Payout to Asha Rao').waitFor()));
    expect(await payouts()).toHaveLength(1);
  });

  it('is looked up, not sent again, when its key may soon be forgotten', async () => {
    await tab.order('100');
    await tab.page.route(PAYOUTS, arriveAlone);
    await tab.pay();
    await isUnknown(tab.page);
    await tab.page.unroute(PAYOUTS);
    const sent: string[] = [];
    tab.page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
    await laterBy(tab.page, 23);
    await askAgain(tab.page);
    await tab.heading('Payout to Asha Rao').waitFor();
    expect([sent, await payouts()]).toMatchObject([[], [{ amount_paise: 10_000 }]]);
  });

  it('is looked up by its key, whatever was paid alike meanwhile', async () => {
    await tab.order('100');
    await tab.page.route(PAYOUTS, arriveAlone);
    await tab.pay();
    await isUnknown(tab.page);
    await tab.page.unroute(PAYOUTS);
    const [made] = (await payouts()) as Json[];
    const { bank_account_id, amount_paise, mode } = made;
    await acme.api.post('/payouts', { bank_account_id, amount_paise, mode }, { key: 'another' });
    expect(await payouts()).toHaveLength(2);
    await laterBy(tab.page, 23);
    await askAgain(tab.page);
    await tab.heading('Payout to Asha Rao').waitFor();
    expect(tab.page.url()).toContain(made.id);
  });

  it('was not made where the look-up finds none, and can be sent again', async () => {
    await tab.order('100');
    await tab.page.route(PAYOUTS, (route) => route.abort('connectionrefused'));
    await tab.pay();
    await isUnknown(tab.page);
    await tab.page.unroute(PAYOUTS);
    await laterBy(tab.page, 23);
    await askAgain(tab.page);
    await tab.page.getByText('The payout was not made.').waitFor();
    await tab.page.getByRole('button', { name: 'Review' }).click();
    await tab.pay();
    await tab.heading('Payout to Asha Rao').waitFor();
    expect(await payouts()).toHaveLength(1);
  });
});

describe('an order', () => {
  it('was not sent where the service does not answer before it, and the page says so', async () => {
    await tab.order('100');
    const { page } = tab;
    await page.getByText('goes to Asha Rao').waitFor();
    await page.route('**/api/v1/session', (route) => route.abort('connectionrefused'));
    await tab.pay();
    await page.getByText('Nothing was sent, so nothing was paid.').waitFor();
    expect(await payouts()).toEqual([]);
    await page.unroute('**/api/v1/session');
    await tab.pay();
    await tab.heading('Payout to Asha Rao').waitFor();
    expect(await payouts()).toHaveLength(1);
  });

  it('is not paid before the page has said whom it goes to', async () => {
    const { page } = tab;
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/api/v1/bank-accounts/*', async (route) => {
      await answered;
      await route.continue();
    });
    await tab.order('100');
    const pay = page.getByRole('button', { name: /^Pay ₹/ });
    await pay.waitFor();
    expect(await pay.isDisabled()).toBe(true);
    answer();
    await page.getByText('goes to Asha Rao').waitFor();
    expect(await pay.isDisabled()).toBe(false);
  });

  it('can be changed before it is sent, and keeps what was typed', async () => {
    await tab.order('100', { reference: 'R-1', narration: 'Rent' });
    await tab.page.getByRole('button', { name: 'Change' }).click();
    const amount = tab.page.getByLabel('Amount in rupees');
    expect([await amount.inputValue(), await tab.page.getByLabel('Reference').inputValue()]).toEqual(['100.00', 'R-1']);
    await amount.fill('200');
    await tab.page.getByRole('button', { name: 'Review' }).click();
    await tab.pay();
    await tab.heading('Payout to Asha Rao').waitFor();
    expect(await payouts()).toMatchObject([{ amount_paise: 20_000, reference_id: 'R-1', narration: 'Rent' }]);
  });

  it('keeps its fields in line where one of them is wrong', async () => {
    await tab.order('100', { narration: 'Rent!' });
    await tab.page.getByText('Letters, digits and spaces, at most 30.').waitFor();
    const [reference, narration] = await Promise.all(
      ['Reference', 'Narration'].map((name) => tab.page.getByLabel(name).boundingBox()),
    );
    expect(reference!.y).toBe(narration!.y);
  });

  it('that was paid before is paid again only by somebody who was told', async () => {
    await tab.order('100');
    await tab.pay();
    await tab.heading('Payout to Asha Rao').waitFor();
    await tab.open('/pay');
    await tab.order('100');
    await tab.page.getByText('You made the same payout on').waitFor();
    await tab.pay();
    await tab.heading('Payout to Asha Rao').waitFor();
    expect(await payouts()).toHaveLength(2);
  });

  it('is refused at the field that is wrong, with the id of the request', async () => {
    await acme.aPayout(1, { reference_id: 'TAKEN' });
    await tab.order('100', { reference: 'TAKEN' });
    await tab.pay();
    await tab.page.getByRole('alert').getByText('This reference has already been used').waitFor();
    expect(await tab.page.getByLabel('Reference').getAttribute('aria-invalid')).toBe('true');
    await tab.page.getByText('Request ID').waitFor();
    await tab.page.getByLabel('Reference').fill('');
    await tab.page.getByRole('button', { name: 'Review' }).click();
    await acme.api.patch(`/bank-accounts/${await acme.account('0001')}`, { is_active: false });
    await tab.pay();
    await tab.page.getByRole('alert').getByText('This bank account is inactive').waitFor();
    await tab.page.getByRole('group', { name: 'Pay to' }).and(tab.page.locator('[aria-describedby]')).waitFor();
    expect(await payouts()).toHaveLength(1);
  });
});

describe('the page of a payout', () => {
  it('shows what the bank was asked and has answered, and the UTR to copy', async () => {
    const { id } = await acme.aPayout(9);
    const { utr } = await acme.until(id, 'completed');
    await tab.open(`/payouts/${id}`);
    await tab.page.getByText('Attempt 1 at bank-simulator').waitFor();
    await tab.page.getByText('Sent: paid').waitFor();
    await tab.page.getByText('Nothing was sent to a webhook endpoint.').waitFor();
    await tab.page.getByRole('button', { name: 'Copy UTR' }).click();
    await tab.page.getByText('Copied').waitFor();
    expect(await tab.page.evaluate(() => navigator.clipboard.readText())).toBe(utr);
  });
});

describe('the tabs of a browser', () => {
  it('share one stream, and each shows what happens within a moment', async () => {
    const streams: string[] = [];
    const count = (page: Page): unknown =>
      page.on('request', (request) => request.url().endsWith('/events/stream') && streams.push(request.url()));
    const [first, second] = [tab, await tab.beside()];
    for (const { page } of [first, second]) count(page);
    await first.open('/payouts');
    await first.page.getByText('Live').waitFor();
    await second.signIn(acme.apiKey, '/payouts');
    await second.page.getByText('Live').waitFor();
    await acme.aPayout(7);
    for (const { page } of [first, second]) await page.getByRole('table').getByText('Completed').waitFor();
    expect(streams).toHaveLength(1);
  });
});
