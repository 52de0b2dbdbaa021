import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { openLocalStore } from '../../../../plugin/destinations/local.ts';
import type { ArchiveOutcome } from '../../../../plugin/contracts/archive-pool.ts';
import { loadSnapshot } from '../../../../plugin/engine/snapshot.ts';
import { clockAhead, makeSite, type BackupSite } from '../../../support/backup-site.ts';
import { failsWith } from '../../../support/failures.ts';
import { watchStore } from '../../../support/watch-store.ts';

const clock = clockAhead(3600);

interface Harm {
  readonly title: string;
  readonly harm: (cache: string) => void;
}

const harms: readonly Harm[] = [
  { title: 'lost', harm: (cache) => rmSync(cache) },
  { title: 'empty', harm: (cache) => writeFileSync(cache, '') },
  { title: 'cut short', harm: (cache) => truncateSync(cache, readFileSync(cache).length - 100) },
  { title: 'cut to its header', harm: (cache) => truncateSync(cache, 256) },
  { title: 'altered in its header', harm: (cache) => flipByte(cache, 100) },
  { title: 'altered in a folder', harm: (cache) => flipByte(cache, 300) },
  { title: 'altered at its end', harm: (cache) => flipByte(cache, readFileSync(cache).length - 20) },
  { title: 'something else', harm: (cache) => copyFileSync('/proc/self/exe', cache) },
];

suite('the next backup makes the same tree and stores no content again when the stat cache is', () => {
  for (const { title, harm } of harms) {
    test(title, async (t) => {
      const site = await makeFilledSite(t);
      const first = await site.backUp({ clock });
      harm(cacheFile(site));
      const second = await site.backUp({ clock });
      await assertSameTree(site, first, second);
      assert.equal(second.bytesAdded, 0);
    });
  }
});

test('a lost stat cache is made anew from the last restore point, so that no file is read again', async (t) => {
  const site = await makeFilledSite(t);
  await site.backUp({ clock });
  rmSync(cacheFile(site));
  const second = await site.backUp({ clock });
  assert.equal(second.bytesRead, 0);
  const { store, calls } = watchStore(openLocalStore(site.location));
  await site.backUp({ clock, store });
  assert.deepEqual(
    calls.filter((call) => call.startsWith('read index') || call.startsWith('write data')),
    [],
  );
});

test('the stat cache of another home is not used', async (t) => {
  const site = await makeFilledSite(t);
  const other = join(site.folder, 'other-home');
  mkdirSync(other);
  writeFileSync(join(other, 'a'), 'other');
  await site.backUp({ clock, home: other });
  const result = await site.backUp({ clock });
  assert.equal(result.bytesRead, result.bytes);
});

test('the stat cache of other rules is not used: a file of another owner is looked at again', async (t) => {
  const site = await makeFilledSite(t);
  await site.backUp({ clock });
  const result = await site.backUp({ clock, ownerUid: 4_000_000 });
  assert.deepEqual(result.coverage.skipped, [{ reason: 'foreign-owner', count: 3, paths: ['a', 'b', 'folder/c'] }]);
});

test('the stat cache of a restore point that was forgotten and pruned is not trusted', async (t) => {
  const site = await makeFilledSite(t);
  const first = await site.backUp({ clock });
  const kept = readFileSync(cacheFile(site));
  rmSync(join(site.home, 'folder'), { recursive: true });
  await site.backUp({ clock });
  site.restic('forget', first.snapshotId, '--prune');
  makeFolder(site);
  writeFileSync(cacheFile(site), kept);
  await site.backUp({ clock });
  assert.match(site.restic('check', '--read-data'), /no errors were found/);
});

test('when nothing is left in the repository everything is stored again', async (t) => {
  const site = await makeFilledSite(t);
  const first = await site.backUp({ clock });
  site.restic('forget', first.snapshotId, '--prune');
  const second = await site.backUp({ clock });
  assert.equal(second.filesNew, 3);
  await assertSameTree(site, first, second);
  assert.match(site.restic('check', '--read-data'), /no errors were found/);
});

suite('a backup of selected paths', () => {
  const only = (...names: string[]): Buffer[] => names.map((name) => Buffer.from(name));

  test('holds these and nothing else', async (t) => {
    const site = await makeFilledSite(t);
    await site.backUp({ clock });
    const result = await site.backUp({ clock, paths: [only('folder'), only('b')] });
    assert.deepEqual(listedFiles(site, result), ['/files/b', '/files/folder/c']);
    assert.equal(result.bytesRead, 0, 'what the last backup has is not read again');
    assert.match(site.restic('check', '--read-data'), /no errors were found/);
  });

  test('does not spoil the next backup of everything', async (t) => {
    const site = await makeFilledSite(t);
    const first = await site.backUp({ clock });
    await site.backUp({ clock, paths: [only('b')] });
    await assertSameTree(site, first, await site.backUp({ clock }));
  });

  test('may name a folder and something deep in it', async (t) => {
    const site = await makeFilledSite(t);
    mkdirSync(join(site.home, 'folder/x/y'), { recursive: true });
    const result = await site.backUp({ paths: [only('folder'), only('folder', 'x', 'y')] });
    assert.deepEqual(listedFiles(site, result), ['/files/folder/c']);
  });

  for (const path of [only('missing'), only('folder', 'missing'), only('a', 'below-a-file'), only('missing', 'deep')]) {
    test(`fails when there is no ${path.join('/')}, and makes no restore point`, async (t) => {
      const site = await makeFilledSite(t);
      await failsWith('not-found', () => site.backUp({ paths: [only('b'), path] }));
      assert.deepEqual(await (await site.open()).listIds('snapshots'), []);
      assert.deepEqual(readdirSync(site.cacheFolder, { withFileTypes: true }), []);
    });
  }
});

test('a home that cannot be opened fails the backup, and makes no restore point', async (t) => {
  const site = await makeFilledSite(t);
  rmSync(site.home, { recursive: true });
  await failsWith('home-unreadable', () => site.backUp());
  assert.deepEqual(await (await site.open()).listIds('snapshots'), []);
});

async function makeFilledSite(t: TestContext): Promise<BackupSite> {
  const site = await makeSite(t);
  mkdirSync(site.cacheFolder);
  makeFolder(site);
  writeFileSync(join(site.home, 'a'), 'a content');
  writeFileSync(join(site.home, 'b'), 'b content');
  return site;
}

function makeFolder(site: BackupSite): void {
  mkdirSync(join(site.home, 'folder'));
  writeFileSync(join(site.home, 'folder/c'), 'c content');
}

function cacheFile(site: BackupSite): string {
  const [name = ''] = readdirSync(site.cacheFolder);
  return join(site.cacheFolder, name);
}

function flipByte(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 0x40;
  writeFileSync(file, bytes);
}

async function assertSameTree(site: BackupSite, first: ArchiveOutcome, second: ArchiveOutcome): Promise<void> {
  const repository = await site.open();
  const [left, right] = [
    await loadSnapshot(repository, first.snapshotId).catch(() => undefined),
    await loadSnapshot(repository, second.snapshotId),
  ];
  if (left !== undefined) assert.equal(right.tree, left.tree);
}

function listedFiles(site: BackupSite, { snapshotId }: ArchiveOutcome): string[] {
  const nodes = site
    .restic('ls', '--json', snapshotId)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type?: string; path?: string });
  return nodes.flatMap(({ type, path }) => (type === 'file' && path !== '/coverage.json' ? [path ?? ''] : []));
}
