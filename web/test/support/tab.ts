import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { openContext } from '../../../test/support/browser.js';

/** Opens the dashboard in a browser context of its own, with its own storage, as another person would. */
export async function openTab(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Tab> {
  const context = await openContext(browser, { locale: 'en-IN', timezoneId: 'Asia/Kolkata', ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  return Tab.in(context, url);
}

/** A tab with the dashboard. It records the browser's complaints. */
export class Tab {
  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly url: string,
    /** Shared by all tabs of the browser. */
    private readonly complaints: string[],
  ) {}

  static async in(context: BrowserContext, url: string, complaints: string[] = []): Promise<Tab> {
    const page = await context.newPage();
    // Before any script of the page: the policy reports what it blocks only by an event.
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
        // eslint-disable-next-line no-console -- the way out of the browser
        console.error(`policy: ${violatedDirective} ${blockedURI} ${sample}`),
      );
    });
    page.on('console', (message) => {
      // A refusal is what some tests are about, and the page shows it.
      const isAnswer = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isAnswer) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    return new Tab(page, context, url, complaints);
  }

  /** A second tab of the same browser, closed by `forget` of this one. Each tab signs in by itself. */
  beside(): Promise<Tab> {
    return Tab.in(this.context, this.url, this.complaints);
  }

  /** Violations of the content security policy, errors in the console and exceptions, since the last call. */
  takeComplaints(): string[] {
    return this.complaints.splice(0);
  }

  /** Leaves the page and closes the other tabs: no session, stored data or listener remains. */
  async forget(): Promise<void> {
    const { page } = this;
    await this.context.setOffline(false);
    for (const other of this.context.pages()) if (other !== page) await other.close();
    await this.context.unrouteAll({ behavior: 'ignoreErrors' });
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    for (const event of ['request', 'response'] as const) await page.removeAllListeners(event, {});
    // A page without the dashboard's scripts, but of the same origin: for another origin the browser would start a new
    // process.
    await this.open('/health/live');
    await page.evaluate('sessionStorage.clear()');
    const devTools = await this.context.newCDPSession(page);
    await devTools.send('Storage.clearDataForOrigin', { origin: this.url, storageTypes: 'local_storage,indexeddb' });
    await devTools.detach();
  }

  async open(path = '/'): Promise<void> {
    await this.page.goto(`${this.url}${path}`);
  }

  /** Works in any language. */
  async signIn(key: string, path = '/'): Promise<void> {
    await this.open(path);
    await this.page.locator('form input').fill(key);
    await this.page.locator('form button[type=submit]').click();
    await this.page.locator('#content').waitFor();
  }

  /** Fills the form and goes on to the review. */
  async order(rupees: string, { to = '0001', reference = '', narration = '' } = {}): Promise<void> {
    const { page } = this;
    await page.getByRole('button', { name: `Ending in ${to}` }).click();
    await page.getByLabel('Amount in rupees').fill(rupees);
    if (reference !== '') await page.getByLabel('Reference').fill(reference);
    if (narration !== '') await page.getByLabel('Narration').fill(narration);
    await page.getByRole('button', { name: 'Review' }).click();
  }

  /** Presses the button that pays. */
  pay(): Promise<void> {
    return this.page.getByRole('button', { name: /^Pay ₹/ }).click();
  }

  heading(name: string | RegExp) {
    return this.page.getByRole('heading', { level: 1, name });
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

/**
 * Makes every answer of the service say that it is this many hours later: the page goes by the date of the last answer.
 */
export async function laterBy(page: Page, hours: number): Promise<void> {
  await page.route('**/api/v1/**', async (route) => {
    const request = route.request();
    // The stream never ends, and the outcome of an order is for the test to decide.
    if (request.method() !== 'GET' || request.url().includes('/events/stream')) return route.fallback();
    const response = await route.fetch().catch(() => null);
    if (response === null) return; // The page has gone on.
    const date = new Date(Date.now() + hours * 3_600_000).toUTCString();
    await route.fulfill({ response, headers: { ...response.headers(), date } }).catch(() => undefined);
  });
}
