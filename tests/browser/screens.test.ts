import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
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
  [site, browser] = await Promise.all([WebSite.open(folder, 17_700, { mariadb }), openBrowser()]);
});

after(async () => {
  await browser.close();
  await site.close();
  await mariadb?.stop();
});

const widths = [1200, 390, 320];
const languages = ['en', 'el'];
const schemes = ['light', 'dark'] as const;
type Looker = NonNullable<Screen['as']>;

/**
 * Every screen in both languages, light and dark, in each width. One tab of each person and language goes from screen to
 * screen: a new one for each would spend more time on starting than on looking.
 */
test('no screen has a fault of accessibility, scrolls sideways or is heavier than it may be', { skip }, async (t) => {
  const wanted = screens.filter((screen) => screen.ofDatabases !== true || mariadb !== undefined);
  const paths = new Map<Screen, string>();
  for (const screen of wanted) paths.set(screen, await screen.path(site));
  const tabs = new Map<string, Page>();
  for (const screen of wanted) {
    for (const language of languages) {
      const key = `${screen.as ?? 'u1'} ${language}`;
      const tab = tabs.get(key) ?? (await openTab(screen.as ?? 'u1', language));
      tabs.set(key, tab);
      await t.test(`${screen.name} ${language}`, () => look(tab, screen, paths.get(screen) ?? '', language));
    }
  }
});

async function openTab(who: Looker, language: string): Promise<Page> {
  const page = await (await personFor(who, language)).newPage();
  await page.addInitScript(axe); // once for all that it looks at: half a megabyte to send and to compile
  return page;
}

async function personFor(who: Looker, language: string): Promise<BrowserContext> {
  const person = await openPerson(browser, { bypassCSP: true, serviceWorkers: 'block' });
  await person.addCookies([{ name: 'larder-language', value: language, url: site.url }]);
  if (who === 'nobody') return person;
  const page = await person.newPage();
  await page.goto(await site.linkFor(who));
  await page.waitForSelector('nav.tabs');
  await page.close();
  return person;
}

const assets = new Map<string, number>();

/** Bytes of a page with all that it loads on a first visit, as they come over the wire. */
async function weigh(page: Page, document: Request): Promise<number> {
  const { responseBodySize, responseHeadersSize } = await document.sizes();
  let sum = responseBodySize + responseHeadersSize;
  for (const url of (await page.evaluate(whatIsLoaded)) as string[]) {
    if (!assets.has(url)) assets.set(url, Number((await page.request.get(url)).headers()['content-length']));
    sum += assets.get(url) ?? Number.NaN;
  }
  return sum;
}

const whatIsLoaded = `[...new Set(
  [...document.querySelectorAll('link[rel=stylesheet], script[src], img, use')]
    .map((one) => new URL(one.getAttribute('href') ?? one.src, location.href))
    .filter((url) => url.protocol !== 'data:')
    .map((url) => url.origin + url.pathname + url.search),
)]`;

/** How texts were painted that had no fault, as `whatIsPainted` tells it: what is painted the same has the same contrast. */
const painted = new Set<string>();

async function look(page: Page, { name, shows }: Screen, path: string, language: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: widths[0] ?? 1200, height: 900 });
  const response = await page.goto(site.url + path);
  assert.equal(await page.getAttribute('html', 'lang'), language);
  const bytes = response === null ? Number.NaN : await weigh(page, response.request());
  assert.ok(bytes > 5000 && bytes <= 60_000, `${bytes} bytes`);
  if (shows !== undefined) assert.ok((await page.locator(shows).count()) > 0, `${name} ${language} has no ${shows}`);
  const rendered = new Set<string>();
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    const { sideways, shown } = (await page.evaluate(whatIsRendered)) as { sideways: number; shown: string };
    assert.ok(sideways <= 0, `${name} ${language} ${width} scrolls sideways by ${sideways} px`);
    const rules = rendered.has(shown) ? ofLayout : everything;
    rendered.add(shown);
    assert.deepEqual(await faults(page, rules), [], `${name} ${language} ${width}`);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      const found = (await page.evaluate(whatIsPainted)) as string[];
      assert.ok(found.length > 0);
      if (found.some((text) => !painted.has(text))) {
        assert.deepEqual(await faults(page, ofColours), [], `${name} ${language} ${colorScheme} ${width}`);
      }
      for (const text of found) painted.add(text);
    }
    await page.emulateMedia({ colorScheme: 'light' });
  }
}

/** Every element with how it is displayed: where a width shows the very same ones, names, roles and structure are the same. */
const whatIsRendered = `({
  sideways: document.documentElement.scrollWidth - innerWidth,
  shown: [...document.querySelectorAll('*')]
    .map((one) => (one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) ? getComputedStyle(one).display : ''))
    .join(),
})`;

/**
 * Of each text all that decides about its contrast: its own colours and size, those of all that holds it, and of what is
 * painted over or under it and does not hold it.
 */
const whatIsPainted = `(() => {
  const properties = ['color', 'backgroundColor', 'backgroundImage', 'opacity', 'fontSize', 'fontWeight', 'textShadow',
    'textDecorationLine', 'borderBottomStyle', 'filter', 'mixBlendMode', 'webkitTextStrokeWidth'];
  const all = [...document.querySelectorAll('html, body, body *')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }));
  const looks = new Map(all.map((one) => {
    const style = getComputedStyle(one);
    const ends = ['::before', '::after'].map((end) => getComputedStyle(one, end));
    const painted = ends.map(({ content, backgroundColor }) => content + backgroundColor);
    return [one, [one.localName, ...properties.map((name) => style[name]), ...painted].join(';')];
  }));
  const boxes = new Map(all.map((one) => [one, one.getBoundingClientRect()]));
  const meets = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  const painted = all.filter((one) => {
    const { backgroundColor, backgroundImage } = getComputedStyle(one);
    return backgroundImage !== 'none' || backgroundColor !== 'rgba(0, 0, 0, 0)' || one.matches('img, svg, canvas, video');
  });
  const words = (one) => [...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join('');
  const holders = (one) => (one === null ? [] : [looks.get(one), ...holders(one.parentElement)]);
  const beside = (one) => painted
    .filter((other) => meets(boxes.get(one), boxes.get(other)) && !other.contains(one) && !one.contains(other))
    .map((other) => looks.get(other));
  const texts = all.filter((one) => words(one) !== '');
  // of a single letter nobody can tell the contrast
  return [...new Set(texts.map((one) => JSON.stringify([words(one).length > 1, holders(one), beside(one)])))];
})()`;

const colourRules = ['color-contrast', 'link-in-text-block'];
/** Colours are looked at apart, light and dark. */
const everything = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  rules: Object.fromEntries(colourRules.map((rule) => [rule, { enabled: false }])),
};
const ruleList = (...values: readonly string[]) => ({ runOnly: { type: 'rule', values } });
/** What a place or a size can change. */
const ofLayout = ruleList('target-size', 'scrollable-region-focusable');
const ofColours = ruleList(...colourRules);

async function faults(page: Page, rules: object): Promise<string[]> {
  const options = JSON.stringify({ ...rules, resultTypes: ['violations'], preload: false, iframes: false });
  return (await page.evaluate(
    `axe.run(document, ${options})
      .then((report) => report.violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html, failureSummary }) => html.slice(0, 160) + ' ' + failureSummary.slice(0, 200)).join(' | ')))`,
  )) as string[];
}

test('a page is at most six requests, and its script at most 12 KB', { skip }, async () => {
  const page = await openTab('u1', 'en');
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
