import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openPlaceArchives } from '../../../plugin/archives/place-archives.ts';
import type { Place } from '../../../plugin/contracts/place.ts';
import { openLocalArchives } from '../../../plugin/destinations/local-archives.ts';
import { openMemoryStore } from '../../../plugin/destinations/memory.ts';
import { failsWith } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const key = 'maria/one.zip.age';
const bytes = Buffer.alloc(100, 1);

test('an archive on this disk that ends too early is damaged; its destination can be reached', async (t) => {
  const root = temporaryFolder(t);
  mkdirSync(join(root, 'maria'));
  writeFileSync(join(root, key), bytes);
  await failsWith('archive-damaged', () => openLocalArchives(root, () => new Date()).readRange(key, 90, 11));
});

test('so it is at any other place', async () => {
  const store = openMemoryStore();
  await store.write(key, bytes);
  const archives = openPlaceArchives({ place: { store } as unknown as Place, uploads: {} as never });
  await failsWith('archive-damaged', () => archives.readRange(key, 90, 11));
});
