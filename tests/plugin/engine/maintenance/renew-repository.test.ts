import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { openLocalStore } from '../../../../plugin/destinations/local.ts';
import { parseSnapshotId } from '../../../../plugin/domain/ids.ts';
import { packKey } from '../../../../plugin/engine/format.ts';
import { FullIndex } from '../../../../plugin/engine/full-index.ts';
import { IndexWriter } from '../../../../plugin/engine/index-writer.ts';
import { PackContents } from '../../../../plugin/engine/pack-contents.ts';
import { bringBlobs, bringSnapshots, verifyRenewed } from '../../../../plugin/engine/renew-repository.ts';
import { surveyRenewal } from '../../../../plugin/engine/renewal-survey.ts';
import { Repacker } from '../../../../plugin/engine/repacker.ts';
import type { Repository } from '../../../../plugin/engine/repository.ts';
import { isRetired, lockRepository, retireRepository } from '../../../../plugin/engine/repository-lock.ts';
import { findSnapshot, listSnapshots, loadSnapshot } from '../../../../plugin/engine/snapshot.ts';
import type { BackupSite } from '../../../support/backup-site.ts';
import { change, firstFile, flipBit, largestPack, packsOf, siteOfDays } from '../../../support/damage.ts';
import { failsWith } from '../../../support/failures.ts';
import { exclusively, forget, hashesOf, locker, never, snapshotIds } from '../../../support/maintenance.ts';
import { makeRenewedSite } from '../../../support/renewed-site.ts';
import { watchStore } from '../../../support/watch-store.ts';

/** As a prune that was cut off leaves it: the blobs of a pack stand in a new one, too. @returns in which of them readers look. */
async function storeAgain(site: BackupSite, packId: string): Promise<string> {
  const repository = await site.open();
  const full = await FullIndex.load(repository);
  const index = new IndexWriter((json) => repository.saveUnpacked('index', json));
  const repacker = new Repacker(repository, full.index, (pack) => index.add(pack));
  const blobs = new PackContents(full).blobs(full.index.packNumber(packId));
  await repacker.copy(packId, blobs);
  await repacker.finish();
  await repacker.close();
  await index.flush();
  const [blob] = blobs;
  assert.ok(blob !== undefined);
  const after = await FullIndex.load(repository);
  const entry = after.index.find('data', full.index.data.idHex(blob.entry));
  return after.index.packId(after.index.data.place(entry).pack);
}

const oldPassword = 'correct horse battery staple';

