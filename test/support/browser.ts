import { type Browser, chromium } from 'playwright-core';
import { commandOrInstall } from './install.js';

/** A real Chromium, without a window. Installed when it is missing. */
export function openBrowser(): Promise<Browser> {
  const executablePath = commandOrInstall(['chromium', 'chromium-browser', 'google-chrome'], {
    apt: 'chromium',
    brew: 'chromium',
  });
  // Chromium's own sandbox does not run as root; and it shall talk to nobody but us.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] });
}
