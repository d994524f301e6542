import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Bahi } from '../../test/support/bahi.js';
import { dashboard } from './support/dashboard.js';
import type { Tab } from './support/tab.js';

const opened = dashboard({ worker: true });
let bahi: Bahi;
let tab: Tab;

beforeAll(() => {
  ({ bahi, tab } = opened);
});

describe('Home', () => {
  it('waits for no script that its page has not named, nor for keys of a demo where there is none', async () => {
    const acme = await bahi.aMerchant({ rupees: 1_000 });
    const { page } = tab;
    await tab.signIn(acme.apiKey);
    await page.getByText('Can be paid out').waitFor();
    const html = await (await page.request.get(bahi.service.url)).text();
    const named = new Set([...html.matchAll(/"(\/assets\/[^"]+\.js)"/g)].map(([, path]) => path!));
    const asked: string[] = [];
    let hasAsked: () => void = () => undefined;
    const balanceIsAsked = new Promise<void>((resolve) => (hasAsked = resolve));
    page.on('request', (request) => {
      asked.push(new URL(request.url()).pathname);
      if (asked.at(-1) === '/api/v1/balance') hasAsked();
    });
    await page.route('**/assets/*.js', async (route) => {
      if (!named.has(new URL(route.request().url()).pathname)) await balanceIsAsked;
      await route.continue();
    });
    await page.reload();
    await page.locator('figure svg').waitFor();
    await page.unroute('**/assets/*.js');
    expect(named.size).toBeLessThanOrEqual(5);
    expect(asked).not.toContain('/api/v1/demo/keys');
  });

  it('shows what is below the queue when it knows how long that is, so that nothing is pushed down', async () => {
    const acme = await bahi.aMerchant({ rupees: 1_000 });
    const { page } = tab;
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/attention?**', async (route) => {
      await answered;
      await route.continue();
    });
    await tab.signIn(acme.apiKey);
    await page.getByText('₹1,000.00').first().waitFor();
    const below = page.getByRole('heading', { name: 'In and out, last 30 days' });
    expect(await below.isVisible()).toBe(false);
    answer();
    await page.getByText('No order needs attention').waitFor();
    await below.waitFor();
  });

  it('is all there before the library of charts, and nothing moves when the chart comes', async () => {
    const acme = await bahi.aMerchant({ rupees: 1_000 });
    const { page } = tab;
    let send: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => {
      const sent = new Promise<void>((ready) => (send = ready));
      void page.route('**/daily-chart-*.js', async (route) => {
        resolve();
        await sent;
        await route.continue();
      });
    });
    await tab.signIn(acme.apiKey);
    await isAsked;
    await page.getByText('Can be paid out').waitFor();
    const latest = page.getByRole('region', { name: 'Latest movements' });
    await latest.getByText('+₹1,000.00').waitFor();
    const before = await latest.boundingBox();
    send();
    await page.locator('figure svg path').first().waitFor();
    expect(await latest.boundingBox()).toEqual(before);
  });
});
