import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { openContext } from '../../../test/support/browser.js';

/** Opens the dashboard in a browser of its own: with its own storage, as another person has. */
export async function openTab(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Tab> {
  const context = await openContext(browser, { locale: 'en-IN', timezoneId: 'Asia/Kolkata', ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  return Tab.in(context, url);
}

/** A tab with the dashboard, which keeps what the browser has complained of. */
export class Tab {
  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly url: string,
    /** Of all tabs of the browser. */
    private readonly complaints: string[],
  ) {}

  static async in(context: BrowserContext, url: string, complaints: string[] = []): Promise<Tab> {
    const page = await context.newPage();
    // Before any script of the page: what the policy stops is said in an event, and nowhere else.
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
        // eslint-disable-next-line no-console -- the way out of the browser
        console.error(`policy: ${violatedDirective} ${blockedURI} ${sample}`),
      );
    });
    page.on('console', (message) => {
      // That an answer was a refusal is what some tests are about; the page shows it.
      const isAnswer = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isAnswer) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    return new Tab(page, context, url, complaints);
  }

  /** A second tab of the same browser, until this one forgets. Each tab signs in by itself. */
  beside(): Promise<Tab> {
    return Tab.in(this.context, this.url, this.complaints);
  }

  /** Violations of the content security policy, errors in the console and exceptions, since it was last asked. */
  takeComplaints(): string[] {
    return this.complaints.splice(0);
  }

  /** Leaves the page, and closes the tabs beside it: nothing stays of who was signed in, or of what was stored or looked out for. */
  async forget(): Promise<void> {
    const { page } = this;
    await this.context.setOffline(false);
    for (const other of this.context.pages()) if (other !== page) await other.close();
    await this.context.unrouteAll({ behavior: 'ignoreErrors' });
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    for (const event of ['request', 'response'] as const) await page.removeAllListeners(event, {});
    // Where none of the dashboard's scripts run, but of the same origin: the browser would begin a new process for another.
    await this.open('/health/live');
    await page.evaluate('sessionStorage.clear()');
    const devTools = await this.context.newCDPSession(page);
    await devTools.send('Storage.clearDataForOrigin', { origin: this.url, storageTypes: 'local_storage,indexeddb' });
    await devTools.detach();
  }

  async open(path = '/'): Promise<void> {
    await this.page.goto(`${this.url}${path}`);
  }

  /** In any language. */
  async signIn(key: string, path = '/'): Promise<void> {
    await this.open(path);
    await this.page.locator('form input').fill(key);
    await this.page.locator('form button[type=submit]').click();
    await this.page.locator('#content').waitFor();
  }

  /** Fills the form and leads to the page that says what will happen. */
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

/** The service says that it is so many hours later, with each answer: the page goes by the last one that it has heard. */
export async function laterBy(page: Page, hours: number): Promise<void> {
  await page.route('**/api/v1/**', async (route) => {
    const request = route.request();
    // The stream has no end, and what becomes of an order is for the test to say.
    if (request.method() !== 'GET' || request.url().includes('/events/stream')) return route.fallback();
    const response = await route.fetch().catch(() => null);
    if (response === null) return; // The page has gone on.
    const date = new Date(Date.now() + hours * 3_600_000).toUTCString();
    await route.fulfill({ response, headers: { ...response.headers(), date } }).catch(() => undefined);
  });
}
