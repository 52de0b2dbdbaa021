import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openLocalArchives } from '../../../plugin/destinations/local-archives.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const now = new Date('2026-11-30T01:30:00Z');
const longAgo = new Date('2026-11-28T01:30:00Z');
const name = (digit: string): string => `.larder-${digit.repeat(18)}`;

test('what killed uploads left goes with the next one into the folder; what goes on, and what is not ours, stays', async (t) => {
  const root = temporaryFolder(t);
  const folder = join(root, 'maria');
  mkdirSync(folder);
  const old = [name('a'), name('b'), `${name('c')}d`, '.larder-notes', 'full.zip.age'];
  for (const file of [...old, name('e')]) writeFileSync(join(folder, file), file);
  for (const file of old) utimesSync(join(folder, file), longAgo, longAgo);
  utimesSync(join(folder, name('e')), now, now);
  symlinkSync(join(folder, 'full.zip.age'), join(folder, name('f')));
  const upload = await openLocalArchives(root, () => now).create('maria/next.zip.age');
  await upload.write(Buffer.from('next'));
  await upload.finish();
  const stayed = [...old.slice(2), name('e'), name('f'), 'next.zip.age'];
  assert.deepEqual(readdirSync(folder).toSorted(), stayed.toSorted());
  assert.equal(readFileSync(join(folder, 'full.zip.age'), 'utf8'), 'full.zip.age');
});
