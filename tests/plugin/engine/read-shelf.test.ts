import assert from 'node:assert/strict';
import test, { suite, type TestContext } from 'node:test';
import { openLocalStore } from '../../../plugin/destinations/local.ts';
import { ReadShelf, readIndex } from '../../../plugin/engine/read-shelf.ts';
import { RepositoryIndex } from '../../../plugin/engine/repository-index.ts';
import { Repository } from '../../../plugin/engine/repository.ts';
import { listSnapshots } from '../../../plugin/engine/snapshot.ts';
import { Workspace } from '../../../plugin/engine/workspace.ts';
import type { BackupSite } from '../../support/backup-site.ts';
import { siteOfDays } from '../../support/damage.ts';
import { forget, passDay, pruneSite, snapshotIds, thoroughLimits } from '../../support/maintenance.ts';
import { watchStore } from '../../support/watch-store.ts';

const roomy = { indexBytes: 64 * 1024 * 1024, snapshots: 1000, treeBytes: 1024 * 1024 };

/** A repository as a process sees it that keeps things, and which objects of which kind it has read. */
async function shelved(site: BackupSite, shelf: ReadShelf) {
  const { store, calls } = watchStore(openLocalStore(site.location));
  const { codec } = (await site.open()).workspace;
  const repository = await Repository.open(store, new Workspace(codec, shelf), site.masterKey);
  const readsOf = (kind: string): string[] => calls.filter((call) => call.startsWith(`read ${kind}/`));
  return { repository, readsOf };
}

/** Every blob with the name of its pack and its place there. */
function placesIn(index: RepositoryIndex): string[] {
  return (['data', 'tree'] as const).flatMap((type) => {
    const table = index.table(type);
    return Array.from({ length: table.size }, (_, entry) => {
      const { pack, offset, length } = table.place(entry);
      return `${type} ${table.idHex(entry)} ${index.packId(pack)} ${offset} ${length}`;
    }).toSorted();
  });
}

async function assertTrue(site: BackupSite, shelf: ReadShelf): Promise<void> {
  const { repository } = await shelved(site, shelf);
  const fresh = placesIn(await RepositoryIndex.load(await site.open()));
  assert.ok(fresh.length > 40);
  assert.deepEqual(placesIn(await readIndex(repository)), fresh);
}

async function open(t: TestContext, limits = roomy) {
  const site = await siteOfDays(t, 3);
  const shelf = new ReadShelf(limits);
  const first = await shelved(site, shelf);
  await readIndex(first.repository);
  await listSnapshots(first.repository);
  assert.ok(first.readsOf('index').length > 0);
  assert.equal(first.readsOf('snapshots').length, 3);
  return { site, shelf };
}

suite('what a process keeps of repositories between two questions', () => {
  test('is not read again', async (t) => {
    const { site, shelf } = await open(t);
    const { repository, readsOf } = await shelved(site, shelf);
    await readIndex(repository);
    assert.equal((await listSnapshots(repository)).snapshots.length, 3);
    assert.deepEqual([readsOf('index'), readsOf('snapshots')], [[], []]);
    await assertTrue(site, shelf);
  });

  test('takes in what a new backup brought, and reads nothing else', async (t) => {
    const { site, shelf } = await open(t);
    passDay(site.home, 9);
    await site.backUp();
    const { repository, readsOf } = await shelved(site, shelf);
    await readIndex(repository);
    assert.equal((await listSnapshots(repository)).snapshots.length, 4);
    assert.deepEqual([readsOf('index').length, readsOf('snapshots').length], [1, 1]);
    await assertTrue(site, shelf);
  });

  test('knows nothing that was forgotten and pruned away', async (t) => {
    const { site, shelf } = await open(t);
    const [first, second, last] = await snapshotIds(site);
    assert.ok(first !== undefined && second !== undefined);
    await forget(site, [first, second]);
    await pruneSite(site, { limits: thoroughLimits });
    const { repository } = await shelved(site, shelf);
    assert.deepEqual(
      (await listSnapshots(repository)).snapshots.map(({ id }) => id),
      [last],
    );
    await assertTrue(site, shelf);
  });

  test('is the newest of what there is room for, and never nothing', async (t) => {
    const { site, shelf } = await open(t, { indexBytes: 1, snapshots: 2, treeBytes: 1 });
    const other = await siteOfDays(t, 1);
    assert.deepEqual((await readAgain(site, shelf)).length, 0);
    await readAgain(other, shelf);
    assert.deepEqual((await readAgain(other, shelf)).length, 0);
    assert.ok((await readAgain(site, shelf)).length > 0);
  });

  test('is read once where two ask at the same moment, and again after a failure', async (t) => {
    const site = await siteOfDays(t, 2);
    const shelf = new ReadShelf(roomy);
    const { repository, readsOf } = await shelved(site, shelf);
    const [one, other] = await Promise.all([readIndex(repository), readIndex(repository)]);
    assert.equal(one, other);
    assert.equal(new Set(readsOf('index')).size, readsOf('index').length);
    const broken = watchStore(openLocalStore(site.location), (call) => {
      if (call === 'list index/') throw new Error('no line');
    });
    const cut = await Repository.open(broken.store, repository.workspace, site.masterKey);
    const ends = await Promise.allSettled([readIndex(cut), readIndex(repository)]);
    assert.deepEqual(
      ends.map(({ status }) => status),
      ['rejected', 'fulfilled'],
    );
    await assertTrue(site, shelf);
  });

  test('is of one repository never what another has', async (t) => {
    const { site, shelf } = await open(t);
    const other = await siteOfDays(t, 1);
    await assertTrue(other, shelf);
    await assertTrue(site, shelf);
    const { repository } = await shelved(other, shelf);
    assert.equal((await listSnapshots(repository)).snapshots.length, 1);
  });
});

/** @returns which index files were read. */
async function readAgain(site: BackupSite, shelf: ReadShelf): Promise<string[]> {
  const { repository, readsOf } = await shelved(site, shelf);
  await readIndex(repository);
  return readsOf('index');
}
