import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import { serveMailPage } from '../../../plugin/demo/mail-page.ts';
import { readMail } from '../../../plugin/demo/read-mail.ts';
import { openMailFolder } from '../../../plugin/mail/mail-folder.ts';
import { findFreePort } from '../../../plugin/platform/free-port.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const words = { title: 'Mails', none: 'None yet' };
const subject = 'Επέστρεψαν 99 αρχεία στην Ταβέρνα Μαρία <b>& e-shop</b>, όπως ήταν την Πέμπτη 19 Νοεμβρίου';

test('mails in a folder are listed on a page, each as its reader sees it, and nothing in them runs', async (t) => {
  const folder = temporaryFolder(t);
  const page = await serveMailPage(folder, await findFreePort(18_600), words);
  t.after(() => page.close());
  assert.match(await (await fetch(page.url)).text(), /None yet/);
  const html = '<p style="color:red">Όλα είναι πάλι στη θέση τους. <a href="http://127.0.0.1/jobs/x">Δείτε το</a></p>';
  await openMailFolder(folder, { from: 'Larder <a@b.example>', replyTo: undefined }).send({
    id: 'a1',
    at: new Date('2026-11-20T08:00:00Z'),
    to: 'maria@taverna.example',
    language: 'el',
    subject,
    text: 'Όλα είναι πάλι στη θέση τους.',
    html,
  });
  const [file = ''] = readdirSync(folder);
  const list = await (await fetch(page.url)).text();
  assert.match(list, /Επέστρεψαν 99 αρχεία στην Ταβέρνα Μαρία &lt;b&gt;&amp; e-shop&lt;\/b&gt;, όπως ήταν την Πέμπτη/);
  assert.match(list, /maria@taverna\.example/);
  const shown = await fetch(page.url + file);
  assert.match(await shown.text(), /Όλα είναι πάλι στη θέση τους\. <a target="_top" href/);
  assert.match(shown.headers.get('content-security-policy') ?? '', /default-src 'none'.*sandbox/);
});

test('who does not know the address sees nothing, and nothing else is read', async (t) => {
  const folder = temporaryFolder(t);
  const page = await serveMailPage(folder, await findFreePort(18_600), words);
  t.after(() => page.close());
  const { origin } = new URL(page.url);
  for (const address of [`${origin}/`, `${origin}/x/`, `${page.url}..%2fkey.eml`, `${page.url}none.eml`]) {
    assert.equal((await fetch(address)).status, 404, address);
  }
});

test('a mail without parts is no fault', () => {
  assert.deepEqual(readMail('Subject: x\n\nbody'), { to: '', subject: 'x', date: '', text: '', html: '' });
  assert.equal(readMail('').subject, '');
});
