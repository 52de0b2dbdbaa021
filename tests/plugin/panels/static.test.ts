import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import type { Panel } from '../../../plugin/contracts/panel.ts';
import { openStaticPanel, parseAccounts } from '../../../plugin/panels/static.ts';
import { testPanel } from '../../contracts/panel.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

testPanel('the static panel', {
  kind: 'static',
  open: (context, users) => openText(context, JSON.stringify(users)),
  openDamaged: (context) => openText(context, '[{"name": "maria",'),
});

function openText(context: TestContext, text: string): Panel {
  const file = join(temporaryFolder(context), 'accounts.json');
  writeFileSync(file, text);
  return openStaticPanel(file);
}

test('an account may have databases, an address, a language and other trusted owners', () => {
  const account = {
    name: 'maria',
    uid: 20001,
    gid: 20001,
    home: '/srv/homes/maria',
    databases: ['maria_shop', 'maria_blog'],
    email: 'maria@example.gr',
    language: 'el',
    trustedUids: [33],
    package: 'gold',
    timeZone: 'Europe/Athens',
    domain: 'xn--hxakic4aa.example',
  };
  const standing = { isSuspended: true, isOverQuota: false };
  const text = JSON.stringify([{ ...account, suspended: true, overQuota: false }]);
  assert.deepEqual(parseAccounts('/a.json', text), [{ ...account, ...standing }]);
});

test('what an account does not have is empty', () => {
  const [account] = parseAccounts('/a.json', '[{"name": "maria", "uid": 1, "gid": 1, "home": "/h"}]');
  assert.deepEqual(account, {
    name: 'maria',
    uid: 1,
    gid: 1,
    home: '/h',
    databases: [],
    email: undefined,
    language: undefined,
    trustedUids: [],
    package: undefined,
    timeZone: undefined,
    domain: undefined,
    isSuspended: undefined,
    isOverQuota: undefined,
  });
});

test('the name of a site is one, and never an address', () => {
  for (const domain of [
    'example',
    'Example.gr',
    'https://example.gr',
    'a b.gr',
    'example.gr/x',
    '-a.gr',
    'ταβέρνα.gr',
  ]) {
    const text = JSON.stringify([{ name: 'maria', uid: 1, gid: 1, home: '/h', domain }]);
    assert.throws(() => parseAccounts('/a.json', text), /configuration-invalid|is no name of a site/, domain);
  }
});

test('the file is read anew at every call', async (t) => {
  const file = join(temporaryFolder(t), 'accounts.json');
  writeFileSync(file, '[]');
  const panel = openStaticPanel(file);
  assert.equal((await panel.listAccounts()).length, 0);
  writeFileSync(file, '[{"name": "maria", "uid": 20001, "gid": 20001, "home": "/h"}]');
  assert.equal((await panel.listAccounts()).length, 1);
});

test('a missing file is named', async (t) => {
  const file = join(temporaryFolder(t), 'accounts.json');
  assert.deepEqual(await failsWith('configuration-missing', () => openStaticPanel(file).listAccounts()), { file });
});

test('a file that others may write is not believed', async (t) => {
  const file = join(temporaryFolder(t), 'accounts.json');
  writeFileSync(file, '[]');
  chmodSync(file, 0o666);
  const facts = await failsWith('state-unsafe', () => openStaticPanel(file).listAccounts());
  assert.equal(facts.mend, `chmod go-w ${file}`);
});

/** The account stands on lines 3 to 8; `field` on line 8. */
function lines(field: string, home = '/srv/homes/maria'): string {
  return `[\n  {"name": "nikos", "uid": 20002, "gid": 20002, "home": "/h/nikos"},\n  {\n    "name": "maria",\n    "uid": 20001,\n    "gid": 20001,\n    "home": "${home}",\n    ${field}\n  }\n]\n`;
}

const refused = [
  {
    title: 'an unknown key, with the one that was meant',
    text: lines('"langauge": "el"'),
    line: 8,
    hint: /did you mean `language`/,
  },
  { title: 'an unknown key that is like no other', text: lines('"colour": "red"'), line: 8, hint: /`trustedUids`/ },
  { title: 'a key written twice', text: lines('"uid": 5'), line: 8, hint: /remove one/ },
  { title: 'a relative home', text: lines('"language": "el"', 'homes/maria'), line: 7, hint: /"\/srv\/homes\/maria"/ },
  {
    title: 'a home with dots',
    text: lines('"language": "el"', '/srv/homes/../etc'),
    line: 7,
    hint: /write "\/srv\/etc"/,
  },
  {
    title: 'a home with a slash at its end',
    text: lines('"language": "el"', '/srv/maria/'),
    line: 7,
    hint: /write "\/srv\/maria"/,
  },
  { title: 'the whole server as home', text: lines('"language": "el"', '/'), line: 7, hint: /such as/ },
  {
    title: 'a home with a control character',
    text: lines('"language": "el"', String.raw`/srv/\u0000`),
    line: 7,
    hint: /absolute/,
  },
  { title: 'databases that are no list', text: lines('"databases": "maria_shop"'), line: 8, hint: /\["maria_shop"\]/ },
  { title: 'databases named twice', text: lines('"databases": ["a", "a"]'), line: 8, hint: /such as/ },
  { title: 'a database that is a number', text: lines('"databases": [1]'), line: 8, hint: /such as/ },
  { title: 'an address that is none', text: lines('"email": "maria"'), line: 8, hint: /maria@example\.gr/ },
  { title: 'a language that is none', text: lines('"language": "Greek!"'), line: 8, hint: /"el"/ },
  { title: 'root as trusted owner', text: lines('"trustedUids": [0]'), line: 8, hint: /remove 0/ },
  { title: 'another customer as trusted owner', text: lines('"trustedUids": [20002]'), line: 8, hint: /remove it/ },
  { title: 'a trusted owner that is a text', text: lines('"trustedUids": ["33"]'), line: 8, hint: /such as \[33\]/ },
  {
    title: 'a uid that is a text',
    text: lines('"x": 1').replace('20001,', '"20001",').replace(',\n    "x": 1', ''),
    line: 5,
    hint: /whole number/,
  },
  {
    title: 'a uid too great',
    text: lines('"language": "el"').replace('20001,', '4294967295,'),
    line: 5,
    hint: /4294967294/,
  },
  { title: 'a missing home', text: '[\n  {"name": "maria", "uid": 1,\n "gid": 1}\n]', line: 2, hint: /add `home`/ },
  { title: 'an account that is no table', text: '[\n  "maria"\n]', line: 1, hint: /`uid`/ },
  { title: 'a file that is no list', text: '{\n  "name": "maria"\n}', line: 1, hint: /begin with "\["/ },
  { title: 'a forgotten comma', text: '[\n  {"name": "maria"}\n  {"name": "nikos"}\n]', line: 3, hint: /comma/ },
];

suite('accounts.json is refused, with the line, for', () => {
  for (const { title, text, line, hint } of refused) {
    test(title, async () => {
      const facts = await failsWith('configuration-invalid', () => parseAccounts('/etc/larder/accounts.json', text));
      assert.equal(facts.line, line, facts.problem);
      assert.match(facts.hint, hint);
      assert.equal(facts.file, '/etc/larder/accounts.json');
    });
  }
});
