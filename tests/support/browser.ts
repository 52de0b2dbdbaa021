import { existsSync } from 'node:fs';
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

/** The same engine without windows, which takes half as much to start and to draw; else the whole of it. */
const programs = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** Debian's Chromium, with a profile of its own that is removed when it is closed. */
export function openBrowser(): Promise<Browser> {
  const executablePath = programs.find((program) => existsSync(program)) ?? '';
  return chromium.launch({ executablePath, args: switches, chromiumSandbox: false });
}

/** Somebody's browser: cookies of their own. */
export function openPerson(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width: 1200, height: 900 }, locale: 'en-GB', ...options });
}
