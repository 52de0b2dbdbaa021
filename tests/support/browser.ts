import { chromium, type Browser, type BrowserContext, type BrowserContextOptions } from 'playwright-core';

const switches = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Debian's Chromium, with a profile of its own that is removed when it is closed. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: switches, chromiumSandbox: false });
}

/** Somebody's browser: cookies of their own. */
export function openPerson(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width: 1200, height: 900 }, locale: 'en-GB', ...options });
}
