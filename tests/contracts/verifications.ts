import assert from 'node:assert/strict';
import test, { suite, type TestContext } from 'node:test';
import type { RepositoryCheck, Verifications } from '../../plugin/contracts/verifications.ts';
import { parseGeneration, parseSnapshotId, type Generation } from '../../plugin/domain/ids.ts';
import type { FoundDamage, PointFinding } from '../../plugin/domain/point-state.ts';
import { serverB, type MetadataPlace } from '../support/metadata-place.ts';
import { anAccount } from '../support/an-account.ts';

const noon = new Date('2026-11-21T12:00:00.000Z');
const repository = { generation: parseGeneration('1'.repeat(32)), destination: 'local' };
const one = parseSnapshotId('1'.repeat(64));
const two = parseSnapshotId('2'.repeat(64));
const lost: FoundDamage = { kinds: ['missing-pack'], paths: ['files/δρ.txt'], needsReading: false };

/** What every implementation of `plugin/contracts/verifications.ts` promises. */
export function testVerifications(title: string, makePlace: (context: TestContext) => MetadataPlace): void {
  const open = async (context: TestContext): Promise<Verifications> => (await makePlace(context).open()).verifications;

  suite(title, () => {
    test('what was found of a restore point is known afterwards, and of others nothing', async (t) => {
      const verifications = await open(t);
      await verifications.note(repository, [good(0), bad(0, lost)]);
      const states = await verifications.states(repository);
      assert.deepEqual([...states.keys()].toSorted(), [one, two]);
      assert.deepEqual(states.get(one), {
        verifiedAt: noon,
        verifiedBy: 'index',
        provenAt: undefined,
        damage: undefined,
        missing: [],
      });
      assert.deepEqual(states.get(two)?.damage, { ...lost, since: noon });
      assert.equal((await verifications.states({ ...repository, destination: 'Local' })).size, 0);
    });

    test('damage keeps the time of its first sight and goes when a deep enough look finds nothing', async (t) => {
      const verifications = await open(t);
      await verifications.note(repository, [bad(0, { ...lost, needsReading: true }), bad(5, lost)]);
      assert.deepEqual((await verifications.states(repository)).get(two)?.damage?.since, noon);
      await verifications.note(repository, [{ ...good(9), snapshotId: two, depth: 'sample' }]);
      assert.notEqual((await verifications.states(repository)).get(two)?.damage, undefined);
      await verifications.note(repository, [{ ...good(10), snapshotId: two, depth: 'drill', missing: ['a'] }]);
      const state = (await verifications.states(repository)).get(two);
      assert.deepEqual(state, {
        verifiedAt: at(10),
        verifiedBy: 'drill',
        provenAt: at(10),
        damage: undefined,
        missing: ['a'],
      });
    });

    test('restore points that are gone are forgotten, of this repository only', async (t) => {
      const verifications = await open(t);
      const copy = { ...repository, destination: 'copy' };
      for (const place of [repository, copy]) await verifications.note(place, [good(0), bad(0, lost)]);
      await verifications.keepOnly(repository, [one]);
      assert.deepEqual([...(await verifications.states(repository)).keys()], [one]);
      assert.equal((await verifications.states(copy)).size, 2);
    });

    test('many restore points are noted at once', async (t) => {
      const verifications = await open(t);
      const many = Array.from({ length: 450 }, (_, number) => {
        return { ...good(0), snapshotId: parseSnapshotId(number.toString(16).padStart(64, '0')) };
      });
      await verifications.note(repository, many);
      await verifications.note(repository, many);
      assert.equal((await verifications.states(repository)).size, 450);
    });

    test('two who note at the same time both count', async (t) => {
      const place = makePlace(t);
      const [left, right] = [(await place.open()).verifications, (await place.open()).verifications];
      await Promise.all([left.note(repository, [good(0)]), right.note(repository, [bad(0, lost)])]);
      assert.equal((await left.states(repository)).size, 2);
    });

    test('the last check of each kind is told, of this server only', async (t) => {
      const place = makePlace(t);
      const metadata = await place.open();
      const [account] = await metadata.records.recordAccounts([anAccount('maria', 20_001)], noon);
      assert.ok(account !== undefined);
      const index = aCheck(account.generation, 1);
      const full = { ...aCheck(account.generation, 0), depth: 'full' } as const;
      for (const check of [aCheck(account.generation, 0), index, full]) await metadata.verifications.addCheck(check);
      await metadata.verifications.addCheck(aCheck(repository.generation, 5));
      assert.deepEqual(byDepth(await metadata.verifications.lastChecks()), [full, index]);
      assert.deepEqual(await (await place.open(serverB)).verifications.lastChecks(), []);
    });

    test('old checks are forgotten, the last of each kind never', async (t) => {
      const place = makePlace(t);
      const metadata = await place.open();
      const [account] = await metadata.records.recordAccounts([anAccount('maria', 20_001)], noon);
      assert.ok(account !== undefined);
      const checks = [0, 1, 2].map((minutes) => aCheck(account.generation, minutes));
      for (const check of checks) await metadata.verifications.addCheck(check);
      await metadata.verifications.removeChecksBefore(at(60));
      assert.deepEqual(await metadata.verifications.lastChecks(), [checks[2]]);
      assert.equal((await place.connect()('repository_checks').select('*')).length, 1);
    });
  });
}

function good(minutes: number): PointFinding {
  return { snapshotId: one, depth: 'index', at: at(minutes), damage: undefined };
}

function bad(minutes: number, damage: FoundDamage): PointFinding {
  return { snapshotId: two, depth: 'index', at: at(minutes), damage };
}

function at(minutes: number): Date {
  return new Date(noon.getTime() + minutes * 60_000);
}

function aCheck(generation: Generation, minutes: number): RepositoryCheck {
  const counts = { points: 3, damagedPoints: 1, bytesRead: 2 ** 40, bytesStored: 2 ** 41 };
  return { generation, destination: 'local', depth: 'index', startedAt: noon, finishedAt: at(minutes), ...counts };
}

function byDepth(checks: readonly RepositoryCheck[]): RepositoryCheck[] {
  return checks.toSorted((left, right) => (left.depth < right.depth ? -1 : 1));
}
