import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { shareProgram } from '../../../plugin/demo/shared-program.ts';
import { needsRoot } from '../../support/backup-site.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const tenant = { uid: 20_001, gid: 20_001 };

suite('the program that customers start', () => {
  test('without other users it is the checkout', (t) => {
    const folder = temporaryFolder(t);
    assert.deepEqual(shareProgram(process.cwd(), folder, undefined), { root: process.cwd(), isCopy: false });
    assert.equal(readlinkSync(join(folder, 'bin/larder')), join(process.cwd(), 'plugin/bin/larder'));
  });

  test('a checkout that is closed to them is copied to where they can read', { skip: needsRoot }, (t) => {
    const folder = openFolder(t);
    const { root, isCopy } = shareProgram(closedCheckout(t), folder, tenant);
    assert.deepEqual([root, isCopy], [join(folder, 'program'), true]);
    assert.match(startAsTenant(join(folder, 'bin/larder')), /^larder \d/);
  });

  test('the copy belongs to root, and a second start makes it anew', { skip: needsRoot }, (t) => {
    const folder = openFolder(t);
    const closed = closedCheckout(t);
    shareProgram(closed, folder, tenant);
    cpSync(join(folder, 'program/package.json'), join(folder, 'program/plugin/left-over.ts'));
    shareProgram(closed, folder, tenant);
    const found = spawnSync('find', [
      join(folder, 'program'),
      '(',
      '-perm',
      '/022',
      '-type',
      'f',
      '-o',
      '-name',
      'left-over.ts',
      ')',
    ]);
    assert.equal(found.stdout.toString(), '');
  });
});

function openFolder(t: TestContext): string {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o755);
  return folder;
}

/** In a folder of mode 0700, with modes that let nobody else in either. */
function closedCheckout(t: TestContext): string {
  const checkout = temporaryFolder(t);
  const parts = ['plugin', 'locales', 'package.json', 'node_modules/smol-toml'];
  for (const part of parts) cpSync(part, join(checkout, part), { recursive: true });
  mkdirSync(join(checkout, 'node_modules/.bin'), { recursive: true });
  symlinkSync(process.execPath, join(checkout, 'node_modules/.bin/node'));
  spawnSync('chmod', ['-R', 'go=', join(checkout, 'plugin'), join(checkout, 'locales')]);
  return checkout;
}

function startAsTenant(program: string): string {
  const { stdout } = spawnSync(program, ['--version'], { ...tenant, cwd: '/', env: {}, encoding: 'utf8' });
  return stdout;
}
