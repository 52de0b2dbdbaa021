import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { openLocalPlace, openLocalStore } from '../../../plugin/destinations/local.ts';
import { testObjectStore } from '../../contracts/object-store.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

testObjectStore('the store in a local folder', {
  open: (context) => openLocalStore(path.join(temporaryFolder(context), 'not', 'there', 'yet')),
  interruptWrite(store, key, at) {
    const file = path.join(store.location, path.dirname(key), '.larder-0123456789abcdef01');
    writeFileSync(file, 'half');
    utimesSync(file, at, at);
  },
});

test('an object is a file that only its owner reads, in folders that only its owner enters', async (t) => {
  const folder = temporaryFolder(t);
  const store = openLocalStore(folder);
  await store.write('data/ab/abcd', Buffer.from('x'));
  assert.equal(statSync(path.join(folder, 'data/ab/abcd')).mode & 0o777, 0o400);
  assert.equal(statSync(path.join(folder, 'data/ab')).mode & 0o777, 0o700);
  assert.equal(statSync(path.join(folder, 'data')).mode & 0o777, 0o700);
});

test('what restic was writing when it was interrupted is never listed, and found when it is old', async (t) => {
  const folder = temporaryFolder(t);
  const store = openLocalStore(folder);
  mkdirSync(path.join(folder, 'index'));
  writeFileSync(path.join(folder, 'index', `${'a'.repeat(64)}-tmp-123456`), 'half');
  assert.deepEqual(await store.list(''), []);
  assert.equal((await store.listUnfinished(new Date('2100-01-01'))).length, 1);
});

for (const key of ['../outside', '/etc/passwd', 'data/../../x', 'data//x', '']) {
  test(`a key that could lead out of the folder is refused: ${JSON.stringify(key)}`, async (t) => {
    const store = openLocalStore(temporaryFolder(t));
    await assert.rejects(async () => store.write(key, Buffer.from('x')), RangeError);
    await assert.rejects(async () => store.read(key), RangeError);
    await assert.rejects(async () => store.remove(key), RangeError);
  });
}

test('a folder where an object should be makes the destination unreachable, not the object unfound', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(path.join(folder, 'config'));
  await failsWith('destination-unreachable', () => openLocalStore(folder).read('config'));
});

test('a write that fails leaves neither the object nor anything else', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(path.join(folder, 'index/taken/by'), { recursive: true });
  await failsWith('destination-unreachable', () => openLocalStore(folder).write('index/taken', Buffer.from('x')));
  assert.deepEqual(readdirSync(path.join(folder, 'index')), ['taken']);
});

test('folders are removed as far as they are empty', async (t) => {
  const folder = path.join(temporaryFolder(t), 'maria');
  const place = openLocalPlace(folder);
  for (const key of ['data/00/object', 'data/01/object', 'index/a']) await place.store.write(key, Buffer.from('x'));
  for (const key of ['data/00/object', 'index/a']) await place.store.remove(key);
  await place.dropEmptyFolders();
  assert.deepEqual(await place.listFolders(), ['data']);
  assert.deepEqual(readdirSync(path.join(folder, 'data')), ['01']);
  await place.store.remove('data/01/object');
  await place.dropEmptyFolders();
  assert.equal(existsSync(folder), false);
  await place.dropEmptyFolders();
});
