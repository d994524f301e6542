import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { commandOrInstall } from './install.js';
import { PATIENCE_MS } from './wait-for.js';

/** Installed when it is missing. */
export function chromiumPath(): string {
  return commandOrInstall(['chromium', 'chromium-browser', 'google-chrome'], { apt: 'chromium', brew: 'chromium' });
}

/** A real Chromium, without a window. */
export function openBrowser(): Promise<Browser> {
  // Chromium's own sandbox does not run as root; and it shall talk to nobody but us.
  return chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', '--disable-background-networking'] });
}

/** As another person has it: with storage of its own. What is not there yet is waited for as long as by `until`. */
export async function openContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}
