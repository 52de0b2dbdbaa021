import assert from 'node:assert/strict';
import test, { suite, type TestContext } from 'node:test';
import type { DrillOutcome } from '../../plugin/domain/drill-outcome.ts';
import type { BegunDrill, DrillRecord } from '../../plugin/contracts/drills.ts';
import { parseAccountName, parseSnapshotId, type Generation } from '../../plugin/domain/ids.ts';
import type { KnownAlert } from '../../plugin/domain/plan-alerts.ts';
import type { Metadata } from '../../plugin/database/open-metadata.ts';
import { serverB, type MetadataPlace } from '../support/metadata-place.ts';

const noon = new Date('2026-11-21T12:00:00.000Z');
const after = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);
const snapshotId = parseSnapshotId('c'.repeat(64));

/** What every implementation of `contracts/drills.ts`, `alerts.ts` and `timetable.ts` promises. */
export function testProofTables(title: string, makePlace: (context: TestContext) => MetadataPlace): void {
  suite(title, () => {
    testDrills(makePlace);
    testBegunDrills(makePlace);
    testAlerts(makePlace);
    testStorageDays(makePlace);
    testRecoveryProofs(makePlace);
    testTimetable(makePlace);
  });
}

/** Two accounts of a server. */
async function makeAccounts({ records }: Metadata): Promise<[Generation, Generation]> {
  const seen = ['maria', 'nikos'].map((name, index) => {
    return { name: parseAccountName(name), uid: 20_001 + index, gid: 20_001, home: `/srv/${name}`, databases: [] };
  });
  const [maria, nikos] = await records.recordAccounts(seen as never, noon);
  assert.ok(maria !== undefined && nikos !== undefined);
  return [maria.generation, nikos.generation];
}

function testDrills(makePlace: (context: TestContext) => MetadataPlace): void {
  const drill = (generation: Generation, hours: number, outcome: DrillOutcome): DrillRecord => {
    const report = JSON.stringify({ text: 'Ελληνικά 🏛️', padding: 'x'.repeat(100_000) });
    const finishedAt = after(hours);
    return { id: `d${hours}`, generation, point: snapshotId, startedAt: after(hours - 1), finishedAt, outcome, report };
  };

  test('drills come out as they were put in, newest first, and of each account the newest are known', async (t) => {
    const place = makePlace(t);
    const metadata = await place.open();
    const [maria, nikos] = await makeAccounts(metadata);
    const [passed, failed, other] = [
      drill(maria, 1, 'passed'),
      drill(maria, 2, 'failed'),
      { ...drill(nikos, 3, 'files-only'), point: '2026-11-29T013000Z-full' },
    ];
    for (const one of [failed, other, passed]) await metadata.drills.add(one);
    assert.deepEqual(await metadata.drills.list(maria, 10), [failed, passed]);
    assert.deepEqual(await metadata.drills.list(undefined, 2), [other, failed]);
    const last = await metadata.drills.last();
    assert.deepEqual(last.get(maria), { newest: failed, newestPassed: passed, newestFilesOnly: undefined });
    assert.deepEqual(last.get(nikos), { newest: other, newestPassed: undefined, newestFilesOnly: other });
    for (const generation of [maria, nikos]) {
      assert.deepEqual(await metadata.drills.lastOf(generation), last.get(generation));
    }
    assert.deepEqual(await metadata.drills.find(failed.id), failed);
    assert.equal(await metadata.drills.find('d9'), undefined);
    const { drills: ofOthers } = await place.open(serverB);
    assert.equal(await ofOthers.find(failed.id), undefined);
    assert.deepEqual([...(await ofOthers.last())], [], 'of other servers nothing is seen');
    assert.equal(await ofOthers.lastOf(maria), undefined);
  });

  test('drills that passed before it was asked for databases are judged by what they recorded', async (t) => {
    const place = makePlace(t);
    const metadata = await place.open();
    const [maria, nikos] = await makeAccounts(metadata);
    const of = (generation: Generation, hours: number, ...outcomes: readonly string[]): DrillRecord => {
      const databases = outcomes.map((outcome) => ({ engine: 'mysql', name: 'shop', outcome }));
      return { ...drill(generation, hours, 'passed'), report: JSON.stringify({ outcome: 'passed', databases }) };
    };
    const loaded = of(maria, 1, 'loaded', 'loaded');
    const untried = of(maria, 2, 'loaded', 'no-server');
    const others = [of(nikos, 3), of(nikos, 4, 'no-isolation'), { ...of(nikos, 5), report: 'no JSON' }];
    for (const one of [loaded, untried, ...others]) await metadata.drills.add(one);
    const at = { generation: maria, destination: 'local' };
    await metadata.verifications.note(at, [
      { snapshotId, depth: 'drill', at: untried.finishedAt, damage: undefined, missing: undefined },
    ]);
    const raw = place.connect();
    await raw('larder_migrations').where('name', 'like', '%_judge_drills_by_databases').delete();
    const again = await place.open();
    const outcomes = (await again.drills.list(undefined, 10)).map(({ id, outcome }) => [id, outcome]);
    assert.deepEqual(outcomes, [
      ['d5', 'passed'],
      ['d4', 'files-only'],
      ['d3', 'passed'],
      ['d2', 'files-only'],
      ['d1', 'passed'],
    ]);
    const [told] = (await again.drills.list(maria, 1)).map(({ report }) => JSON.parse(report) as { outcome: string });
    assert.equal(told?.outcome, 'files-only');
    const proven = (await again.verifications.states(at)).get(snapshotId)?.provenAt;
    assert.deepEqual(proven, loaded.finishedAt, 'by the drill that loaded them');
  });

  test('old drills are forgotten, except the newest and the newest of each outcome that proves something', async (t) => {
    const metadata = await makePlace(t).open();
    const [maria] = await makeAccounts(metadata);
    const outcomes = ['failed', 'passed', 'files-only', 'failed', 'failed'] as const;
    const all = outcomes.map((outcome, hours) => drill(maria, hours, outcome));
    for (const one of all) await metadata.drills.add(one);
    await metadata.drills.removeBefore(after(100));
    assert.deepEqual(
      (await metadata.drills.list(maria, 10)).map(({ id }) => id),
      ['d4', 'd2', 'd1'],
    );
  });
}

