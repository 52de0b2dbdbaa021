import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { isRoot, needsRoot } from '../support/backup-site.ts';
import { openBrowser, openPerson } from '../support/browser.ts';
import { suiteFolder } from '../support/temporary-folder.ts';
import { WebSite } from '../support/web-site.ts';

const base64url = (path: string): string => Buffer.from(path).toString('base64url');
const deadline = 120_000;

suite('beside the restore page', { skip: isRoot ? false : needsRoot }, () => {
  const folder = suiteFolder();
  let site: WebSite;
  let browser: Browser;
  let page: Page;

  before(async () => {
    [site, browser] = await Promise.all([WebSite.open(folder, 18_000), openBrowser()]);
    const person = await openPerson(browser);
    person.setDefaultTimeout(deadline);
    page = await site.signIn(person);
  });

  after(async () => {
    await browser.close();
    await site.close();
  });

  /** Before the home was broken. */
  const past = (): string => site.points.at(-1)?.id ?? '';
  const mails = (): string[] => (existsSync(`${folder}/mails`) ? readdirSync(`${folder}/mails`).toSorted() : []);

  test('a backup is made now, with a name, and is among the own ones and in Activity', async () => {
    await page.goto(`${site.url}/schedule`);
    await page.fill('#on', 'before <b>7.0</b>');
    await page.click('.put button');
    await page.waitForURL('**/jobs/**');
    await page.waitForSelector('h1:has-text("Done")');
    await page.goto(`${site.url}/schedule`);
    assert.match(await page.locator('li.own').first().innerText(), /before <b>7\.0<\/b>/);
    await page.goto(`${site.url}/activity`);
    assert.match(await page.locator('.log').first().innerText(), /Your backup “before <b>7\.0<\/b>” finished/);
    const { points } = await site.ask({ kind: 'list', account: 'u1' });
    assert.ok(points.some(({ label }) => label === 'before <b>7.0</b>'));
  });

  test('a backup of one’s own is kept for good, and let go again', async () => {
    await page.goto(`${site.url}/schedule`);
    const first = page.locator('li.own').first();
    await first.locator('button:has-text("Keep for good")').click();
    await page.waitForSelector('[role=status]:has-text("It stays until you let it go")');
    assert.match(await first.innerText(), /stays until you let it go/);
    await first.locator('button:has-text("Let go")').click();
    await page.waitForSelector('[role=status]:has-text("The usual time holds for it again")');
    await first.locator('button:has-text("Keep for good")').waitFor();
  });

  test('it is deleted only with the code that was mailed, three days later, and can be kept until then', async () => {
    const name = 'before <b>7.0</b>';
    await page.goto(`${site.url}/schedule`);
    const own = page.locator('li.own', { hasText: name });
    const before = mails().length;
    await own.locator('a:has-text("Delete")').click();
    await page.click('button:has-text("Send me the code")');
    await page.waitForSelector('#code');
    await page.fill('#code', '000000');
    await page.click('button:has-text("Delete in three days")');
    await page.waitForSelector('[role=alert]:has-text("This code is wrong")');
    await page.click('button:has-text("Send me the code")');
    await page.waitForSelector('#code');
    while (mails().length < before + 2) await page.waitForTimeout(50);
    const mail = readFileSync(`${folder}/mails/${mails().at(-1)}`, 'utf8');
    await page.fill('#code', /\b(\d{6})\b/.exec(mail)?.[1] ?? '');
    await page.click('button:has-text("Delete in three days")');
    await page.waitForSelector('[role=status]:has-text("It will be deleted in three days")');
    assert.match(await own.innerText(), /will be deleted on/);
    await own.locator('button:has-text("Do not delete")').click();
    await page.waitForSelector('[role=status]:has-text("It will not be deleted")');
    assert.ok((await site.ask({ kind: 'list', account: 'u1' })).points.some(({ label }) => label === name));
  });

  test('what is chosen for mails, language and time is kept, and the pages speak that language at once', async () => {
    await page.goto(`${site.url}/schedule`);
    await page.uncheck('input[name=mail][value=late]');
    await page.selectOption('#lang', 'el');
    await page.selectOption('#zone', 'Asia/Tokyo');
    await page.click('.tell button');
    await page.waitForSelector('[role=status]:has-text("Αποθηκεύτηκε")');
    const { language, timeZone, mail } = await site.ask({ kind: 'settings', account: 'u1' });
    assert.deepEqual([language, timeZone, mail.late, mail.ready], ['el', 'Asia/Tokyo', false, true]);
    await page.selectOption('#lang', 'en');
    await page.selectOption('#zone', '');
    await page.click('.tell button');
    await page.waitForSelector('[role=status]:has-text("Saved")');
  });

  test('a real test restore is told on the pages, and nothing is claimed before it', async () => {
    await page.goto(`${site.url}/restore`);
    assert.equal(await page.locator('.status a').count(), 0);
    const { drills } = await site.ask({ kind: 'drill', account: 'u1', which: 'account' });
    const { outcome, files, point } = drills[0] ?? {};
    assert.equal(outcome, 'passed');
    await page.goto(`${site.url}/restore?at=${point}`);
    assert.match(await page.locator('.chosen').innerText(), /really restored as a test, and all of it was right/);
    await page.click('.status a:has-text("Test restore passed")');
    const told = await page.locator('#test .note.ok').innerText();
    assert.match(told, new RegExp(`was really restored as a test: ${files?.compared} files\\. All of it was right`));
    await page.click('#test a:has-text("See that backup")');
    assert.equal(new URL(page.url()).searchParams.get('at'), point);
  });

  test('a download is prepared, waits, is fetched whole and from the middle on', async () => {
    await page.goto(`${site.url}/restore?path=${base64url('public_html')}`);
    await page.check(`input[value="${base64url('public_html/wp-content')}"]`);
    await page.waitForSelector('.picks li');
    await page.check('input[name=to][value=download]');
    await page.waitForTimeout(50);
    await page.click('.go button');
    await page.waitForURL('**/downloads/new**');
    await page.click('button:has-text("Prepare it for me")');
    await page.waitForURL('**/downloads');
    for (const link = page.locator('a[download]'); (await link.count()) === 0;) await page.reload();
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[download]')]);
    const whole = readFileSync(await download.path());
    assert.match(download.suggestedFilename(), /^wp-content-\d{4}-\d\d-\d\d\.zip$/);
    assert.equal(whole.subarray(0, 2).toString(), 'PK');
    const address = (await page.getAttribute('a[download]', 'href')) ?? '';
    const rest = await page.request.get(site.url + address, { headers: { range: 'bytes=100-' } });
    assert.equal(rest.status(), 206);
    assert.ok((await rest.body()).equals(whole.subarray(100)));
    const ready = mails().map((file) => readFileSync(`${folder}/mails/${file}`, 'utf8'));
    assert.ok(
      ready.some((mail) => /\/downloads/.test(mail)),
      'a mail says that it is ready',
    );
  });

  test('a file is looked into beside what it is now, also an older version of it', async () => {
    await page.goto(`${site.url}/restore?at=${past()}&path=${base64url('public_html/wp-content/plugins/shop')}`);
    await page.click('td.nm a:has-text("part-0.php")');
    await page.locator('.vers a:has-text("Look")').last().click();
    await page.waitForURL('**/look**');
    const text = await page.locator('.diff').innerText();
    assert.match(text, /br/);
    assert.match(text, /part 0/);
    await page.goto(`${site.url}/restore/versions?path=${base64url('public_html/prices.html')}`);
    assert.equal(await page.locator('.vers a:has-text("Look")').count(), 2);
    await page.locator('.vers a:has-text("Look")').last().click();
    assert.match(await page.locator('.diff').innerText(), /<p>new prices<\/p>[\s\S]*<p>prices<\/p>/);
  });

  test('what was looked at comes back from there, and what leads nowhere leads home', async () => {
    await page.goto(`${site.url}/look?point=${past()}&path=${base64url('public_html/menu.pdf')}`);
    await page.click('button:has-text("Bring back")');
    await page.waitForURL('**/plans/**');
    assert.match(await page.locator('.tally').innerText(), /1\s*file comes back/);
    await page.goto(`${site.url}/nowhere`);
    assert.equal(await page.locator('nav.tabs a').count(), 4);
    await page.click('a:has-text("To my backups")');
    await page.waitForURL('**/restore');
  });

  test('a long list is folded, and opens without a script', async () => {
    const whole = { kind: 'plan', account: 'u1', point: past(), paths: [''], mode: 'merge' } as const;
    const made = await site.ask({ ...whole, target: { kind: 'in-place' } });
    await page.goto(`${site.url}/plans/${made.plan}`);
    const rows = page.locator('li.row.chg');
    const count = await rows.count();
    assert.ok(count > 12, `${count} rows`);
    assert.equal(await rows.filter({ visible: true }).count(), 12);
    await page.click(`summary:has-text("Show ${count - 12} more")`);
    assert.equal(await rows.filter({ visible: true }).count(), count);
  });

  test('a mailbox is shown with its messages then and now, and what is lost of it comes back', async () => {
    await page.goto(`${site.url}/restore?at=${past()}`);
    await page.click('.kinds a:has-text("Mailboxes")');
    const mailbox = page.locator('tr', { hasText: 'info@u1.example.gr' });
    assert.match(await mailbox.innerText(), /1 message gone[\s\S]*3 messages[\s\S]*now 3/);
    await mailbox.locator('input[name=pick]').check();
    await page.waitForSelector('.picks li');
    await page.check('input[name=to][value=place]');
    await page.click('.go button');
    await page.waitForURL('**/plans/**');
    assert.match(await page.locator('.rows').first().innerText(), /Message of 13 Sept/);
    await page.click('.go button');
    await page.waitForSelector('dl.kv');
    await page.goto(`${site.url}/restore?kind=mail&at=${past()}`);
    assert.match(await mailbox.innerText(), /Nothing is missing[\s\S]*3 messages[\s\S]*now 4/);
    await page.click('.nm a:has-text("info@u1.example.gr")');
    await page.waitForSelector('.crumbs a:has-text("info")');
  });

  test('on the Check page the difference of a file opens below it and closes again; without a script it is a page', async () => {
    const path = Buffer.from('public_html/wp-content').toString('base64');
    const plan = { kind: 'plan', account: 'u1', point: past(), paths: [path], mode: 'merge' } as const;
    const made = await site.ask({ ...plan, target: { kind: 'in-place' } });
    await page.goto(`${site.url}/plans/${made.plan}`);
    const row = page.locator('li.row', { hasText: 'part-1.php' }).first();
    await row.locator('a.see').click();
    await row.locator('.diff').waitFor();
    assert.match(await row.locator('.diff').innerText(), /br[\s\S]*part 1/);
    assert.ok(page.url().endsWith(`/plans/${made.plan}`));
    await row.locator('a.see').click();
    assert.ok(await row.locator('.diff').isHidden());
    const address = (await row.locator('a.see').getAttribute('href')) ?? '';
    assert.match(await (await page.request.get(site.url + address)).text(), /<del>br<\/del>/);
  });

  test('Activity tells of restores apart from people, and leads to undo', async () => {
    await page.goto(`${site.url}/restore?at=${past()}&path=${base64url('public_html')}`);
    await page.check(`input[value="${base64url('public_html/menu.pdf')}"]`);
    await page.waitForSelector('.picks li');
    await page.check('input[name=to][value=place]');
    await page.waitForTimeout(50);
    await page.click('.go button');
    await page.waitForURL('**/plans/**');
    await page.click('.go button');
    await page.waitForSelector('dl.kv');
    await page.goto(`${site.url}/activity?show=restores`);
    const events = await page.locator('.log').innerText();
    assert.match(events, /1 item was brought back/);
    assert.doesNotMatch(events, /You signed in/);
    await page.locator('.log a:has-text("Undo")').first().click();
    await page.click('button.undo');
    await page.waitForSelector('text=Everything is as it was before');
    await page.goto(`${site.url}/activity?show=people`);
    assert.match(await page.locator('.log').first().innerText(), /You signed in/);
  });

  test('who has nothing but sealed backups is told that they are there, and how something comes back', async () => {
    await site.seal('u3', 'kettle orbit mango stairs');
    const person = await openPerson(browser);
    person.setDefaultTimeout(deadline);
    const own = await site.signIn(person, 'u3');
    assert.match(await own.locator('h1').innerText(), /Your first backup is on its way/);
    await site.ask({ kind: 'archive', account: 'u3', full: false });
    await own.goto(`${site.url}/restore`);
    const said = await own.locator('main').innerText();
    assert.match(said, /Your backups open with your passphrase alone\s+1 backup is kept/);
    assert.match(said, /by SSH[^]*larder restore public_html --from archives --at latest/);
    assert.doesNotMatch(said, /first backup/);
    await person.close();
  });

  test('a passphrase of one’s own is set on its page once it is confirmed, and removed again', async () => {
    await page.goto(`${site.url}/schedule`);
    await page.click('a:has-text("Your own passphrase")');
    const fill = async (passphrase: string, confirm: string): Promise<void> => {
      await page.fill('#p1', passphrase);
      await page.fill('#p2', passphrase);
      await page.fill('#c1', confirm);
      await page.click('button:has-text("Set the passphrase")');
    };
    await fill('kettle orbit mango stairs', 'u2');
    await page.waitForSelector('[role=alert]:has-text("The name of the account is not right")');
    await fill('short', 'u1');
    await page.waitForSelector('[role=alert]:has-text("It is too easy to guess")');
    await fill('kettle orbit mango stairs', 'u1');
    await page.waitForSelector('[role=status]:has-text("only your passphrase opens new backups")');
    assert.ok((await site.ask({ kind: 'passphrase', account: 'u1' })).isOn);
    assert.match(await page.locator('main').innerText(), /older backups can still be read by your host/);
    await page.goto(`${site.url}/restore`);
    await page.waitForSelector('.note:has-text("sealed with your own passphrase")');
    await page.click('a:has-text("How to bring something back from them")');
    await page.fill('#c1', 'u1');
    await page.click('button:has-text("Make backups as before")');
    await page.waitForSelector('[role=status]:has-text("New backups are made as before")');
    assert.ok(!(await site.ask({ kind: 'passphrase', account: 'u1' })).isOn);
  });
});
