import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import test, { suite } from 'node:test';
import { browse } from '../../plugin/actions/browse.ts';
import { findAccount } from '../../plugin/actions/find-account.ts';
import { listMailboxes } from '../../plugin/actions/list-mailboxes.ts';
import { asTheTenant } from '../support/plan-homes.ts';
import type { PlanSite } from '../support/plan-site.ts';
import { watchStore } from '../support/watch-store.ts';
import { changesIn, listed, openSmall, undo } from '../support/plan-trials.ts';

const info = 'mail/example.gr/info';
/** Four messages: one new, two read, one sent; and what the mail server writes about them. */
const first = `mkdir -p ${info}/cur ${info}/new ${info}/tmp ${info}/.Sent/cur ${info}/.Sent/new notes/new Maildir/cur Maildir/new mail/example.gr/lost/cur mail/example.gr/lost/new
  (cd ${info}; echo 1 > cur/1700000001.M1.mx:2,; echo 2 > cur/1700000002.M2.mx:2,S; echo 3 > new/1700000003.M3.mx; echo 4 > .Sent/cur/1700000004.M4.mx:2,S
  echo then > dovecot-uidlist); echo 3 > notes/new/1700000003.M3.mx; echo 9 > mail/example.gr/lost/cur/1700000009.M9.mx:2,S`;
/** One is answered, one is read, two are deleted, and two came since. */
const later = `(cd ${info}; mv cur/1700000001.M1.mx:2, cur/1700000001.M1.mx:2,RS; mv new/1700000003.M3.mx cur/1700000003.M3.mx:2,S
  rm cur/1700000002.M2.mx:2,S .Sent/cur/1700000004.M4.mx:2,S; echo 5 > new/1700000005.M5.mx; echo 6 > new/1700000006.M6.mx; echo now > dovecot-uidlist)
  mkdir notes/cur2; mv notes/new/1700000003.M3.mx notes/cur2/1700000003.M3.mx:2,S; rm -r mail/example.gr/lost`;

const performing = ({ services }: PlanSite) => ({
  services,
  onProgress: () => {},
  signal: new AbortController().signal,
});
const messages = ({ home }: PlanSite): string[] =>
  globSync(['cur/*', 'new/*', '.Sent/cur/*'], { cwd: `${home}/${info}` }).toSorted();

suite('a mailbox that comes back', () => {
  test('has its lost messages again, those that came since, and none twice; undone it is as before', async (t) => {
    const site = await openSmall(t, first, later);
    const plan = await site.plan({ paths: [info] });
    const files = listed(plan).filter((line) => !line.startsWith('touched'));
    assert.deepEqual(files, [
      `comes-back ${info}/.Sent/cur/1700000004.M4.mx:2,S`,
      `comes-back ${info}/cur/1700000002.M2.mx:2,S`,
    ]);
    const receipt = await site.run(plan.plan);
    assert.deepEqual([receipt.problems, receipt.counts], [[], plan.counts]);
    assert.deepEqual(messages(site), [
      '.Sent/cur/1700000004.M4.mx:2,S',
      'cur/1700000001.M1.mx:2,RS',
      'cur/1700000002.M2.mx:2,S',
      'cur/1700000003.M3.mx:2,S',
      'new/1700000005.M5.mx',
      'new/1700000006.M6.mx',
    ]);
    await undo(site);
    assert.deepEqual(changesIn(site), []);
  });

  test('a message that is read between the plan and the restore changes nothing about it', async (t) => {
    const site = await openSmall(t, first, `rm ${info}/cur/1700000002.M2.mx:2,S`);
    const plan = await site.plan({ paths: [info] });
    asTheTenant(site.home, `cd ${info}; mv new/1700000003.M3.mx cur/1700000003.M3.mx:2,S`);
    const receipt = await site.run(plan.plan);
    assert.deepEqual([receipt.problems, receipt.counts.comesBack], [[], 1]);
  });

  test('is exactly what it was when that is wanted, and elsewhere names mean what they say', async (t) => {
    const site = await openSmall(t, first, later);
    const exact = await site.plan({ paths: [info], mode: 'exact' });
    assert.equal(exact.counts.deleted, 4, 'two under their new names, and two that came since');
    assert.ok(listed(exact).includes(`replaced ${info}/dovecot-uidlist`));
    const notes = await site.plan({ paths: ['notes'] });
    assert.ok(listed(notes).includes('comes-back notes/new/1700000003.M3.mx'), 'no mailbox without cur');
  });

  test('that is gone comes back whole, with what the mail server wrote', async (t) => {
    const site = await openSmall(t, first, `rm -r ${info}`);
    const plan = await site.plan({ paths: [info] });
    assert.ok(listed(plan).includes(`comes-back ${info}/dovecot-uidlist`));
    await site.run(plan.plan);
    assert.equal(messages(site).length, 4);
  });
});

test('mailboxes are told with their messages then and now', async (t) => {
  const site = await openSmall(t, first, later);
  const asked = { account: 'u1', point: 'latest', offset: 0, limit: 10 };
  const { total, mailboxes } = await listMailboxes(performing(site), asked);
  assert.equal(total, 3);
  const told = mailboxes.map(({ path, address, messages: then, messagesNow, isGone, missing, newer }) => [
    Buffer.from(path, 'base64').toString(),
    address,
    [then, messagesNow, missing, newer],
    isGone,
  ]);
  assert.deepEqual(told, [
    ['Maildir', undefined, [0, 0, 0, 0], false],
    [info, 'info@example.gr', [4, 4, 2, 2], false],
    ['mail/example.gr/lost', 'lost@example.gr', [1, 0, 1, 0], true],
  ]);
  const second = await listMailboxes(performing(site), { ...asked, offset: 1, limit: 1 });
  assert.deepEqual([second.total, second.mailboxes.map(({ address }) => address)], [3, ['info@example.gr']]);
  const browsed = await browse(site.services, { account: 'u1', point: 'latest', path: '', mail: true });
  assert.equal(browsed.mailboxes, 3);
});

test('how many there are is told without reading a folder of mail', async (t) => {
  const site = await openSmall(t, first, '');
  const asked = { account: 'u1', point: 'latest', path: Buffer.from('notes').toString('base64') };
  const readFor = async (mail: boolean): Promise<{ mailboxes: number | undefined; reads: string[] }> => {
    const reads: string[] = [];
    const openStore: typeof site.services.openStore = async (place) => {
      const watched = watchStore(await site.services.openStore(place), (call) => reads.push(call));
      return watched.store;
    };
    const { mailboxes } = await browse({ ...site.services, openStore }, { ...asked, mail });
    return { mailboxes, reads };
  };
  await readFor(true); // the catalog is made
  const [without, withMail] = [await readFor(false), await readFor(true)];
  assert.deepEqual([without.mailboxes, withMail.mailboxes], [undefined, 3]);
  assert.deepEqual(withMail.reads, without.reads);
  const { generation } = await findAccount(site.services, 'u1');
  site.services.catalogs.drop(generation);
  const again = await readFor(true);
  assert.equal(again.mailboxes, 3);
  assert.ok(again.reads.length > without.reads.length, 'making the catalog reads trees');
});
