import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { commandOrInstall } from './install.js';
import { PATIENCE_MS } from './wait-for.js';

/** Installs Chromium if it is missing. */
export function chromiumPath(): string {
  return commandOrInstall(['chromium', 'chromium-browser', 'google-chrome'], { apt: 'chromium', brew: 'chromium' });
}

/** A real Chromium, without a window. */
export function openBrowser(): Promise<Browser> {
  // Chromium's own sandbox does not run as root, and it must connect to nothing but the tests' service.
  return chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', '--disable-background-networking'] });
}

/**
 * A separate browser context with its own storage, as another person would have. It waits for elements as long as
 * `until` does.
 */
export async function openContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}
