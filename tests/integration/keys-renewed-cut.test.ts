import assert from 'node:assert/strict';
import { globSync, rmSync } from 'node:fs';
import test from 'node:test';
import { addSecond, makeSmall } from '../support/small-site.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const asU1 = ['--account', 'u1'];

test('a copy of the new repository that was cut off is not taken for the whole old one', (t) => {
  const site = makeSmall(temporaryFolder(t));
  addSecond(site.folder);
  site.succeed('copy');
  const before = (site.json(...asU1, 'list', '--from', 'second')['points'] as unknown[]).length;
  site.succeed(...asU1, 'keys', 'renew', '--yes');
  site.succeed('copy');
  const copies = globSync(`${site.folder}/second/u1-*-2/snapshots/*`);
  assert.ok(before > 0 && copies.length > 0);
  for (const file of [...copies, ...globSync(`${site.folder}/state/metadata.db*`)]) rmSync(file);
  const { repositories } = site.json('recover', '--destination', 'second') as {
    repositories: { folder: string; outcome: string; points: number }[];
  };
  assert.deepEqual(
    repositories.map(({ folder, outcome, points }) => [folder.endsWith('-2'), outcome, points]),
    [[false, 'attached', before]],
  );
});
