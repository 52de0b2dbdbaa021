import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { isRoot, needsRoot } from '../support/backup-site.ts';
import { openBrowser, openPerson } from '../support/browser.ts';
import { screens, type Screen } from '../support/screens.ts';
import { suiteFolder } from '../support/temporary-folder.ts';
import { WebSite } from '../support/web-site.ts';

const folder = suiteFolder();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const skip = isRoot ? false : needsRoot;
let site: WebSite;
let browser: Browser;

before(async () => {
  [site, browser] = await Promise.all([WebSite.open(folder, 17_700), openBrowser()]);
});

after(async () => {
  await browser.close();
  await site.close();
});

const variants = [
  { language: 'en', colorScheme: 'light', width: 1200 },
  { language: 'en', colorScheme: 'dark', width: 390 },
  { language: 'el', colorScheme: 'dark', width: 320 },
  { language: 'el', colorScheme: 'light', width: 1200 },
] as const;

/**
 * Everything is light or dark by the same tokens and laid out by width alone: each screen is looked at in two variants that
 * differ in all, and its neighbour in the two others.
 */
test('no screen has a fault of accessibility, scrolls sideways or is heavier than it may be', { skip }, async (t) => {
  const people = new Map<string, BrowserContext>();
  for (const [index, screen] of screens.entries()) {
    const path = await screen.path(site);
    await t.test(screen.name, async () => {
      const person = await personFor(people, screen.as ?? 'u1');
      const page = await person.newPage();
      const weight = weigh(page);
      for (const variant of variants.filter((_, at) => at % 2 === index % 2)) await look(page, screen, path, variant);
      assert.ok(weight.largest <= 60_000, `${weight.largest} bytes`);
      await page.close();
    });
  }
});

async function personFor(people: Map<string, BrowserContext>, who: NonNullable<Screen['as']>): Promise<BrowserContext> {
  const known = people.get(who);
  if (known !== undefined) return known;
  const person = await openPerson(browser, { bypassCSP: true });
  people.set(who, person);
  if (who === 'nobody') return person;
  const page = await person.newPage();
  await page.goto(who === 'staff' ? await site.staffLink('u1') : await site.link(who));
  await page.waitForURL('**/restore**');
  await page.close();
  return person;
}

/** Bytes of the heaviest page with all that it loads, as they come over the wire. */
function weigh(page: Page): { largest: number } {
  const weight = { largest: 0 };
  let sum = 0;
  page.on('framenavigated', () => (sum = 0));
  page.on('requestfinished', async (request) => {
    const sizes = await request.sizes().catch(() => undefined);
    sum += (sizes?.responseBodySize ?? 0) + (sizes?.responseHeadersSize ?? 0);
    weight.largest = Math.max(weight.largest, sum);
  });
  return weight;
}

async function look(page: Page, { name }: Screen, path: string, variant: (typeof variants)[number]): Promise<void> {
  const title = `${name} ${variant.language} ${variant.colorScheme} ${variant.width}`;
  await page.context().addCookies([{ name: 'larder-language', value: variant.language, url: site.url }]);
  await page.setViewportSize({ width: variant.width, height: 900 });
  await page.emulateMedia({ colorScheme: variant.colorScheme, reducedMotion: 'reduce' });
  await page.goto(site.url + path);
  const sideways = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  assert.ok(Number(sideways) <= 0, `${title} scrolls sideways by ${String(sideways)} px`);
  await page.evaluate(axe);
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'], resultTypes: ['violations'] })
      .then((report) => report.violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html, failureSummary }) => html.slice(0, 160) + ' ' + failureSummary.slice(0, 200)).join(' | ')))`,
  )) as string[];
  assert.deepEqual(found, [], title);
}

test('a page is at most six requests, and its script at most 12 KB', { skip }, async () => {
  const person = await personFor(new Map(), 'u1');
  const page = await person.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`${site.url}/restore/month`);
  assert.ok(asked.filter((url) => !url.startsWith('data:')).length <= 6, asked.join('\n'));
  const script = asked.find((url) => url.endsWith('.js')) ?? '';
  const answer = await fetch(script, { headers: { 'accept-encoding': 'gzip' } });
  assert.ok(Number(answer.headers.get('content-length') ?? (await answer.arrayBuffer()).byteLength) <= 12_000);
  assert.match(answer.headers.get('cache-control') ?? '', /immutable/);
  await person.close();
});
