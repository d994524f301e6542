import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { Bahi, type BahiOptions } from '../../../test/support/bahi.js';
import { openBrowser } from '../../../test/support/browser.js';
import { openTab, type Tab } from './tab.js';

/**
 * A service and a browser for the tests of a file. The tab is kept from test to test, as a new one costs a second of a
 * core; each test finds it as if it were new. No test may end with a complaint from the browser.
 */
export function dashboard(options: BahiOptions = {}): Dashboard {
  const one = new Dashboard();
  beforeAll(() => one.open(options), 300_000);
  afterEach(() => one.endTest());
  afterAll(() => one.close());
  return one;
}

export class Dashboard {
  bahi!: Bahi;
  tab!: Tab;
  private browser!: Browser;
  /** Tabs of other browsers in this test. */
  readonly others: Tab[] = [];

  async open(options: BahiOptions): Promise<void> {
    [this.browser, this.bahi] = await Promise.all([openBrowser(), Bahi.open(options)]);
    this.tab = await openTab(this.browser, this.bahi.service.url);
  }

  /** A tab in another browser, for another person, until the test ends. */
  async another({
    url = this.bahi.service.url,
    ...options
  }: BrowserContextOptions & { url?: string } = {}): Promise<Tab> {
    const tab = await openTab(this.browser, url, options);
    this.others.push(tab);
    return tab;
  }

  async endTest(): Promise<void> {
    const tabs = [this.tab, ...this.others.splice(0)];
    const complaints = tabs.flatMap((tab) => tab.takeComplaints());
    for (const tab of tabs) await (tab === this.tab ? tab.forget() : tab.close());
    if (complaints.length > 0) throw new Error(`the browser complained:\n${complaints.join('\n')}`);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.bahi.close();
  }
}