function testBegunDrills(makePlace: (context: TestContext) => MetadataPlace): void {
  const begun = (generation: Generation, hours: number): BegunDrill => {
    return {
      id: `b${hours}`,
      generation,
      point: '2026-11-30T013000Z-diff-2026-11-29T013000Z',
      pointTime: noon,
      startedAt: after(hours),
    };
  };

  test('a drill that was begun is unfinished until it is dropped or one of its account ended', async (t) => {
    const place = makePlace(t);
    const metadata = await place.open();
    const [maria, nikos] = await makeAccounts(metadata);
    const { drills } = metadata;
    const [second, first, other] = [begun(maria, 2), begun(maria, 1), begun(nikos, 3)];
    for (const one of [second, first, other]) await drills.begin(one);
    assert.deepEqual(await drills.unfinished(maria), [first, second]);
    assert.deepEqual(await drills.unfinished(undefined), [first, second, other]);
    assert.deepEqual(await (await place.open(serverB)).drills.unfinished(undefined), []);
    await drills.drop(first.id);
    assert.deepEqual(await drills.unfinished(maria), [second]);
    await drills.begin(begun(maria, 5));
    await drills.add({ ...begun(maria, 5), finishedAt: after(6), outcome: 'passed', report: '{}' });
    assert.deepEqual(await drills.unfinished(undefined), [other], 'those of others stay');
    assert.deepEqual(
      (await drills.list(maria, 5)).map(({ id }) => id),
      ['b5'],
    );
    await drills.removeBefore(after(4));
    assert.deepEqual(await drills.unfinished(undefined), []);
  });
}

function testAlerts(makePlace: (context: TestContext) => MetadataPlace): void {
  const alert = (key: string, changes: Partial<KnownAlert> = {}): KnownAlert => {
    const facts = { code: 'no-space', path: 'Ω\u0000💾' };
    const about = { key, kind: 'backup-failed', severity: 'failure', account: 'maria', facts } as const;
    const times = { since: noon, seenAt: after(1), resolvedAt: undefined, toldAt: after(1), toldOverAt: undefined };
    return { ...about, ...times, ...changes };
  };

  test('alerts are kept, each in the place of the one with its key and beginning', async (t) => {
    const place = makePlace(t);
    const { alerts } = await place.open();
    const long = alert('k'.repeat(150));
    await alerts.keep([alert('a'), long, alert('A')]);
    await alerts.keep([
      alert('a', { seenAt: after(2), toldOverAt: after(2), resolvedAt: after(2), account: undefined }),
    ]);
    await alerts.keep([alert('a', { since: after(3) })]);
    const found = await alerts.list(after(2));
    assert.deepEqual(
      found.map(({ key, since, resolvedAt }) => [key, since, resolvedAt]).toSorted(compare),
      [
        ['A', noon, undefined],
        ['a', noon, after(2)],
        ['a', after(3), undefined],
        [long.key, noon, undefined],
      ].toSorted(compare),
    );
    assert.deepEqual(
      found.find(({ key }) => key === long.key),
      long,
    );
    assert.equal((await alerts.list(after(2.1))).length, 3, 'what is over for longer is not wanted');
    await alerts.removeOverBefore(after(2.5));
    assert.equal((await alerts.list(noon)).length, 3);
    assert.deepEqual(await (await place.open(serverB)).alerts.list(noon), []);
  });

  test('a storm of 2,000 is kept at once', async (t) => {
    const { alerts } = await makePlace(t).open();
    await alerts.keep(Array.from({ length: 2000 }, (_, number) => alert(`failed:${number}`)));
    assert.equal((await alerts.list(noon)).length, 2000);
  });
}