suite('a repository whose keys are renewed', () => {
  test('holds the same under other keys, which alone open it', async (t) => {
    const site = await siteOfDays(t);
    const renewed = await makeRenewedSite(site);
    const { points, bytes, lost } = await renewed.renew();
    assert.deepEqual(lost, []);
    assert.ok(bytes > 0);
    const before = await snapshotIds(site);
    assert.deepEqual([...points.keys()], before);
    const check = renewed.restic(['check', '--read-data']);
    assert.equal(check.status, 0, check.output);
    const [id, other] = [...points].at(-1) ?? [];
    assert.ok(id !== undefined && other !== undefined && id !== other);
    assert.equal(renewed.hashesOf(other), hashesOf(site, id));
    const refused = renewed.restic(['snapshots'], oldPassword);
    assert.notEqual(refused.status, 0);
    assert.match(refused.output, /wrong password|no key found/);
    const source = await site.open();
    await failsWith('key-unusable', () => renewed.open(openLocalStore(site.location)));
    assert.notEqual(renewed.target.chunkerPolynomial, source.chunkerPolynomial);
  });

  test('knows its restore points by the ids they had, also after the second time', async (t) => {
    const site = await siteOfDays(t);
    const renewed = await makeRenewedSite(site);
    const { points } = await renewed.renew();
    const old = await listSnapshots(await site.open());
    const [first, second] = old.snapshots;
    assert.ok(first !== undefined && second !== undefined);
    const found = await findSnapshot(renewed.target, first.id);
    assert.equal(found.id, points.get(first.id));
    assert.deepEqual(found.formerIds, [first.id]);
    assert.deepEqual({ ...found, id: '', formerIds: [] }, { ...first, id: '', formerIds: [] }, 'all else is as it was');
    const trees = async (of: Repository) => (await listSnapshots(of)).snapshots.map(({ tree }) => tree);
    assert.deepEqual(await trees(renewed.target), await trees(await site.open()));
    const child = await loadSnapshot(renewed.target, points.get(second.id) ?? second.id);
    assert.equal(child.parent, second.parent === undefined ? undefined : points.get(parseSnapshotId(second.parent)));

    const again = await makeRenewedSite({ ...site, location: renewed.location, open: async () => renewed.target });
    const last = await again.renew();
    const newest = last.points.get(found.id);
    assert.ok(newest !== undefined);
    for (const id of [first.id, found.id, newest]) assert.equal((await findSnapshot(again.target, id)).id, newest);
    const shown = JSON.parse(again.restic(['snapshots', '--json']).output) as { id: string; original?: string }[];
    assert.equal(shown.find(({ id }) => id === newest)?.original, first.id, 'restic knows the very first id');
    await failsWith('not-found', () => findSnapshot(again.target, parseSnapshotId('e'.repeat(64))));
  });

  test('goes on where it was cut off, at each step, and takes in what came and went meanwhile', async (t) => {
    const site = await siteOfDays(t);
    const whole = await makeRenewedSite(site);
    const { calls, store } = watchStore(openLocalStore(whole.location));
    await whole.renew(await whole.open(store));
    const writes = calls.filter((call) => /^write (data|index|snapshots)/.test(call)).length;
    assert.ok(writes > 4);
    rmSync(whole.location, { recursive: true });
    const renewed = await makeRenewedSite(site);
    for (let left = 1; left < writes; left += 1) {
      let count = 0;
      const cut = watchStore(openLocalStore(renewed.location), (call) => {
        if (/^write (data|index|snapshots)/.test(call) && ++count > left) throw new Error('cut off');
      });
      await renewed
        .renew(await renewed.open(cut.store))
        .catch((error: unknown) => assert.match(String(error), /cut off/));
    }
    const [gone] = await snapshotIds(site);
    assert.ok(gone !== undefined);
    await site.backUp();
    await forget(site, [gone]);
    const { points } = await renewed.renew();
    assert.deepEqual([...points.keys()], await snapshotIds(site));
    assert.equal((await listSnapshots(renewed.target)).snapshots.length, points.size);
    const check = renewed.restic(['check', '--read-data']);
    assert.equal(check.status, 0, check.output);
  });

  test('reads no pack again that was read before', async (t) => {
    const site = await siteOfDays(t);
    const renewed = await makeRenewedSite(site);
    await renewed.renew();
    const { calls, store } = watchStore(openLocalStore(renewed.location));
    const target = await renewed.open(store);
    const dataPacks = (await packsOf({ ...site, location: renewed.location, open: async () => target }, 'data')).map(
      ({ id }) => id,
    );
    const readPacks = (): string[] => dataPacks.filter((id) => calls.includes(`read ${packKey(id)}`));
    await exclusively(target, async (lock) => {
      const options = { lost: new Set<string>(), locker, signal: never };
      const packs = await verifyRenewed(target, lock, options);
      assert.deepEqual(readPacks(), dataPacks);
      calls.length = 0;
      await verifyRenewed(target, lock, { ...options, without: packs });
      assert.deepEqual(readPacks(), []);
    });
  });
});

