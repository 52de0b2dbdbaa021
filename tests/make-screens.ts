/**
 * Writes a picture of every screen into a folder, in two widths, light and dark, in English and Greek:
 *
 *   npm run screens -- [FOLDER [PART OF A NAME]]
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { openBrowser, openPerson } from './support/browser.ts';
import { hasMariadb, startMariadb } from './support/mariadb.ts';
import { screens, type Screen } from './support/screens.ts';
import { WebSite } from './support/web-site.ts';

const [folder = 'screens', part = ''] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const place = mkdtempSync(join(tmpdir(), 'larder-screens-'));
const mariadb = hasMariadb ? await startMariadb() : undefined;
const [site, browser] = await Promise.all([WebSite.open(place, 17_800, { mariadb }), openBrowser()]);
try {
  const wanted = screens.filter(
    (screen) => screen.name.includes(part) && (mariadb !== undefined || screen.ofDatabases !== true),
  );
  for (const screen of wanted) await draw(screen, await screen.path(site));
} finally {
  await browser.close();
  await site.close();
  await mariadb?.stop();
  rmSync(place, { recursive: true, force: true });
}

async function draw(screen: Screen, path: string): Promise<void> {
  const person = await openPerson(browser);
  await signIn(person, screen);
  const page = await person.newPage();
  for (const language of ['en', 'el']) {
    await person.addCookies([{ name: 'larder-language', value: language, url: site.url }]);
    await page.goto(site.url + path);
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1200, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const file = join(folder, `${screen.name}-${language}-${colorScheme}-${width}.png`);
        await page.screenshot({ path: file, fullPage: true });
        process.stdout.write(`${file}\n`);
      }
    }
  }
  await person.close();
}

async function signIn(person: BrowserContext, { as: who = 'u1' }: Screen): Promise<void> {
  if (who === 'nobody') return;
  const page = await person.newPage();
  await page.goto(await site.linkFor(who));
  await page.waitForSelector('nav.tabs');
  await page.close();
}
