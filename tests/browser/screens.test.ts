import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { isRoot, needsRoot } from '../support/backup-site.ts';
import { openBrowser, openPerson } from '../support/browser.ts';
import { hasMariadb, startMariadb, type PrivateMariadb } from '../support/mariadb.ts';
import { screens, type Screen } from '../support/screens.ts';
import { suiteFolder } from '../support/temporary-folder.ts';
import { WebSite } from '../support/web-site.ts';

const folder = suiteFolder();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const skip = isRoot ? false : needsRoot;
let site: WebSite;
let browser: Browser;
let mariadb: PrivateMariadb | undefined;

before(async () => {
  mariadb = isRoot && hasMariadb ? await startMariadb() : undefined;
  [site, browser] = await Promise.all([WebSite.open(folder, 17_700, mariadb), openBrowser()]);
});

after(async () => {
  await browser.close();
  await site.close();
  await mariadb?.stop();
});

const widths = [1200, 390, 320];
const languages = ['en', 'el'];

/**
 * What depends on the width is looked at in each, in light; in dark only colours are different, so that these alone are
 * looked at again. A page is loaded once for each language, and two are looked at at a time.
 */
test(
  'no screen has a fault of accessibility, scrolls sideways or is heavier than it may be',
  { skip, concurrency: 2 },
  async (t) => {
    const wanted = screens.filter((screen) => screen.ofDatabases !== true || mariadb !== undefined);
    const paths = new Map<Screen, string>();
    for (const screen of wanted) paths.set(screen, await screen.path(site));
    for (const who of ['u1', 'u3', 'staff', 'nobody'] as const)
      for (const language of languages) await personFor(who, language);
    await Promise.all(
      wanted.map((screen) =>
        t.test(screen.name, async () => {
          for (const language of languages) {
            const page = await (await personFor(screen.as ?? 'u1', language)).newPage();
            const weight = weigh(page);
            await look(page, screen, paths.get(screen) ?? '', language);
            assert.ok(weight.largest <= 60_000, `${weight.largest} bytes`);
            await page.close();
          }
        }),
      ),
    );
  },
);

const people = new Map<string, BrowserContext>();

async function personFor(who: NonNullable<Screen['as']>, language: string): Promise<BrowserContext> {
  const known = people.get(`${who} ${language}`);
  if (known !== undefined) return known;
  const person = await openPerson(browser, { bypassCSP: true });
  people.set(`${who} ${language}`, person);
  await person.addCookies([{ name: 'larder-language', value: language, url: site.url }]);
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

async function look(page: Page, { name }: Screen, path: string, language: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto(site.url + path);
  assert.equal(await page.getAttribute('html', 'lang'), language);
  await page.evaluate(axe);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    const sideways = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
    assert.ok(sideways <= 0, `${name} ${language} ${width} scrolls sideways by ${sideways} px`);
    assert.deepEqual(await faults(page, everything), [], `${name} ${language} light ${width}`);
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.deepEqual(await faults(page, colours), [], `${name} ${language} dark ${width}`);
    await page.emulateMedia({ colorScheme: 'light' });
  }
}

const everything = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const colours = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };

async function faults(page: Page, runOnly: object): Promise<string[]> {
  const options = JSON.stringify({ runOnly, resultTypes: ['violations'] });
  return (await page.evaluate(
    `axe.run(document, ${options})
      .then((report) => report.violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html, failureSummary }) => html.slice(0, 160) + ' ' + failureSummary.slice(0, 200)).join(' | ')))`,
  )) as string[];
}

test('a page is at most six requests, and its script at most 12 KB', { skip }, async () => {
  const page = await (await personFor('u1', 'en')).newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`${site.url}/restore/month`);
  assert.ok(asked.filter((url) => !url.startsWith('data:')).length <= 6, asked.join('\n'));
  const script = asked.find((url) => url.endsWith('.js')) ?? '';
  const answer = await fetch(script, { headers: { 'accept-encoding': 'gzip' } });
  assert.ok(Number(answer.headers.get('content-length') ?? (await answer.arrayBuffer()).byteLength) <= 12_000);
  assert.match(answer.headers.get('cache-control') ?? '', /immutable/);
  await page.close();
});
