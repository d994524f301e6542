import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { SettlePayout } from '../../../src/modules/payouts/application/settle-payout.js';
import { Bahi } from '../../../test/support/bahi.js';
import { openBrowser } from '../../../test/support/browser.js';
import { fontOrInstall } from '../../../test/support/install.js';
import type { Merchant } from '../../../test/support/merchant.js';
import { PaymentsDriver } from '../../../test/support/payments-driver.js';
import { until } from '../../../test/support/wait-for.js';
import { openTab, type Tab } from '../support/tab.js';
import { LOOKS, type Look, type Shown } from './pages.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SCREENSHOTS = 'web/screenshots';

const THEMES = ['light', 'dark'] as const;
const WIDTHS = { wide: { width: 1280, height: 800 }, phone: { width: 360, height: 780 } } as const;
/** At a width between them columns are squeezed; the colours are the same. */
const LAPTOP = { width: 1024, height: 768 };
const LOCALES = { en: 'en-IN', hi: 'hi-IN' } as const;
type Language = keyof typeof LOCALES;

// An order that a gateway never received is not submitted again, but needs attention at once.
const GIVES_UP = { PROCESSING_TIMEOUT_SECONDS: '1', MAX_RETRIES: '0' };
const ENVIRONMENT = {
  ...GIVES_UP,
  WEBHOOK_ALLOW_LOOPBACK: '1',
  DATA_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
};

let browser: Browser;
let shown: Shown;

/** One for each role and language, signed in once: pages are opened as by a link, without loading everything again. */
const tabs = new Map<string, Promise<Tab>>();

