import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import { parseGeneration } from '../../../plugin/domain/ids.ts';
import {
  newestFolderFirst,
  parseRepositoryFolder,
  planFormerPlaces,
  planRenewalStep,
  repositoryFolder,
  roomForRenewal,
  type ReplacedRepository,
} from '../../../plugin/domain/plan-renewal.ts';

const accountName = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/);
const generation = fc.stringMatching(/^[0-9a-f]{32}$/);

suite('the folder of a repository', () => {
  test('tells whose it is, and which one of several', () => {
    fc.assert(
      fc.property(accountName, generation, fc.integer({ min: 1, max: 9999 }), (name, id, number) => {
        const folder = repositoryFolder({ name, generation: id }, number);
        assert.deepEqual(parseRepositoryFolder(folder), { name, generation: id.slice(0, 12), number });
      }),
    );
  });

  for (const folder of [
    'maria',
    'maria-0123456789a',
    'maria-0123456789ab-1',
    'maria-0123456789ab-02',
    '-0123456789ab',
    'x-0123456789ab-12345',
  ]) {
    test(`${folder} is none`, () => assert.equal(parseRepositoryFolder(folder), undefined));
  }

  test('comes before those that it has replaced', () => {
    const folders = ['u1-0123456789ab', 'u1-0123456789ab-10', 'u1-0123456789ab-9'];
    assert.deepEqual(folders.toSorted(newestFolderFirst), [
      'u1-0123456789ab-10',
      'u1-0123456789ab-9',
      'u1-0123456789ab',
    ]);
  });
});

test('there must be more room than what is brought takes', () => {
  fc.assert(fc.property(fc.nat({ max: 2 ** 45 }), (bytes) => roomForRenewal(bytes) > bytes * 1.02));
});

suite('what a try does about those before', () => {
  const replaced = (day: number, changes: Partial<ReplacedRepository> = {}): ReplacedRepository => {
    return { replacedAt: new Date(day * 86_400_000), job: undefined, isClosed: true, ...changes };
  };
  const cases: readonly [string, readonly ReplacedRepository[], string | undefined, string][] = [
    ['the first one', [], undefined, 'begin'],
    ['a job for the first time', [replaced(1), replaced(2, { job: 'other' })], 'mine', 'begin'],
    ['by hand, after one by hand', [replaced(1)], undefined, 'begin'],
    ['after an exchange that was cut off', [replaced(1), replaced(2, { isClosed: false })], undefined, 'finish'],
    ['another job after that', [replaced(2, { isClosed: false, job: 'other' })], 'mine', 'finish'],
    ['the same job once more', [replaced(2, { job: 'mine' }), replaced(1)], 'mine', 'tell'],
    ['the same job after another one of later', [replaced(2), replaced(1, { job: 'mine' })], 'mine', 'begin'],
  ];
  for (const [title, all, job, kind] of cases) {
    test(`${title}: ${kind}`, () => assert.equal(planRenewalStep(all, job).kind, kind));
  }

  test('one that is open behind a newer one is closed, whatever is done with the newer', () => {
    const hidden = replaced(1, { isClosed: false });
    for (const newest of [replaced(3), replaced(3, { isClosed: false }), replaced(3, { job: 'mine' })])
      assert.deepEqual(planRenewalStep([replaced(2), hidden, newest], 'mine').open, [hidden]);
    assert.deepEqual(planRenewalStep([hidden], 'mine').open, []);
  });
});

suite('what former keys still open', () => {
  const of = (repositoryId: string, destination: string, digit = '1') => {
    return { repositoryId, generation: parseGeneration(digit.repeat(32)), destination, folder: `u-${repositoryId}` };
  };
  const gone = { replacedAt: new Date(0), job: undefined, isClosed: true };
  const names = (places: ReturnType<typeof planFormerPlaces>) =>
    places.map(
      ({ place, replacedAt }) =>
        `${place.repositoryId} ${place.destination} ${replacedAt === undefined ? 'used' : 'kept'}`,
    );

  test('nothing where nothing was renewed', () => {
    assert.deepEqual(planFormerPlaces([of('a', 'local'), of('a', 'cloud')], [], 'local'), []);
  });

  test('the former repository, and copies of it until the next copy', () => {
    const former = [{ ...of('a', 'local'), ...gone }];
    const before = planFormerPlaces([of('b', 'local'), of('a', 'cloud')], former, 'local');
    assert.deepEqual(names(before), ['a local kept', 'a cloud used']);
    const all = [...former, { ...of('a', 'cloud'), ...gone }];
    const after = planFormerPlaces([of('b', 'local'), of('b', 'cloud')], all, 'local');
    assert.deepEqual(names(after), ['a local kept', 'a cloud kept']);
  });

  test('a copy stays told of when the former repository itself was removed', () => {
    const left = [{ ...of('a', 'attic'), ...gone }];
    const places = planFormerPlaces([of('b', 'local'), of('a', 'cloud')], left, 'local');
    assert.deepEqual(names(places), ['a attic kept', 'a cloud used']);
  });

  test('other accounts are not concerned', () => {
    const places = planFormerPlaces(
      [of('b', 'local'), of('z', 'local', '2'), of('z', 'cloud', '2')],
      [{ ...of('a', 'local'), ...gone }],
      'local',
    );
    assert.deepEqual(names(places), ['a local kept']);
  });
});
