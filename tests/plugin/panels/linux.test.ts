import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import type { Panel } from '../../../plugin/contracts/panel.ts';
import { openLinuxPanel } from '../../../plugin/panels/linux.ts';
import { testPanel } from '../../contracts/panel.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

testPanel('the panel "linux"', {
  kind: 'linux',
  open: (context, users) => {
    return openText(
      context,
      users.map(({ name, uid, gid, home }) => `${name}:x:${uid}:${gid}::${home}:/bin/bash\n`).join(''),
    );
  },
  openDamaged: (context) => openText(context, 'root:x:0:0:root:/root:/bin/bash\nmaria:x:many\n'),
});

function openText(context: TestContext, passwd: string, loginDefinitions?: string): Panel {
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, 'passwd'), passwd);
  if (loginDefinitions !== undefined) writeFileSync(join(folder, 'login.defs'), loginDefinitions);
  return openLinuxPanel({ passwdFile: join(folder, 'passwd'), loginDefinitionsFile: join(folder, 'login.defs') });
}

async function listNames(panel: Panel): Promise<string[]> {
  return (await panel.listAccounts()).map(({ name }) => name);
}

const cases = [
  { title: 'system users are no accounts', passwd: 'www-data:x:33:33::/var/www:/usr/sbin/nologin', names: [] },
  { title: 'nobody is no account', passwd: 'nobody:x:65534:65534::/home/nobody:/bin/sh', names: [] },
  {
    title: 'a customer without a shell is an account',
    passwd: 'maria:x:1000:1000::/home/maria:/usr/sbin/nologin',
    names: ['maria'],
  },
  { title: 'the last ordinary uid is an account', passwd: 'maria:x:60000:1::/home/maria:', names: ['maria'] },
  { title: 'a uid after the last ordinary one is none', passwd: 'maria:x:60001:1::/home/maria:', names: [] },
  { title: 'a user without a home is no account', passwd: 'job:x:1000:1::/nonexistent:/bin/sh', names: [] },
  { title: 'a user whose home is relative is no account', passwd: 'job:x:1000:1::home:/bin/sh', names: [] },
  { title: 'a user whose home is the whole server is no account', passwd: 'job:x:1000:1::/:/bin/sh', names: [] },
  {
    title: 'a user whose home leads to the whole server is no account',
    passwd: 'job:x:1000:1::/home/..:/bin/sh',
    names: [],
  },
  {
    title: 'a user who lives in a system folder is no account',
    passwd: 'job:x:1000:1::/usr/lib/job:/bin/sh',
    names: [],
  },
  {
    title: 'a home that only begins like a system folder is one',
    passwd: 'maria:x:1000:1::/users/maria:/bin/sh',
    names: ['maria'],
  },
  { title: 'machines of Samba are no accounts', passwd: 'desk$:x:1000:1::/home/desk:/bin/false', names: [] },
  {
    title: 'comments, empty lines and NIS lines are passed over',
    passwd: '# users\n\n+::::::\n-@bad\nmaria:x:1000:1::/home/maria:',
    names: ['maria'],
  },
];

suite('who is an account without a panel', () => {
  for (const { title, passwd, names } of cases) {
    test(title, async (t) => assert.deepEqual(await listNames(openText(t, passwd)), names));
  }
});

test('login.defs says which uids are people', async (t) => {
  const passwd = 'a:x:499:1::/home/a:\nb:x:500:1::/home/b:\nc:x:900:1::/home/c:\nd:x:901:1::/home/d:\n';
  const panel = openText(t, passwd, '# UID_MIN 5\nUID_MIN\t\t\t  500\nUID_MAX 900\n');
  assert.deepEqual(await listNames(panel), ['b', 'c']);
});

test('a home is given in its shortest form', async (t) => {
  const [account] = await openText(t, 'maria:x:1000:1000:Maria,,,:/home//maria/:/bin/sh').listAccounts();
  assert.equal(account?.home, '/home/maria');
});

test('a customer whose name cannot be kept is not left out silently', async (t) => {
  const panel = openText(t, 'root:x:0:0::/root:/bin/sh\nmaria@shop:x:1000:1::/home/maria:');
  const facts = await failsWith('configuration-invalid', () => panel.listAccounts());
  assert.equal(facts.line, 2);
  assert.match(facts.hint, /usermod/);
});

test('a strange name of a system user stops nothing', async (t) => {
  assert.deepEqual(await listNames(openText(t, 'we@rd:x:100:1::/var/x:\nmaria:x:1000:1::/home/maria:')), ['maria']);
});

test('a passwd file that cannot be read is named', async () => {
  const panel = openLinuxPanel({ passwdFile: '/nonexistent/passwd', loginDefinitionsFile: '/nonexistent/login.defs' });
  assert.equal((await failsWith('configuration-invalid', () => panel.listAccounts())).file, '/nonexistent/passwd');
});
