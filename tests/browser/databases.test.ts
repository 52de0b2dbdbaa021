import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { after, before, suite, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { SqlSession } from '../../plugin/sources/mysql/admin-session.ts';
import { isRoot, needsRoot } from '../support/backup-site.ts';
import { openBrowser, openPerson } from '../support/browser.ts';
import { fingerprint, openTestSession } from '../support/dumped-database.ts';
import { hasMariadb, startMariadb, type PrivateMariadb } from '../support/mariadb.ts';
import { hasPostgresql, startPostgresql, type PrivatePostgresql } from '../support/postgresql.ts';
import { fingerprint as salesOf } from '../support/postgresql-database.ts';
import { suiteFolder } from '../support/temporary-folder.ts';
import { WebSite } from '../support/web-site.ts';

const hasServers = hasMariadb && hasPostgresql;
const skip = isRoot ? (hasServers ? false : 'needs mariadb-server and postgresql') : needsRoot;
const address = (name: string): string => Buffer.from(name).toString('base64url');
const deadline = 120_000;

suite('on the pages of databases', { skip }, () => {
  const folder = suiteFolder();
  let mariadb: PrivateMariadb;
  let postgresql: PrivatePostgresql;
  let session: SqlSession;
  let site: WebSite;
  let browser: Browser;

  before(async () => {
    [mariadb, postgresql, browser] = await Promise.all([
      startMariadb(),
      startPostgresql({ likeDebian: true }),
      openBrowser(),
    ]);
    session = await openTestSession(mariadb);
    site = await WebSite.open(folder, 17_900, { mariadb, postgresql });
  });

  after(async () => {
    await browser.close();
    await site.close();
    await session.close();
    await mariadb.stop();
    await postgresql.stop();
  });

  const shop = () => fingerprint(session, 'u1_shop');
  const count = (table: string) => mariadb.sql(`SELECT COUNT(*) FROM ${table}`).trim();

  async function open(options: Parameters<typeof openPerson>[1] = {}): Promise<Page> {
    const person = await openPerson(browser, options);
    person.setDefaultTimeout(deadline);
    return site.signIn(person);
  }

  async function finish(page: Page): Promise<void> {
    await page.waitForURL('**/jobs/**');
    await page.waitForSelector('dl.kv');
  }

  test('the shop comes back next to the live one, which keeps its new orders; undo takes it away', async () => {
    const page = await open();
    const before = await shop();
    await page.click('.kinds a:has-text("Databases")');
    await page.waitForURL('**/databases**');
    const news = await page.locator('.newer').innerText();
    assert.match(news, /14\s*orders/);
    assert.match(news, /14\s*entries in 1 other table/); // a trigger logs each
    assert.ok(await page.isChecked('input[value=beside]'));
    await page.click('.go button');
    await page.waitForURL('**/plans/**');
    assert.match(await page.locator('.route').innerText(), /u1_shop_restored_\d{4}/);
    const planned = await page.locator('.tally b').allInnerTexts();
    await page.click('.go button');
    await finish(page);
    assert.deepEqual(await page.locator('.tally b').allInnerTexts(), planned, 'what was planned is what was done');
    const name = await page.locator('.hero bdi').innerText();
    assert.equal(count(`${name}.wp_posts`), '500');
    assert.equal(count(`${name}.wp_options`), '3');
    assert.equal(await shop(), before);
    await page.click('button.undo');
    await page.waitForSelector('text=Everything is as it was before');
    assert.equal(await fingerprint(session, name), 'none');
    assert.equal(await shop(), before);
    await page.context().close();
  });

  test('one table comes back without a script, in Greek, and undo returns the same rows', async () => {
    const person = await openPerson(browser, {
      javaScriptEnabled: false,
      locale: 'el-GR',
      viewport: { width: 390, height: 780 },
    });
    person.setDefaultTimeout(deadline);
    const page = await person.newPage();
    const link = await site.link('u1');
    await page.goto(link);
    await page.fill('#secret', link);
    await page.click('main button');
    await page.waitForURL('**/restore**');
    const before = await shop();
    await page.click('.kinds a:has-text("Βάσεις")');
    await page.check('input[value=some]');
    await page.click('.go button');
    assert.match(await page.locator('[role=alert]').innerText(), /Σημειώστε πρώτα τους πίνακες/);
    assert.match(await page.locator('tr', { hasText: 'wp_options' }).innerText(), /Λείπει τώρα[\s\S]*–\s*3/);
    await page.check(`input[value="${address('wp_options')}"]`);
    await page.click('.go button');
    await page.waitForURL('**/plans/**');
    assert.match(await page.locator('.go button').innerText(), /Επαναφορά 1 πίνακα/);
    await page.click('.go button');
    await finish(page);
    assert.equal(count('u1_shop.wp_options'), '3');
    assert.equal(count('u1_shop.wp_wc_orders'), '17', 'other tables stay as they are');
    await page.click('button.undo');
    await page.waitForSelector('h1:has-text("Όλα είναι όπως ήταν πριν")');
    assert.equal(await shop(), before);
    await person.close();
  });

  test('the live one is replaced only when its name is typed, and undo returns every row', async () => {
    const page = await open();
    const before = await shop();
    await page.goto(`${site.url}/databases?db=${address('u1_shop')}`);
    await page.check('input[value=replace]');
    await page.click('.go button');
    await page.waitForURL('**/plans/**');
    assert.match(await page.locator('.note.newer').innerText(), /would no longer be there[\s\S]*14\s*orders/);
    assert.match(await page.locator('h3:has-text("1 goes") + ul').innerText(), /came_later/);
    await page.click('.go button');
    await page.waitForSelector('[role=alert]');
    assert.equal(await shop(), before);
    await page.fill('#typed', 'u1_shop');
    await page.click('.go button');
    await finish(page);
    assert.equal(count('u1_shop.wp_wc_orders'), '3');
    assert.equal(count('u1_shop.wp_posts'), '500');
    await page.click('button.undo');
    await page.waitForSelector('text=Everything is as it was before');
    assert.equal(await shop(), before);
    await page.click('a:has-text("Activity")');
    assert.match(await page.locator('main').innerText(), /A restore was undone/);
    await page.context().close();
  });

  test('tables that foreign keys bind are named, and what was ticked stays ticked', async () => {
    const page = await open();
    await page.goto(`${site.url}/databases?db=${address('u1_shop')}&how=some`);
    await page.check(`input[value="${address('wp_wc_orders')}"]`);
    await page.click('.go button');
    assert.match(await page.locator('[role=alert]').innerText(), /wp_order_items and wp_wc_orders/);
    assert.ok(await page.isChecked(`input[value="${address('wp_wc_orders')}"]`));
    await page.check(`input[value="${address('wp_order_items')}"]`);
    await page.click('.go button');
    await page.waitForURL('**/plans/**');
    assert.match(await page.locator('.go button').innerText(), /Bring back 2 tables/);
    await page.click('button:has-text("Next to the live one instead")');
    await page.waitForURL((url) => url.pathname.startsWith('/plans/'));
    await page.waitForSelector('.go button:has-text("Put it next to the live one")');
    assert.match(await page.locator('.tally').innerText(), /2\s*tables come back/);
    await page.context().close();
  });

  test('a table is looked into: its first rows, also of one with a name that is none of HTML', async () => {
    const page = await open();
    await page.goto(`${site.url}/databases?db=${address('u1_shop')}&how=some`);
    const list = await page.locator('.ticks').innerText();
    assert.ok(list.includes(`we\`ird-%_'"\\x0anameΩ`), list);
    await page.click('.ticks a:has-text("odd")');
    assert.match(await page.locator('main').innerText(), /The table is built differently now/);
    await page.goBack();
    await page.click('.ticks a:has-text("wp_posts")');
    const rows = await page.locator('table.sample').innerText();
    assert.match(rows, /post_title/);
    assert.match(rows, /Άρθρο 1 🍕/);
    await page.click('button:has-text("Bring this table back")');
    await page.waitForURL('**/plans/**');
    assert.match(await page.locator('.go button').innerText(), /Bring back 1 table/);
    await page.context().close();
  });

  test('a database is taken away as SQL, and a table as CSV', async () => {
    const page = await open();
    await page.goto(`${site.url}/databases?db=${address('u1_shop')}`);
    const sql = await saved(page, 'a:has-text("Download the database")');
    assert.match(sql.name, /^u1_shop-\d{4}-\d\d-\d\d\.sql\.gz$/);
    const text = gunzipSync(sql.bytes).toString();
    assert.match(text, /INSERT INTO `wp_posts`/);
    assert.match(text, /CREATE [\s\S]*TRIGGER `?order_logged/);
    await page.goto(
      `${site.url}/databases/table?at=${site.points.at(-1)?.id}&db=${address('u1_shop')}&table=${address('wp_options')}`,
    );
    const csv = await saved(page, 'a:has-text("Download (.csv)")');
    assert.match(csv.bytes.toString(), /^option_name,option_value\r?\n/);
    assert.match(csv.bytes.toString(), /siteurl,https:\/\/shop\.example/);
    await page.context().close();
  });

  async function saved(page: Page, selector: string): Promise<{ name: string; bytes: Buffer }> {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(selector)]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  }

  test('a backup of databases alone is offered where databases are chosen, and never for files', async () => {
    await site.ask({ kind: 'backup', account: 'u1', paths: [], label: undefined, only: 'databases' });
    const page = await open();
    const times = await page.locator('.chosen .seg a').count();
    assert.equal(await page.locator('table.files tbody tr').count(), 6);
    await page.click('.kinds a:has-text("Databases")');
    await page.waitForURL('**/databases**');
    assert.equal(await page.locator('.card .seg a').count(), times + 1);
    await page.locator('.card .seg a').last().click();
    await page.waitForSelector('.seg a:last-child[aria-current]');
    assert.equal(await page.locator('.newer').count(), 0, 'nothing came in since');
    await page.context().close();
  });

  test('a database of PostgreSQL is told with its rows then and now, and chosen tables come beside it', async () => {
    const page = await open();
    const before = salesOf(postgresql, 'u1_sales');
    await page.goto(`${site.url}/databases?at=${site.points.at(-1)?.id}`);
    await page.click('.dbs a:has-text("u1_sales")');
    assert.match(await page.locator('.dbs [aria-current]').innerText(), /^u1_sales\s*PostgreSQL/);
    await page.check('input[name=how][value=some]');
    const row = (name: string) => page.locator('.ticks tr', { hasText: name });
    assert.match(await row('orders').innerText(), /Changed since[\s\S]*5\s+3/);
    assert.match(await row('posts').innerText(), /Changed since[\s\S]*10\s+20/);
    assert.match(await row('odd').innerText(), /Gone now[\s\S]*–\s+1/);
    assert.match(await row('options').innerText(), /(As many rows|Same in the newest backup)[\s\S]*3\s+3/);
    await row('odd').locator('input').check();
    await page.click('.go button');
    await page.waitForURL('**/plans/**');
    assert.match(await page.locator('.route').innerText(), /u1_sales_restored_\d{4}/);
    await page.click('.go button');
    await finish(page);
    const name = await page.locator('.hero bdi').innerText();
    assert.equal(postgresql.sql('SELECT count(*) FROM odd', name).trim(), '1');
    assert.equal(salesOf(postgresql, 'u1_sales'), before);
    await page.click('button.undo');
    await page.waitForSelector('text=Everything is as it was before');
    assert.equal(postgresql.sql(`SELECT count(*) FROM pg_database WHERE datname = '${name}'`).trim(), '0');
    await page.context().close();
  });

  test('staff sees tables and makes the plan, and neither rows nor a button to run it', async () => {
    const person = await openPerson(browser);
    person.setDefaultTimeout(deadline);
    const page = await person.newPage();
    await page.goto(await site.staffLink('u1'));
    await page.waitForURL('**/restore**');
    await page.goto(`${site.url}/databases?db=${address('u1_shop')}`);
    assert.equal(await page.locator('.ticks a, a[download]').count(), 0);
    await page.click('.go button');
    await page.waitForURL('**/plans/**');
    assert.equal(await page.locator('.go button').count(), 0);
    const place = `at=${site.points.at(-1)?.id}&db=${address('u1_shop')}&table=${address('wp_posts')}`;
    assert.equal((await page.goto(`${site.url}/databases/table?${place}`))?.status(), 404);
    assert.equal((await page.goto(`${site.url}/databases/download?${place}`))?.status(), 404);
    await person.close();
  });

  test('nobody finds the databases of another account', async () => {
    const page = await open();
    const place = `at=${site.points.at(-1)?.id}&db=${address('u2_secret')}&table=${address('secret_of_u2')}`;
    assert.ok(!(await page.content()).includes('u2_secret'));
    assert.equal((await page.goto(`${site.url}/databases/table?${place}`))?.status(), 404);
    assert.equal((await page.request.get(`${site.url}/databases/download?${place}`)).status(), 404);
    await page.goto(`${site.url}/databases?${place}`);
    assert.ok(!(await page.locator('main').innerText()).includes('u2'), 'the page shows its own instead');
    await page.context().close();
  });
});
