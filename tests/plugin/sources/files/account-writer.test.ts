import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PanelAccount } from '../../../../plugin/domain/account.ts';
import { parseAccountName } from '../../../../plugin/domain/ids.ts';
import { openWriting } from '../../../../plugin/platform/open-writing.ts';
import { openAccountWriter } from '../../../../plugin/sources/files/account-writer.ts';
import { needsRoot } from '../../../support/backup-site.ts';
import { failsWith } from '../../../support/failures.ts';
import { tenant, writerProgram } from '../../../support/restore-site.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { asTenant, writeFile } from '../../../support/tenant-files.ts';

const account: PanelAccount = {
  name: parseAccountName('maria'),
  ...tenant,
  home: '/nonexistent',
  databases: [],
  email: undefined,
  language: undefined,
  trustedUids: [],
};

async function open(changes: Partial<PanelAccount>, path?: string, after?: Promise<unknown>) {
  const system = await openWriting();
  const folder = path === undefined ? ({ kind: 'home' } as const) : ({ kind: 'folder', path } as const);
  return openAccountWriter({ ...account, ...changes }, folder, { system, program: writerProgram, after });
}

async function writeInto(path: string): Promise<void> {
  const writer = await open({}, path);
  await writeFile(writer, 'file', 'x');
  await writer.finish(undefined);
  await writer.close();
}

function makeHome(t: TestContext): { folder: string; home: string } {
  const folder = temporaryFolder(t);
  const home = join(folder, 'home');
  mkdirSync(home);
  asTenant(home);
  return { folder, home };
}

suite('a home is written only when it is safe to', () => {
  test('a home that is a link is refused', async (t) => {
    const { folder, home } = makeHome(t);
    symlinkSync(home, join(folder, 'link'));
    await failsWith('home-unsafe', () => open({ home: join(folder, 'link') }));
  });

  test('a home below a link is refused', async (t) => {
    const { folder, home } = makeHome(t);
    symlinkSync(folder, `${home}/../link`);
    await failsWith('home-unsafe', () => open({ home: join(folder, 'link', 'home') }));
  });

  test('a home that is not there is refused', async () => {
    await failsWith('home-unsafe', () => open({ home: '/nonexistent/home' }));
  });

  test('a home of somebody else is refused', { skip: needsRoot }, async (t) => {
    const { home } = makeHome(t);
    chownSync(home, 20002, 20002);
    const facts = await failsWith('home-unsafe', () => open({ home }));
    assert.match(facts.problem, /20002/);
  });

  test('an account with a user of the system is refused', { skip: needsRoot }, async (t) => {
    const { home } = makeHome(t);
    await failsWith('restore-refused', () => open({ home, uid: 33, gid: 33 }));
  });
});

suite('a folder that an administrator chose', () => {
  test('is made below the account’s own folders by the account', async (t) => {
    const { home } = makeHome(t);
    await writeInto(join(home, 'restored', 'today'));
    assert.deepEqual(readdirSync(join(home, 'restored', 'today')), ['file']);
    assert.equal(lstatSync(join(home, 'restored')).uid, tenant.uid);
  });

  test('is not made when nothing is written after all', async (t) => {
    const { home } = makeHome(t);
    const writer = await open({}, join(home, 'restored', 'today'));
    await writer.close();
    assert.deepEqual(readdirSync(home), []);
  });

  test('is made where only root can write once it is known that it is needed', { skip: needsRoot }, async (t) => {
    const { folder } = makeHome(t);
    const found = Promise.withResolvers<void>();
    const opening = open({}, join(folder, 'restored'), found.promise);
    await nextTurn();
    assert.ok(!existsSync(join(folder, 'restored')));
    found.resolve();
    await (await opening).close();
    assert.equal(lstatSync(join(folder, 'restored')).uid, tenant.uid);
  });

  test('is not made where only root can write when there is nothing to restore', { skip: needsRoot }, async (t) => {
    const { folder } = makeHome(t);
    await assert.rejects(open({}, join(folder, 'restored'), Promise.reject(new Error('nothing'))), /nothing/);
    assert.ok(!existsSync(join(folder, 'restored')));
  });

  test('is made and given to the account where only root can write', { skip: needsRoot }, async (t) => {
    const { folder } = makeHome(t);
    await writeInto(join(folder, 'restored'));
    assert.equal(lstatSync(join(folder, 'restored')).uid, tenant.uid);
  });

  test('is made by the account where everybody can write', { skip: needsRoot }, async (t) => {
    const { folder } = makeHome(t);
    chmodSync(folder, 0o1777);
    await writeInto(join(folder, 'restored'));
    assert.equal(lstatSync(join(folder, 'restored', 'file')).uid, tenant.uid);
  });

  test('is refused where it is root’s and there already', { skip: needsRoot }, async (t) => {
    const { folder } = makeHome(t);
    mkdirSync(join(folder, 'mine'));
    const facts = await failsWith('restore-refused', () => open({}, join(folder, 'mine')));
    assert.match(facts.mend, /chown 20001/);
    assert.deepEqual(readdirSync(join(folder, 'mine')), []);
  });

  test('is refused where the account cannot make it', { skip: needsRoot }, async (t) => {
    const { folder } = makeHome(t);
    await failsWith('restore-refused', () => open({}, join(folder, 'a', 'b')));
    assert.ok(!existsSync(join(folder, 'a')));
  });

  test('is refused behind a link', async (t) => {
    const { folder, home } = makeHome(t);
    symlinkSync('/etc', join(home, 'link'));
    await failsWith('restore-refused', () => open({}, join(home, 'link', 'x')));
    assert.ok(existsSync(folder));
  });
});
