import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createPrivateFile, readSmallFile } from '../../../plugin/platform/secret-files.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('a small file is read whole, and a larger or unreadable one is named', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'key.txt');
  writeFileSync(file, 'AGE-SECRET-KEY-1…\n');
  assert.equal((await readSmallFile(file, '--identity')).toString(), 'AGE-SECRET-KEY-1…\n');
  writeFileSync(file, Buffer.alloc(70_000));
  const facts = await failsWith('invalid-input', () => readSmallFile(file, '--identity'));
  assert.deepEqual([facts.field, facts.text], ['--identity', file]);
  for (const wrong of [folder, join(folder, 'missing'), join(file, 'below')])
    await failsWith('invalid-input', () => readSmallFile(wrong, '--identity'));
});

test('a secret goes into a new file that only its owner reads, and never into one that is there', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'maria.restic');
  await createPrivateFile(file, 'secret');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(readFileSync(file, 'utf8'), 'secret');
  await failsWith('invalid-input', () => createPrivateFile(file, 'other'));
  assert.equal(readFileSync(file, 'utf8'), 'secret');

  const planted = join(folder, 'planted');
  symlinkSync(join(folder, 'elsewhere'), planted);
  await failsWith('invalid-input', () => createPrivateFile(planted, 'secret'));
  mkdirSync(join(folder, 'sub'));
  await failsWith('invalid-input', () => createPrivateFile(join(folder, 'sub'), 'secret'));
  await failsWith('invalid-input', () => createPrivateFile(join(folder, 'missing/file'), 'secret'));
});