function testStorageDays(makePlace: (context: TestContext) => MetadataPlace): void {
  test('how full a destination was is kept by day, also beyond 2^32 bytes', async (t) => {
    const place = makePlace(t);
    const { storageDays } = await place.open();
    const day = (name: string, bytesFree?: number) => ({ day: name, bytesStored: 5e13, bytesFree });
    await storageDays.note('cloud', day('2026-11-20', 9e15));
    await storageDays.note('cloud', day('2026-11-20', 1));
    await storageDays.note('cloud', day('2026-11-21'));
    await storageDays.note('local', day('2026-10-01', 2));
    const found = await storageDays.list(new Date('2026-11-01T00:00:00Z'));
    assert.deepEqual([...found], [['cloud', [day('2026-11-20', 1), day('2026-11-21')]]]);
    await storageDays.removeBefore(new Date('2026-11-21T00:00:00Z'));
    assert.deepEqual((await storageDays.list(new Date(0))).get('cloud'), [day('2026-11-21')]);
    assert.equal((await (await place.open(serverB)).storageDays.list(new Date(0))).size, 0);
  });
}

function testRecoveryProofs(makePlace: (context: TestContext) => MetadataPlace): void {
  test('when a recovery key was last proven is remembered by key, and for this server alone', async (t) => {
    const place = makePlace(t);
    const { recoveryProofs } = await place.open();
    const proof = (recipient: string, provenAt: Date, places: number) => ({ recipient, provenAt, places });
    await recoveryProofs.note(proof('age1a', noon, 3));
    await recoveryProofs.note(proof('age1a', after(1), 4));
    await recoveryProofs.note(proof('age1b', noon, 3));
    assert.deepEqual(await recoveryProofs.list(), [proof('age1a', after(1), 4), proof('age1b', noon, 3)]);
    assert.deepEqual(await (await place.open(serverB)).recoveryProofs.list(), []);
  });
}

function testTimetable(makePlace: (context: TestContext) => MetadataPlace): void {
  test('schedules, days and skips are remembered, and those that are gone are dropped', async (t) => {
    const place = makePlace(t);
    const metadata = await place.open();
    const { timetable } = metadata;
    const [maria] = await makeAccounts(metadata);
    await timetable.setDealtWith(
      new Map([
        ['nightly', noon],
        ['old', noon],
      ]),
      ['nightly', 'old'],
    );
    await timetable.setDealtWith(new Map([['nightly', after(24)]]), ['nightly']);
    assert.deepEqual([...(await timetable.dealtWith())], [['nightly', after(24)]]);
    for (const day of [20_777, 20_778, 20_778, 21_143]) await timetable.noteDay(day);
    assert.deepEqual(await timetable.workedDays(5), [21_143, 20_778, 20_777]);
    await timetable.forgetDaysAfter(20_778);
    assert.deepEqual(await timetable.workedDays(5), [20_778, 20_777]);
    const skip = { generation: maria, accountName: parseAccountName('maria'), at: noon, schedule: 'nightly' } as const;
    await timetable.addSkips([
      { ...skip, reason: 'suspended' },
      { ...skip, at: after(24), reason: 'window-over' },
    ]);
    await timetable.addSkips([{ ...skip, reason: 'suspended' }]);
    assert.deepEqual(
      (await timetable.skips(maria, 5)).map(({ at, reason }) => [at, reason]),
      [
        [after(24), 'window-over'],
        [noon, 'suspended'],
      ],
    );
    const other = (await place.open(serverB)).timetable;
    assert.deepEqual([await other.workedDays(5), await other.skips(undefined, 5)], [[], []]);
  });
}

function compare(left: readonly unknown[], right: readonly unknown[]): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}