suite('a repository that has lost something', () => {
  test('gives what is whole; what is lost is named with the restore points and paths that suffer', async (t) => {
    const site = await siteOfDays(t);
    const pack = await largestPack(site, 'data');
    change(pack.file, flipBit(Math.floor(pack.size / 2)));
    const renewed = await makeRenewedSite(site);
    const { lost, points } = await renewed.renew();
    assert.ok(lost.length > 0);
    for (const finding of lost) assert.ok(finding.points.length > 0);
    const paths = lost.flatMap((finding) => finding.paths);
    assert.ok(paths.length > 0 && paths.every((path) => path.startsWith('/files/')));
    const [newest = ''] = [...points.values()].slice(-1);
    const files = renewed.restic(['ls', newest]);
    assert.equal(files.status, 0, files.output);
    const check = renewed.restic(['check', '--read-data']);
    assert.notEqual(check.status, 0, 'what is missing is missing, and nothing pretends it is there');
    assert.doesNotMatch(check.output, /ciphertext verification failed|does not match/, 'what was brought is whole');
  });

  test('names a pack that is missing, and a restore point that cannot be read', async (t) => {
    const site = await siteOfDays(t);
    rmSync((await largestPack(site, 'data')).file);
    change(firstFile(site, 'snapshots'), flipBit(20));
    const renewed = await makeRenewedSite(site);
    const { lost, points } = await renewed.renew();
    assert.equal(points.size, 2);
    const kinds = new Set(lost.map(({ kind }) => kind));
    assert.ok(
      kinds.has('damaged-snapshot') && (kinds.has('missing-pack') || kinds.has('damaged-blob')),
      [...kinds].join(),
    );
  });

  test('takes a blob from its second pack', async (t) => {
    const site = await siteOfDays(t);
    const pack = await largestPack(site, 'data');
    const place = await storeAgain(site, pack.id);
    const file = join(site.location, packKey(place));
    change(file, flipBit(40));
    change(file, flipBit(Math.floor(pack.size / 2)));
    const renewed = await makeRenewedSite(site);
    const { lost, points } = await renewed.renew();
    assert.deepEqual(lost, []);
    const check = renewed.restic(['check', '--read-data']);
    assert.equal(check.status, 0, check.output);
    assert.equal(points.size, 3);
  });

  test('a new repository in which something is not as it was is refused', async (t) => {
    const site = await siteOfDays(t);
    const renewed = await makeRenewedSite(site);
    await renewed.renew();
    const pack = await largestPack({ ...site, location: renewed.location, open: async () => renewed.target }, 'data');
    change(pack.file, flipBit(Math.floor(pack.size / 2)));
    await exclusively(renewed.target, async (lock) => {
      for (const lost of [new Set<string>(), new Set(['data 00'])]) {
        await failsWith('repository-damaged', () =>
          verifyRenewed(renewed.target, lock, { lost, locker, signal: never }),
        );
      }
    });
    rmSync(pack.file);
    await exclusively(renewed.target, async (lock) => {
      await failsWith('repository-damaged', () =>
        verifyRenewed(renewed.target, lock, { lost: new Set(['data 00']), locker, signal: never }),
      );
    });
  });
});

suite('a repository in whose place another one is used', () => {
  test('lets nobody write, neither Larder nor stock restic, however much time passes', async (t) => {
    const site = await siteOfDays(t, 1);
    const repository = await site.open();
    await exclusively(repository, async (lock) => {
      await retireRepository(repository, lock, locker);
      await retireRepository(repository, lock, locker);
    });
    assert.ok(await isRetired(repository));
    const later = { ...locker, clock: { ...locker.clock, now: () => new Date(Date.now() + 400 * 86_400_000) } };
    for (const who of [locker, later]) {
      const { holder } = await failsWith('repository-locked', () => lockRepository(repository, false, who));
      assert.match(holder, /keys renew/);
    }
    assert.throws(() => site.restic('unlock') && site.restic('check'), /locked/);
    assert.notEqual(site.restic('--no-lock', 'snapshots'), '');
  });

  test('is only told apart by that lock', async (t) => {
    const site = await siteOfDays(t, 1);
    const repository = await site.open();
    await exclusively(repository, async () => assert.equal(await isRetired(repository), false));
  });
});

test('nothing is brought twice', async (t) => {
  const site = await siteOfDays(t);
  const renewed = await makeRenewedSite(site);
  await renewed.renew();
  const source = await site.open();
  const survey = await surveyRenewal(source, renewed.target, { locker, signal: never });
  assert.deepEqual([survey.bytes, survey.packs.length], [0, 0]);
  await exclusively(renewed.target, async (lock) => {
    await bringBlobs(renewed.target, lock, survey, { signal: never });
    const first = await bringSnapshots(renewed.target, lock, survey);
    assert.deepEqual(await bringSnapshots(renewed.target, lock, survey), first);
  });
});
