import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { suite, type TestContext } from 'node:test';
import { openLocalStore } from '../../../../plugin/destinations/local.ts';
import { loadSnapshot } from '../../../../plugin/engine/snapshot.ts';
import type { SnapshotId } from '../../../../plugin/domain/ids.ts';
import { clockAhead, makeSite, needsRoot, type BackupSite } from '../../../support/backup-site.ts';
import { watchStore } from '../../../support/watch-store.ts';

/** No file of the home counts as changed around the beginning of a backup by this clock. */
const clock = clockAhead(3600);

test('a second backup without changes reads no file, loads no index and stores nothing but its snapshot', async (t) => {
  const site = await makeFilledSite(t);
  const first = await site.backUp({ clock });
  const { store, calls } = watchStore(openLocalStore(site.location));
  const second = await site.backUp({ clock, store });
  assert.equal(await treeOf(site, second.snapshotId), await treeOf(site, first.snapshotId));
  assert.deepEqual([second.bytesRead, second.bytesAdded, second.files], [0, 0, first.files]);
  assert.deepEqual(
    calls.map((call) => call.replace(/[0-9a-f]{64}$/, 'ID')),
    ['read config', 'list index/', 'write snapshots/ID'],
  );
  const snapshot = await loadSnapshot(await site.open(), second.snapshotId);
  assert.equal(snapshot.parent, first.snapshotId);
});

interface Change {
  readonly title: string;
  readonly root?: true;
  readonly change: (at: (name: string) => string) => void;
}

const changes: readonly Change[] = [
  {
    title: 'content that kept its size and was given its old time back',
    change(at) {
      const { atime, mtime } = statSync(at('a'));
      writeFileSync(at('a'), 'B content');
      utimesSync(at('a'), atime, mtime);
    },
  },
  { title: 'content in a deep folder', change: (at) => writeFileSync(at('one/two/deep'), 'other') },
  { title: 'a mode', change: (at) => chmodSync(at('a'), 0o601) },
  { title: "a folder's mode", change: (at) => chmodSync(at('one/two'), 0o711) },
  { title: "the home's own mode", change: (at) => chmodSync(at('.'), 0o711) },
  { title: 'an owner', root: true, change: (at) => lchownSync(at('link'), 0, 1234) },
  { title: "a folder's owner", root: true, change: (at) => lchownSync(at('one'), 0, 1234) },
  { title: 'a modification time', change: (at) => utimesSync(at('a'), 1, 1) },
  { title: 'an extended attribute', change: (at) => setAttribute(at('a')) },
  { title: 'an extended attribute of a folder', change: (at) => setAttribute(at('one/two')) },
  { title: 'an extended attribute of the home', change: (at) => setAttribute(at('.')) },
  { title: 'an access rule', change: (at) => execFileSync('setfacl', ['-m', 'u:77:r', at('one/two/deep')]) },
  { title: 'a new name', change: (at) => renameSync(at('a'), at('z')) },
  { title: 'a folder with a new name', change: (at) => renameSync(at('one'), at('two')) },
  { title: 'two names exchanged', change: exchange },
  { title: 'a file that became a folder', change: (at) => replace(at('a'), () => mkdirSync(at('a'))) },
  { title: 'a file that became a link', change: (at) => replace(at('a'), () => symlinkSync('b', at('a'))) },
  { title: 'a folder that became a file', change: (at) => replace(at('one'), () => writeFileSync(at('one'), 'a')) },
  { title: 'a folder that became a link', change: (at) => replace(at('one'), () => symlinkSync('b', at('one'))) },
  { title: 'a link that became a folder', change: (at) => replace(at('link'), () => mkdirSync(at('link'))) },
  { title: 'a link with another target', change: (at) => replace(at('link'), () => symlinkSync('b', at('link'))) },
  { title: 'a deleted file', change: (at) => unlinkSync(at('a')) },
  { title: 'the deletion of the last file of a folder', change: (at) => unlinkSync(at('one/two/deep')) },
  { title: 'a deleted folder', change: (at) => rmSync(at('one'), { recursive: true }) },
  {
    title: 'everything deleted',
    change: (at) => readdirSync(at('.')).forEach((name) => rmSync(at(name), { recursive: true })),
  },
  { title: 'a hard link added', change: (at) => linkSync(at('a'), at('one/again')) },
  { title: 'a hard link removed', change: (at) => unlinkSync(at('one/hard')) },
  { title: 'a new empty file', change: (at) => writeFileSync(at('one/empty'), '') },
  { title: 'a file that was emptied', change: (at) => writeFileSync(at('a'), '') },
];

