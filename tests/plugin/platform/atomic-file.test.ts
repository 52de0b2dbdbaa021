import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createFile, replaceFile } from '../../../plugin/platform/atomic-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('a replaced file has the new content and mode and leaves nothing beside it', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'key'), 'a former and longer content');
  await replaceFile(join(folder, 'key'), 'new', 0o600);
  assert.equal(readFileSync(join(folder, 'key'), 'utf8'), 'new');
  assert.equal(statSync(join(folder, 'key')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['key']);
});

test('the mode does not depend on the umask', async (t) => {
  const former = process.umask(0o077);
  t.after(() => process.umask(former));
  const file = join(temporaryFolder(t), 'page');
  await replaceFile(file, Buffer.from('x'), 0o644);
  assert.equal(statSync(file).mode & 0o777, 0o644);
});

test('a created file never replaces another', async (t) => {
  const folder = temporaryFolder(t);
  await createFile(join(folder, 'key'), 'first', 0o600);
  await assert.rejects(createFile(join(folder, 'key'), 'second', 0o600), { code: 'EEXIST' });
  assert.equal(readFileSync(join(folder, 'key'), 'utf8'), 'first');
  assert.deepEqual(readdirSync(folder), ['key']);
});

test('of many that create one file at the same time one wins', async (t) => {
  const folder = temporaryFolder(t);
  const attempts = Array.from({ length: 10 }, (_, index) => createFile(join(folder, 'key'), String(index), 0o600));
  const outcomes = await Promise.allSettled(attempts);
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.deepEqual(readdirSync(folder), ['key']);
});

test('when a file cannot be replaced, nothing is left beside it', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'key'));
  await assert.rejects(replaceFile(join(folder, 'key'), 'new', 0o600), { code: 'EISDIR' });
  assert.deepEqual(readdirSync(folder), ['key']);
});
