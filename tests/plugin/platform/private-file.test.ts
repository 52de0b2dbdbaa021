import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import {
  checkPrivateFolder,
  ensurePrivateFile,
  ensurePrivateFolder,
  readPrivateFile,
} from '../../../plugin/platform/private-file.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const isRoot = process.getuid?.() === 0;

test('a private file is read, and a missing one is nothing', (t) => {
  const file = join(temporaryFolder(t), 'key');
  assert.equal(readPrivateFile(file), undefined);
  writeFileSync(file, 'secret', { mode: 0o600 });
  assert.equal(readPrivateFile(file)?.toString(), 'secret');
});

suite('a file is not private', () => {
  for (const mode of [0o640, 0o620, 0o610, 0o604, 0o602, 0o601]) {
    test(`when its mode is ${mode.toString(8)}`, async (t) => {
      const file = join(temporaryFolder(t), 'key');
      writeFileSync(file, 'secret');
      chmodSync(file, mode);
      const facts = await failsWith('state-unsafe', () => readPrivateFile(file));
      assert.deepEqual(facts, {
        path: file,
        problem: `its mode 0${mode.toString(8)} lets others in`,
        mend: `chmod go= ${file}`,
      });
    });
  }

  test('when it belongs to somebody else', { skip: !isRoot && 'only root can give a file away' }, async (t) => {
    const file = join(temporaryFolder(t), 'key');
    writeFileSync(file, 'secret', { mode: 0o600 });
    chownSync(file, 20001, 20001);
    const facts = await failsWith('state-unsafe', () => readPrivateFile(file));
    assert.equal(facts.mend, `chown 0 ${file}`);
  });

  test('when it is a symbolic link', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'target'), 'secret', { mode: 0o600 });
    symlinkSync('target', join(folder, 'key'));
    await failsWith('state-unsafe', () => readPrivateFile(join(folder, 'key')));
    await failsWith('state-unsafe', () => ensurePrivateFile(join(folder, 'key')));
  });

  test('when it is a folder', async (t) => {
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'key'), { mode: 0o700 });
    await failsWith('state-unsafe', () => readPrivateFile(join(folder, 'key')));
  });
});

test('a private file is made once, with mode 0600, and keeps its content', (t) => {
  const former = process.umask(0);
  t.after(() => process.umask(former));
  const file = join(temporaryFolder(t), 'metadata.db');
  ensurePrivateFile(file);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  writeFileSync(file, 'content');
  ensurePrivateFile(file);
  assert.equal(readFileSync(file, 'utf8'), 'content');
});

test('a private folder is made with mode 0700 and may exist already', (t) => {
  const former = process.umask(0);
  t.after(() => process.umask(former));
  const folder = join(temporaryFolder(t), 'keys');
  ensurePrivateFolder(folder);
  ensurePrivateFolder(folder);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
});

test('a folder that others can enter is not private', async (t) => {
  const folder = join(temporaryFolder(t), 'keys');
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  await failsWith('state-unsafe', () => ensurePrivateFolder(folder));
  chmodSync(folder, 0o700);
  checkPrivateFolder(folder);
});

test('a file is no private folder', async (t) => {
  const file = join(temporaryFolder(t), 'keys');
  writeFileSync(file, '', { mode: 0o600 });
  await failsWith('state-unsafe', () => ensurePrivateFolder(file));
});