suite('the next backup sees', () => {
  for (const { title, root, change } of changes) {
    test(title, { skip: root ? needsRoot : false }, async (t) => {
      const site = await makeFilledSite(t);
      const before = await site.backUp({ clock });
      change((name) => join(site.home, name));
      const after = await site.backUp({ clock });
      assert.notEqual(await treeOf(site, after.snapshotId), await treeOf(site, before.snapshotId));
      await assertWhole(t, site, after.snapshotId);
    });
  }
});

test(
  'a change in the same moment as the backup before is seen, where times are whole seconds',
  { skip: needsRoot },
  async (t) => {
    const site = await makeSite(t);
    mountCoarseTimes(site);
    try {
      await changeInTheSameSecond(t, site);
    } finally {
      execFileSync('umount', [site.home]);
    }
  },
);

async function changeInTheSameSecond(t: TestContext, site: BackupSite): Promise<void> {
  writeFileSync(join(site.home, 'a'), 'first');
  mkdirSync(join(site.home, 'folder'));
  for (let round = 0; round < 20; round++) {
    await site.backUp();
    const status = lstatSync(join(site.home, 'a'), { bigint: true });
    writeFileSync(join(site.home, 'a'), `no ${String(round).padStart(2, '0')}`);
    writeFileSync(join(site.home, `new-${round}`), '');
    writeFileSync(join(site.home, `folder/new-${round}`), '');
    const next = await site.backUp();
    if (lstatSync(join(site.home, 'a'), { bigint: true }).ctimeNs !== status.ctimeNs) continue; // the second was over
    await assertWhole(t, site, next.snapshotId);
    return;
  }
  assert.fail('twenty times the second was over before the backup');
}

/** ext2 with small inodes keeps times in seconds. */
function mountCoarseTimes(site: BackupSite): void {
  const image = join(site.folder, 'image');
  execFileSync('truncate', ['-s', '8M', image]);
  execFileSync('mkfs.ext2', ['-q', '-I', '128', image], { stdio: 'ignore' });
  execFileSync('mount', ['-o', 'loop', image, site.home]);
}

test(
  'a file that could not be read is taken as soon as it can, though its folder did not change',
  { skip: needsRoot },
  async (t) => {
    const site = await makeFilledSite(t);
    lchownSync(join(site.home, 'one/two/deep'), 1234, 1234);
    const before = await site.backUp({ clock });
    assert.deepEqual(before.coverage.skipped, [{ reason: 'foreign-owner', count: 1, paths: ['one/two/deep'] }]);
    lchownSync(join(site.home, 'one/two/deep'), process.getuid?.() ?? 0, 0);
    const after = await site.backUp({ clock });
    assert.deepEqual(after.coverage.skipped, []);
    await assertWhole(t, site, after.snapshotId);
  },
);

test('what is left out stays reported night after night', { skip: needsRoot }, async (t) => {
  const site = await makeFilledSite(t);
  lchownSync(join(site.home, 'one/two/deep'), 1234, 1234);
  const before = await site.backUp({ clock });
  const after = await site.backUp({ clock });
  assert.deepEqual(after.coverage, before.coverage);
  assert.equal(await treeOf(site, after.snapshotId), await treeOf(site, before.snapshotId));
});

async function makeFilledSite(t: TestContext): Promise<BackupSite> {
  const site = await makeSite(t);
  const at = (name: string): string => join(site.home, name);
  mkdirSync(at('one/two'), { recursive: true });
  writeFileSync(at('a'), 'A content');
  writeFileSync(at('b'), 'b content');
  writeFileSync(at('one/two/deep'), 'deep content');
  writeFileSync(at('one/hard'), 'hard content');
  linkSync(at('one/hard'), at('one/link'));
  symlinkSync('a', at('link'));
  return site;
}

/** It is what a backup is that knows nothing of an earlier one and reads everything. */
async function assertWhole(t: TestContext, site: BackupSite, snapshot: SnapshotId): Promise<void> {
  const fresh = await makeSite(t);
  const full = await fresh.backUp({ home: site.home });
  assert.equal(await treeOf(site, snapshot), await treeOf(fresh, full.snapshotId));
}

async function treeOf(site: BackupSite, snapshot: SnapshotId): Promise<string> {
  return (await loadSnapshot(await site.open(), snapshot)).tree;
}

function setAttribute(path: string): void {
  execFileSync('setfattr', ['-n', 'user.larder', '-v', 'new', path]);
}

function exchange(at: (name: string) => string): void {
  renameSync(at('a'), at('c'));
  renameSync(at('b'), at('a'));
  renameSync(at('c'), at('b'));
}

function replace(path: string, make: () => void): void {
  rmSync(path, { recursive: true });
  make();
}
