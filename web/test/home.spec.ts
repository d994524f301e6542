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
    await page.getByText('Free to be paid out').waitFor();
    const latest = page.getByRole('region', { name: 'Latest movements' });
    await latest.getByText('+₹1,000.00').waitFor();
    const before = await latest.boundingBox();
    send();
    await page.locator('figure svg path').first().waitFor();
    expect(await latest.boundingBox()).toEqual(before);
  });
});
