import { readFileSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { fillPayouts } from '../../bench/full-book.js';
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
  acme = await bahi.aMerchant({ rupees: 10_000, accounts: ['0001', '0002'] });
});

const rows = (): Promise<string[]> => tab.page.getByRole('table', { name: 'Payouts' }).getByText(/^₹/).allInnerTexts();

/** The element that is visible where a header of the table should be. */
const ON_TOP_OF_HEADER = `(({ left, top, height }) => document.elementFromPoint(left + 20, top + height / 2)?.tagName)(
  document.querySelector('th').getBoundingClientRect())`;

/** The number of payouts in the page's query cache, which is found through what React stores on an element. */
const payoutsInMemory = (page: Page): Promise<number> =>
  page.evaluate(() => {
    interface Fiber {
      readonly return: Fiber | null;
      readonly memoizedProps: { readonly client?: { getQueryCache?(): { getAll(): Query[] } } } | null;
    }
    interface Query {
      readonly queryKey: readonly unknown[];
      readonly state: { readonly data?: { readonly results?: unknown[] } };
    }
    const main = document.querySelector('main')!;
    const key = Object.keys(main).find((name) => name.startsWith('__reactFiber'))!;
    let fiber: Fiber | null = (main as unknown as Record<string, Fiber>)[key]!;
    while (fiber !== null && fiber.memoizedProps?.client?.getQueryCache === undefined) fiber = fiber.return;
    const queries = fiber!.memoizedProps!.client!.getQueryCache!().getAll();
    const lists = queries.filter(({ queryKey }) => queryKey[0] === 'payouts' && queryKey[1] === 'list');
    return lists.reduce((sum, { state }) => sum + (state.data?.results?.length ?? 0), 0);
  });

describe('a list that is empty', () => {
  it.each([
    ['/payments', 'No payments yet', 'New payment'],
    ['/bank-accounts', 'No bank accounts yet', 'Register a bank account'],
  ])('%s has what begins it once', async (path, none, action) => {
    const newcomer = await bahi.aMerchant({ accounts: [] });
    await tab.signIn(newcomer.apiKey, path);
    await tab.page.getByText(none).waitFor();
    expect(await tab.page.getByRole('main').getByText(action, { exact: true }).count()).toBe(1);
  });
});

