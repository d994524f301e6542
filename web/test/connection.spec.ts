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

beforeAll(() => {
  ({ bahi, tab } = opened);
});

beforeEach(async () => {
  acme = await bahi.aMerchant({ rupees: 10_000 });
});

const PAYOUTS = '**/api/v1/payouts';
const isLive = (page: Page): Promise<void> => page.getByText('Live', { exact: true }).waitFor();

describe('a service that is restarted while somebody pays', () => {
  it('is asked every three seconds until it is back, and has nothing twice', async () => {
    const before = await bahi.serve({ worker: true });
    const { url } = before;
    const there = await opened.another({ url });
    const { page } = there;
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && sent.push(new URL(request.url()).pathname));
    await there.signIn(acme.apiKey, '/pay');
    await isLive(page);
    await there.order('100');
    await page.getByRole('button', { name: /^Pay ₹/ }).waitFor();
    // The service has accepted the payout, and stops before it answers.
    await page.route(PAYOUTS, async (route) => {
      await route.fetch();
      await before.stop();
      await route.abort('connectionreset');
    });
    await there.pay();
    await page.getByText('so this payout may have been made').waitFor();
    await page.getByText('No connection').waitFor();
    await page.unroute(PAYOUTS);

    const after = await bahi.serve({ worker: true, environment: { PORT: new URL(url).port } });
    await isLive(page);
    expect(sent).toEqual(['/api/v1/payouts']);
    await page.getByRole('button', { name: 'Ask again' }).click();
    await there.heading('Payout to Asha Rao').waitFor();
    await page.getByText('Paid by the bank.').waitFor();
    expect((await acme.api.get('/payouts')).body.results).toHaveLength(1);
    expect(await acme.balance()).toEqual({ available: 9_900, held: 0 });
    // The other tests need payouts that no worker submits.
    await after.stop();
  });
});

describe('a network that is away', () => {
  it('has nothing sent later that fails at once', async () => {
    await tab.signIn(acme.apiKey, '/bank-accounts');
    const { page } = tab;
    await isLive(page);
    await page.getByText('Ending in 0001').waitFor();
    const isActive = async (): Promise<unknown> =>
      ((await acme.api.get('/bank-accounts')).body.results as { is_active: boolean }[]).map((one) => one.is_active);
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Deactivate' }).first().click();
    await page.getByText('No answer from the service').waitFor();
    await page.context().setOffline(false);
    await isLive(page);
    expect(await isActive()).not.toContain(false);
    await page.getByRole('button', { name: 'Deactivate' }).first().click();
    await page.getByText('Inactive', { exact: true }).waitFor();
    expect(await isActive()).toContain(false);
  });

  it('is waited for by no page that is opened meanwhile', async () => {
    await tab.signIn(acme.apiKey);
    const { page } = tab;
    await isLive(page);
    await page.getByRole('link', { name: 'Ledger' }).click();
    await page.getByRole('table', { name: 'Statement' }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Held' }).click();
    await page.getByText('No answer from the service').first().waitFor();
    await page.context().setOffline(false);
    await page.getByText('No answer from the service').first().waitFor({ state: 'detached' });
  });
});

describe('an answer that is slow', () => {
  it('leaves nothing of one account under the name of another', async () => {
    await tab.signIn(acme.apiKey, '/ledger');
    const { page } = tab;
    const amounts = page.getByRole('main').getByText(/₹/);
    await amounts.first().waitFor();
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/api/v1/ledger?*', async (route) => {
      await answered;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Held' }).click();
    await until('it is chosen', async () => page.url().endsWith('?account=held'));
    await until('nothing of the other is shown', async () => (await amounts.count()) === 0);
    answer();
    await page.getByText('₹0.00').first().waitFor();
  });
});

describe('a service that is busy', () => {
  it('is named by the page that needs its settings, which can ask again', async () => {
    await tab.signIn(acme.apiKey);
    const { page } = tab;
    const refusal = { code: 'overloaded', detail: 'Busy.', request_id: 'q1', status: 503, title: '', type: '' };
    await page.route('**/api/v1/session', (route) =>
      route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(refusal) }),
    );
    await tab.open('/pay');
    await page.getByRole('main').getByText('The service is busy.').waitFor();
    await page.unroute('**/api/v1/session');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByLabel('Amount in rupees').waitFor();
  });
});

describe('an answer that was on its way while something happened', () => {
  it('never puts an older state over a newer one, on its own page nor in the list', async () => {
    const { id } = await acme.aPayout(9);
    await tab.signIn(acme.apiKey, `/payouts/${id}`);
    const { page } = tab;
    await page.getByText('Waiting to be sent to the bank.').waitFor();
    await isLive(page);
    // From now on every answer is an old one.
    let late = 0;
    for (const path of [`**/api/v1/payouts/${id}`, '**/api/v1/payouts?*']) {
      const old = await acme.api.get(path.endsWith('*') ? '/payouts?limit=50' : `/payouts/${id}`);
      await page.route(path, async (route) => {
        await route.fulfill({ status: 200, contentType: 'application/json', body: old.text });
        late += 1;
      });
    }
    await acme.api.post(`/payouts/${id}/cancel`);
    const isCancelled = page.getByText('Cancelled before it was sent.');
    await isCancelled.waitFor();
    await until('old answers have come', () => late >= 2);
    await page.getByRole('link', { name: 'Payouts' }).click();
    const table = page.getByRole('table', { name: 'Payouts' });
    await table.getByText('Cancelled').waitFor();
    expect(await table.getByText('Pending').count()).toBe(0);
    await page.goBack();
    await isCancelled.waitFor();
    expect(await page.getByText('Waiting to be sent to the bank.').count()).toBe(0);
  });
});

describe('two browsers', () => {
  /** Records when each amount is first seen as cancelled, by the clock that the service uses too. */
  const watch = (): void => {
    const seen: Record<string, number> = {};
    Object.assign(window, { seenAt: seen });
    new MutationObserver(() => {
      for (const row of document.querySelectorAll('tbody tr')) {
        const { textContent: text } = row;
        if (text.includes('Cancelled')) seen[/₹[\d.]+/.exec(text)![0]] ??= Date.now();
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  };

  it('show a new status within a second of its commit', async () => {
    const ids: string[] = [];
    for (let rupees = 1; rupees <= 5; rupees += 1) ids.push((await acme.aPayout(rupees)).id);
    const pages = [tab, await opened.another()].map(({ page }) => page);
    for (const one of [tab, ...opened.others]) await one.signIn(acme.apiKey, '/payouts');
    for (const page of pages) {
      await page.getByText('₹5.00').waitFor();
      await isLive(page);
      await page.evaluate(watch);
    }
    const delays: number[] = [];
    for (const [i, id] of ids.entries()) {
      await acme.api.post(`/payouts/${id}/cancel`);
      const at = Date.parse((await acme.timeline(id)).at(-1)!.at);
      for (const page of pages) {
        const seenAt = (): Promise<number | null> => page.evaluate(`window.seenAt['₹${i + 1}.00'] ?? null`);
        await until('it is seen', async () => (await seenAt()) !== null);
        delays.push((await seenAt())! - at);
      }
    }
    // One of ten may be slow because of a busy machine.
    expect(delays.sort((a, b) => a - b).at(-2)).toBeLessThan(1_000);
  });
});
