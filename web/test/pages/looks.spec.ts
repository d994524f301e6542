import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { Bahi } from '../../../test/support/bahi.js';
import { openBrowser } from '../../../test/support/browser.js';
import { PaymentsDriver } from '../../../test/support/payments-driver.js';
import { until } from '../../../test/support/wait-for.js';
import { openTab } from '../support/tab.js';
import { LOOKS, type Look, type Shown } from './pages.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SCREENSHOTS = 'web/screenshots';

const THEMES = ['light', 'dark'] as const;
const WIDTHS = { wide: { width: 1280, height: 800 }, phone: { width: 360, height: 780 } } as const;
const LOCALES = { en: 'en-IN', hi: 'hi-IN' } as const;

const SIZES = Object.entries(WIDTHS).flatMap(([width, viewport]) =>
  Object.entries(LOCALES).map(([language, locale]) => ({ name: `${width}-${language}`, viewport, locale })),
);

const ENVIRONMENT = { WEBHOOK_ALLOW_LOOPBACK: '1', DATA_ENCRYPTION_KEY: randomBytes(32).toString('base64') };

let browser: Browser;
let shown: Shown;

beforeAll(async () => {
  browser = await openBrowser();
  const bahi = await Bahi.open({ worker: true, environment: ENVIRONMENT });
  const acme = await bahi.aMerchant({ rupees: 1_25_000, accounts: ['0001', '0002', '0004'] });
  const { id: payoutId } = await acme.aPayout(12_500, { reference_id: 'INV-2026-118', narration: 'November rent' });
  await acme.until(payoutId, 'completed');
  await acme.aPayout(1_200, { to: '0002' });
  const payments = new PaymentsDriver(acme);
  const { id: paymentId } = await payments.aSuccess(4_80_000, { currency: 'INR' });
  const refundId = (await payments.refund(paymentId, 1_20_000)).body.id as string;
  const endpoint = await acme.api.post('/webhook-endpoints', {
    url: `${bahi.service.url}/health`,
    description: 'Bookkeeping',
  });
  const endpointId = endpoint.body.id as string;
  shown = { bahi, acme, payoutId, paymentId, refundId, endpointId };
}, 300_000);

afterAll(async () => {
  await browser.close();
  await shown.bahi.close();
});

/** What axe finds, of any kind: what it is sure of, with the elements. */
async function violationsIn(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

const sidewaysIn = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** Until nothing is loaded any more: a skeleton, a font. */
async function settled(page: Page): Promise<void> {
  // Not by waitForFunction, which makes code of text: the policy of the page refuses that.
  await until('nothing is loaded any more', () => page.evaluate('document.querySelector(".animate-pulse") === null'));
  await page.evaluate('document.fonts.ready.then(() => undefined)');
}

/** What is wrong with a page in one size and language, in both themes. */
async function complaintsOf({ name, as, path, ready }: Look, size: (typeof SIZES)[number]): Promise<string[]> {
  const { locale, viewport } = size;
  const tab = await openTab(browser, shown.bahi.service.url, { locale, viewport });
  const { page } = tab;
  const key = { nobody: null, merchant: shown.acme.apiKey, operator: shown.bahi.operatorKey }[as];
  await (key === null ? tab.open(path(shown)) : tab.signIn(key, path(shown)));
  await page.locator(ready).first().waitFor();
  await settled(page);
  const found: string[] = [];
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme });
    const file = `${name}-${size.name}-${colorScheme}`;
    await page.screenshot({ path: `${SCREENSHOTS}/${file}.png`, fullPage: true, animations: 'disabled' });
    found.push(...(await violationsIn(page)).map((violation) => `${file}: ${violation}`));
  }
  const sideways = await sidewaysIn(page);
  if (sideways > 0) found.push(`${name}-${size.name} is ${sideways} pixels wider than the window`);
  found.push(...tab.complaints);
  await tab.close();
  return found;
}

describe('each page, light and dark, wide and on a phone, in English and Hindi', () => {
  it.each(LOOKS.map((look) => [look.name, look] as const))(
    '%s has nothing that axe finds, fits its width, and is photographed',
    async (_name, look) => {
      const found: string[] = [];
      for (const size of SIZES) found.push(...(await complaintsOf(look, size)));
      expect(found).toEqual([]);
    },
  );
});