beforeAll(async () => {
  fontOrInstall('hi', { apt: 'fonts-noto-core', brew: 'font-noto-sans-devanagari' });
  browser = await openBrowser();
  const bahi = await Bahi.open({ worker: true, environment: ENVIRONMENT });
  const acme = await bahi.aMerchant({ rupees: 1_25_000, accounts: ['0001', '0002', '0004', '0008'] });
  const { id: payoutId } = await acme.aPayout(12_500, { reference_id: 'INV-2026-118', narration: 'November rent' });
  await acme.until(payoutId, 'completed');
  await whatOperatorsSee(bahi, acme);
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

/** An order to decide, a rule, and a finding about a payout that failed and that the bank then reports as paid. */
async function whatOperatorsSee(bahi: Bahi, acme: Merchant): Promise<void> {
  const { id } = await acme.aPayout(1_200, { to: '0002' });
  const { id: doubtful } = await acme.aPayout(87_654, {
    to: '0008',
    reference_id: 'INV-2026-119/ADVANCE/SECOND-HALF',
  });
  await acme.until(id, 'failed');
  const call = { kind: 'inquiry', gateway: 'bank-simulator', attempt: 1, askedAtMs: performance.now() } as const;
  await bahi.service.get(SettlePayout).execute(acme.id, id, call, { kind: 'succeeded', utr: '632812345678' });
  const operator = bahi.asOperator();
  await operator.post('/routing-rules', {
    priority: 100,
    gateway: 'bank-simulator',
    min_amount_paise: 20_000_000,
    mode: 'RTGS',
  });
  await until('the bank has been given up on', async () => {
    const { body } = await operator.get(`/payouts/${doubtful}`, { merchant: acme });
    return body.needs_attention === true;
  });
  await bahi.command('verify');
}

function tabOf(as: Look['as'], language: Language): Promise<Tab> {
  const name = `${as}-${language}`;
  const tab = tabs.get(name) ?? signedIn(as, language);
  tabs.set(name, tab);
  return tab;
}

async function signedIn(as: Look['as'], language: Language): Promise<Tab> {
  const tab = await openTab(browser, shown.bahi.service.url, { locale: LOCALES[language] });
  const key = { nobody: null, merchant: shown.acme.apiKey, operator: shown.bahi.operatorKey }[as];
  await (key === null ? tab.open() : tab.signIn(key, '/no/such/page'));
  // As the text of a script element the policy would block it.
  await tab.page.evaluate(AXE);
  return tab;
}

/** Opens another page of the app, and waits until it is complete. */
async function lead(page: Page, { path, ready }: Look): Promise<void> {
  const isThere = await page.evaluate((to) => {
    if (to === location.pathname) return true;
    // Marks the heading of the old page, which stays until the next page is loaded.
    document.querySelector('h1')?.setAttribute('data-left', '');
    history.pushState(null, '', to);
    return false;
  }, path(shown));
  if (!isThere) await page.locator('h1[data-left]').waitFor({ state: 'detached' });
  await page.locator(ready).first().waitFor();
  // Not with `waitForFunction`, which turns text into code: the page's policy refuses that.
  await until('nothing is loaded any more', () => page.evaluate('document.querySelector(".animate-pulse") === null'));
  await page.evaluate('document.fonts.ready.then(() => undefined)');
}

/** The violations that axe is sure of, of any kind, with their elements. */
const violationsIn = (page: Page): Promise<string[]> =>
  page.evaluate(`axe.run({ preload: false, resultTypes: ['violations'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`);

const sidewaysIn = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** Amounts on several lines, tables wider than their container, and tabs with a scrollbar. */
const SQUEEZED = `[
  ...[...document.querySelectorAll('.tabular-nums')].filter((one) => one.getClientRects().length > 1),
  ...[...document.querySelectorAll('[role=group]')].filter((one) => one.scrollHeight > one.clientHeight),
  ...[...document.querySelectorAll('table')].filter(({ parentElement: one }) => one.scrollWidth > one.clientWidth),
].map(({ tagName, textContent }) => tagName + ': ' + textContent)`;

/** Labels that a chart cuts off. */
const CUT_OFF = `[...document.querySelectorAll('figure svg text')]
  .filter((one) => one.getBoundingClientRect().right > one.ownerSVGElement.getBoundingClientRect().right)
  .map(({ textContent }) => textContent)`;

/** What is wrong with the page at a width at which columns are squeezed. */
async function squeezedIn(page: Page, { name }: Look, language: Language): Promise<string[]> {
  await page.setViewportSize(LAPTOP);
  await page.emulateMedia({ colorScheme: language === 'en' ? 'light' : 'dark' });
  const size = `${name}-laptop-${language}`;
  await page.screenshot({ path: `${SCREENSHOTS}/${size}.png`, fullPage: true, animations: 'disabled' });
  const squeezed = await page.evaluate<string[]>(SQUEEZED);
  if ((await sidewaysIn(page)) > 0) squeezed.push('it is wider than the window');
  return squeezed.map((what) => `${size}: ${what}`);
}

/** What is wrong with a page in one language, at all widths and in both themes. */
async function complaintsOf(look: Look, language: Language): Promise<string[]> {
  const tab = await tabOf(look.as, language);
  const { page } = tab;
  await lead(page, look);
  const found = await squeezedIn(page, look, language);
  for (const [width, viewport] of Object.entries(WIDTHS)) {
    await page.setViewportSize(viewport);
    const size = `${look.name}-${width}-${language}`;
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      const file = `${size}-${colorScheme}`;
      // The screenshot ends the transition between the themes, so axe sees the final colours.
      await page.screenshot({ path: `${SCREENSHOTS}/${file}.png`, fullPage: true, animations: 'disabled' });
      found.push(...(await violationsIn(page)).map((violation) => `${file}: ${violation}`));
    }
    const sideways = await sidewaysIn(page);
    found.push(...(await page.evaluate<string[]>(CUT_OFF)).map((label) => `${size}: a label is cut off: ${label}`));
    if (sideways > 0) found.push(`${size} is ${sideways} pixels wider than the window`);
  }
  return [...found, ...tab.takeComplaints()];
}

describe('each page, light and dark, wide and on a phone, in English and Hindi', () => {
  it.each(LOOKS.map((look) => [look.name, look] as const))(
    '%s has nothing that axe finds, fits its width, and is photographed',
    async (_name, look) => {
      const found = await Promise.all([complaintsOf(look, 'en'), complaintsOf(look, 'hi')]);
      expect(found.flat()).toEqual([]);
    },
  );
});