describe('the list of payouts', () => {
  it('says what to do where there is none, once', async () => {
    await tab.signIn(acme.apiKey, '/payouts');
    await tab.page.getByText('No payouts yet').waitFor();
    await tab.page.getByRole('main').getByRole('link', { name: 'Pay' }).click();
    await tab.page.getByLabel('Amount in rupees').waitFor();
  });

  it('comes as a file, whole, as the filters have it', async () => {
    await acme.aPayout(5);
    const { id } = await acme.aPayout(7, { reference_id: '=1+1' });
    await tab.signIn(acme.apiKey, `/payouts?reference_id=${encodeURIComponent('=1+1')}`);
    const { page } = tab;
    await page.getByText('₹7.00').waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^payouts-.*\.csv$/);
    const [, ...lines] = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(id);
    // A spreadsheet must not evaluate text that somebody has written.
    expect(lines[0]).toContain("'=1+1");
  });

  it('has its filters in the address, so that a link shows the same', async () => {
    const { id } = await acme.aPayout(5);
    await acme.aPayout(7, { reference_id: '007' });
    await acme.api.post(`/payouts/${id}/cancel`);
    await tab.signIn(acme.apiKey, '/payouts');
    const { page } = tab;
    await page.getByText('₹7.00').waitFor();
    const status = page.getByRole('group', { name: 'Status' });
    await status.getByRole('button', { name: 'Cancelled 1' }).click();
    await page.getByText('₹7.00').waitFor({ state: 'detached' });
    await page.getByText('₹5.00').waitFor();
    expect([await rows(), new URL(page.url()).search]).toEqual([['₹5.00'], '?status=cancelled']);
    await page.goto(`${bahi.service.url}/payouts?reference_id=007`);
    await page.getByText('₹7.00').waitFor();
    expect(await rows()).toEqual(['₹7.00']);
    await page.getByRole('button', { name: 'Reference 007' }).click();
    await page.getByRole('textbox', { name: 'Reference' }).fill('008');
    await page.keyboard.press('Enter');
    await page.getByText('No payouts match').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByText('₹5.00').waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  it('finds amounts as they are typed in India, within a period that it shows', async () => {
    await acme.aPayout(900);
    await acme.aPayout(1_500);
    await acme.aPayout(5_000);
    await tab.signIn(acme.apiKey, '/payouts');
    const { page } = tab;
    await page.getByRole('main').getByRole('button', { name: 'Amount' }).click();
    await page.getByLabel('At least (₹)').fill('₹1,500');
    await page.getByLabel('At most (₹)').fill('1,0,0');
    await page.keyboard.press('Enter');
    await page.getByText('Enter an amount such as 1,00,000.50.').waitFor();
    await page.getByLabel('At most (₹)').fill('2e3');
    await page.keyboard.press('Enter');
    await until('the one is listed', async () => (await rows()).join() === '₹1,500.00');
    const address = new URL(page.url()).searchParams;
    expect([address.get('amount_from'), address.get('amount_to')]).toEqual(['1500.00', '2000.00']);
    expect(address.get('created_from')).toMatch(/^\d{4}-\d\d-\d\d$/);
    await page.getByRole('button', { name: 'Clear filter: Amount' }).click();
    await page.getByText('₹900.00').waitFor();
  });

  it('counts each status, and counts again when one changes', async () => {
    const { id } = await acme.aPayout(5);
    await acme.aPayout(7);
    await tab.signIn(acme.apiKey, '/payouts');
    const status = tab.page.getByRole('group', { name: 'Status' });
    await status.getByRole('button', { name: 'Pending 2' }).waitFor();
    await acme.api.post(`/payouts/${id}/cancel`);
    await status.getByRole('button', { name: 'Cancelled 1' }).waitFor();
    await status.getByRole('button', { name: 'Pending 1' }).waitFor();
    await status.getByRole('button', { name: 'All 2' }).waitFor();
  });

  it('of 100,000 is turned page by page, both ways, with one page in memory, and its header in sight', async () => {
    const [usual, rare] = [await acme.account('0001'), await acme.account('0002')];
    const zen = await bahi.aMerchant();
    const owners = { acme: { id: acme.id, usual, rare }, zen: { id: zen.id, usual: await zen.account('0001') } };
    await bahi.psql.query('BEGIN');
    await fillPayouts(bahi.psql, owners, 100_000);
    await bahi.psql.query('COMMIT');
    await tab.signIn(acme.apiKey, '/payouts');
    const table = tab.page.getByRole('table', { name: 'Payouts' });
    // Pages that were left are dropped a moment later.
    const isOnePage = async (): Promise<void> => {
      await until('one page is in memory', async () => (await payoutsInMemory(tab.page)) === 50);
      expect(await rows()).toHaveLength(50);
    };
    await table.getByText('REF-89999').waitFor();
    for (const newest of ['REF-89944', 'REF-89888', 'REF-89833']) {
      await tab.page.getByRole('button', { name: 'Older' }).click();
      await table.getByText(newest).waitFor();
      await isOnePage();
    }
    await tab.page.getByRole('button', { name: 'Newer' }).click();
    await table.getByText('REF-89888').waitFor();
    await isOnePage();
    const before = tab.page.viewportSize()!;
    for (const width of [640, 900, 1_100, 1_400]) {
      await tab.page.setViewportSize({ width, height: 700 });
      await table.getByRole('row').last().scrollIntoViewIfNeeded();
      expect([width, await tab.page.evaluate(ON_TOP_OF_HEADER)]).toEqual([width, 'TH']);
    }
    await tab.page.setViewportSize(before);
  });

  it('shows what happens to a payout while it is looked at', async () => {
    const { id } = await acme.aPayout(9);
    await tab.signIn(acme.apiKey, '/payouts');
    const table = tab.page.getByRole('table', { name: 'Payouts' });
    await table.getByText('Pending').waitFor();
    await acme.api.post(`/payouts/${id}/cancel`);
    await table.getByText('Cancelled').waitFor();
    await acme.aPayout(11);
    await table.getByText('₹11.00').waitFor();
  });
});

describe('the page of a payout', () => {
  it('takes it back before a bank has it, asking once more, and shows where the money went', async () => {
    const { id } = await acme.aPayout(9, { reference_id: 'R-9' });
    await tab.signIn(acme.apiKey, `/payouts/${id}`);
    const { page } = tab;
    await page.getByText('No bank has been called yet.').waitFor();
    await page.getByRole('button', { name: 'Cancel payout' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel payout' }).click();
    await page.getByText('Cancelled before it was sent. The amount is available again.').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Cancel payout' }).count()).toBe(0);
    await page.getByRole('region', { name: 'Timeline' }).getByText('Cancelled').waitFor();
    await page.getByText('₹9.00').nth(1).waitFor();
    expect(await acme.balance()).toEqual({ available: 10_000, held: 0 });
  });
});
