import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { routes } from '../../plugin/web/routes.ts';
import { isRoot, needsRoot } from '../support/backup-site.ts';
import { openBrowser, openPerson } from '../support/browser.ts';
import { failDrill, rememberStorage } from '../support/screen-states.ts';
import { suiteFolder } from '../support/temporary-folder.ts';
import { WebSite } from '../support/web-site.ts';

const deadline = 120_000;
const fail = (what: string): never => {
  throw new Error(`there is not ${what}`);
};
const hostPaths = routes
  .filter(({ path }) => path.startsWith('/host'))
  .map(({ path }) => path.replaceAll(/:\w+/g, 'x'));

suite('the administrator of a server', { skip: isRoot ? false : needsRoot }, () => {
  const folder = suiteFolder();
  let site: WebSite;
  let browser: Browser;
  let page: Page;

  before(async () => {
    [site, browser] = await Promise.all([WebSite.open(folder, 18_100), openBrowser()]);
    await site.ask({ kind: 'watch' }); // also looks how full it is today
    await rememberStorage(site);
    page = await open(await site.adminLink());
    await page.waitForURL('**/host');
  });

  after(async () => {
    await browser.close();
    await site.close();
  });

  /** In a browser without scripts, once signed in. */
  async function open(link: string): Promise<Page> {
    const person = await openPerson(browser);
    person.setDefaultTimeout(deadline);
    const tab = await person.newPage();
    await tab.goto(link);
    await tab.waitForSelector('nav.tabs');
    await tab.route('**/*.js', (route) => route.abort());
    return tab;
  }

  const statusOf = async (path: string, of: Page): Promise<number> =>
    (await of.request.get(site.url + path, { maxRedirects: 0 })).status();

  test('comes to the overview: what needs a person, and how all accounts stand', async () => {
    assert.equal(await page.locator('h1').innerText(), 'Overview');
    const needs = await page.locator('.needs').innerText();
    assert.match(needs, /never restored in a drill/);
    assert.match(needs, /u3/);
    assert.match(await page.locator('.lead').innerText(), /2 of 3 accounts have a backup as fresh as promised/);
    assert.match(await page.locator('.kpis').innerText(), /0 late · 0 past the goal · 1 never backed up/);
    assert.match(await page.locator('main').innerText(), /Full in about \d+ days/);
    assert.deepEqual(await page.locator('tbody th > bdi').allInnerTexts(), ['u3', 'u2', 'u1']);
    assert.ok((await page.locator('svg.h8').count()) > 1);
  });

  test('sees drills that were done, and finds accounts by name and by what is wrong with them', async () => {
    await site.ask({ kind: 'drill', account: 'u1', which: 'account' });
    await page.goto(`${site.url}/host`);
    assert.match(await page.locator('.kpis').innerText(), /\n1 \/ 1\n/);
    await page.goto(`${site.url}/host/accounts?q=u1`);
    assert.equal(await page.locator('tbody tr').count(), 1);
    assert.doesNotMatch(await page.locator('tbody').innerText(), /not yet/);
    await page.goto(`${site.url}/host/accounts`);
    await page.locator('.chips a', { hasText: 'Past the goal' }).click();
    assert.deepEqual(await page.locator('tbody th > bdi').allInnerTexts(), ['u3']);
  });

  test('sees all drills, those that need a person first, and one of them in detail', async () => {
    await failDrill(site, 'u2');
    await page.goto(`${site.url}/host`);
    await page.locator('nav.tabs a', { hasText: 'Drills' }).click();
    assert.deepEqual(await page.locator('tbody th bdi').allInnerTexts(), ['u2', 'u1', 'u3']);
    assert.match(await page.locator('tbody tr').first().innerText(), /1 entry did not come back\. and 4 more/);
    await page.locator('.chips a', { hasText: 'Passed' }).click();
    await page.locator('tbody a', { hasText: 'u1' }).click();
    await page.waitForURL('**/host/drills/*');
    const { drills } = await site.ask({ kind: 'drills', account: 'u1', limit: 1 });
    const { files } = drills[0] ?? fail('a drill');
    const checks = await page.locator('table').innerText();
    assert.match(checks, new RegExp(`Files, folders and links[^]*${files.compared}\\s+${files.compared}\\s+same`));
    assert.match(await page.locator('main').innerText(), /nothing differs/);
    assert.match(await page.locator('dl.kv').innerText(), /Read from\s+local/);
    await page.goto(`${site.url}/host/drills?show=failed`);
    await page.locator('tbody a', { hasText: 'u2' }).click();
    await page.locator('.whyn li', { hasText: '1 table of nikos_blog is missing: wp_posts' }).waitFor();
    assert.match(await page.locator('main').innerText(), /No backup of this account was proven so far/);
  });

  test('reads the report, and takes it along as PDF, CSV and JSON', async () => {
    await page.goto(`${site.url}/host/report`);
    await page.locator('.chips a', { hasText: '7 days' }).click();
    assert.equal(await page.locator('.chips [aria-current]').innerText(), '7 days');
    assert.match(await page.locator('main').innerText(), /Prove that it restores, with “larder drill”/);
    const links = await Promise.all((await page.locator('.intro a').all()).map((link) => link.getAttribute('href')));
    const files = await Promise.all(links.map((link) => page.request.get(site.url + link)));
    const [pdf, csv, json] = await Promise.all(files.map((file) => file.body()));
    assert.ok(pdf?.subarray(0, 5).equals(Buffer.from('%PDF-')));
    assert.deepEqual(
      String(csv)
        .split('\r\n')
        .slice(1, -1)
        .map((line) => line.split(',')[0]),
      ['u1', 'u2', 'u3'],
    );
    const report = JSON.parse(String(json)) as { schema: string; from: string; to: string; accounts: object[] };
    assert.deepEqual([report.schema, report.accounts.length], ['larder/report/1', 3]);
    assert.equal(Date.parse(report.to) - Date.parse(report.from), 7 * 86_400_000);
    for (const file of files)
      assert.match(file.headers()['content-disposition'] ?? '', /^attachment; filename="larder-[\d-]+\.\w+"$/);
  });

  test('sees where copies are, what is missing and what to type, and whether the keys were proven', async () => {
    await site.ask({ kind: 'destination-test', destination: 'second' });
    await page.goto(`${site.url}/host`);
    await page.locator('.tabs a', { hasText: 'Copies' }).click();
    await page.waitForURL('**/host/copies');
    assert.deepEqual(await page.locator('.three small').allInnerTexts(), [
      '1 of 3 accounts',
      '1 of 3 accounts',
      '0 of 3 accounts',
      '0 of 3 accounts',
    ]);
    const places = await page.locator('tbody tr').allInnerTexts();
    assert.equal(places.length, 3);
    const [local = '', second = '', archives = ''] = places;
    assert.match(local, /^local[^]*never tested[^]*larder destination test local/);
    assert.match(second, /Germany[^]*\b1\b[^]*works/);
    assert.match(archives, /encrypted archive[^]*Example Cloud/);
    const missing = page.locator('section', { hasText: 'What is missing' }).locator('.row');
    const told = await missing.allInnerTexts();
    assert.ok(
      told.some((text) => /u3[^]*No backup at all[^]*larder --account u3 backup/.test(text)),
      told.join('\n'),
    );
    const copy = missing.filter({ hasText: 'Nothing at second' });
    const command = (await copy.locator('code').innerText()).split(' ').slice(1);
    site.installation.succeed(...command);
    await page.reload();
    assert.equal(await copy.count(), 0, 'what was typed has mended it');
    const keys = page.locator('section', { hasText: 'Keys for the worst day' });
    assert.match(await keys.innerText(), /not proven[^]*larder keys check-recovery --identity FILE/);
    for (const number of [1, 2]) {
      const file = `${folder}/state/recovery/recovery-key-${number}.txt`;
      site.installation.succeed('keys', 'check-recovery', '--identity', file);
    }
    await page.reload();
    assert.match(await keys.locator('header').innerText(), /^Keys for the worst day\s+proven$/);
    assert.equal(await page.locator('script:not([type=module])').count(), 0);
  });

  test('finds nothing of any account’s pages', async () => {
    for (const { path, method, access } of routes) {
      if (access !== 'account' && access !== 'customer') continue;
      if (method === 'GET') assert.equal(await statusOf(path.replaceAll(/:\w+/g, 'x'), page), 404, path);
    }
    await page.goto(`${site.url}/restore`);
    await page.getByRole('link', { name: 'To the overview' }).click();
    await page.waitForURL('**/host');
  });

  test('is the only one who finds the pages of the server', async () => {
    const customer = await open(await site.link('u1'));
    const staff = await open(await site.staffLink('u1'));
    const nobody = await (await openPerson(browser)).newPage();
    for (const path of hostPaths) {
      assert.equal(await statusOf(path, page), path.endsWith('/x') ? 404 : 200, path);
      assert.equal(await statusOf(path, customer), 404, path);
      assert.equal(await statusOf(path, staff), 404, path);
      assert.equal(await statusOf(path, nobody), 401, path);
    }
    for (const tab of [customer, staff]) assert.equal(await tab.locator('nav a[href*="/host"]').count(), 0);
  });
});
