import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
import fc from 'fast-check';
import type { DestinationConfiguration, S3Destination } from '../../../plugin/domain/destination.ts';
import { immutabilityOf, isOffsite, type KeptCopy, type LockFacts } from '../../../plugin/domain/kept-copy.ts';
import type { Known } from '../../../plugin/domain/known.ts';
import { planInventory, type Inventory, type InventoryRules } from '../../../plugin/domain/plan-inventory.ts';

const hour = 3_600_000;
const now = new Date('2026-11-30T08:00:00Z');
const promised = { now, rpoHours: 26 };
const before = (hours: number): Date => new Date(now.getTime() - hours * hour);
const later = new Date(now.getTime() + 20 * 24 * hour);
const unlocked: LockFacts = { isSet: false, isProven: undefined, until: undefined, mayNotDelete: false };
const locked: LockFacts = { isSet: true, isProven: true, until: later, mayNotDelete: false };

const here: KeptCopy = {
  destination: 'local',
  kind: 'local',
  role: 'primary',
  mechanism: 'repository',
  country: 'GR',
  provider: undefined,
  isOffsite: 'no',
  isThere: true,
  points: undefined,
  newestAt: before(7),
  lost: 0,
  lock: unlocked,
};
const cloud: KeptCopy = {
  ...here,
  destination: 'cloud',
  kind: 's3',
  role: 'secondary',
  country: 'NL',
  isOffsite: 'yes',
  points: 16,
  lock: locked,
};
const archives: KeptCopy = {
  ...cloud,
  destination: 'berlin',
  role: 'archives',
  mechanism: 'archive',
  country: 'DE',
  lock: unlocked,
};

const kinds = ({ missing }: Inventory): string[] => missing.map(({ kind }) => kind);
const all = { threeCopies: 'yes', twoMechanisms: 'yes', oneOffsite: 'yes', twoIndependent: 'yes', oneImmutable: 'yes' };

suite('what is missing of an account’s copies', () => {
  const cases: readonly (readonly [string, readonly KeptCopy[], readonly string[]])[] = [
    ['nothing, when all is promised and kept', [here, cloud, archives], []],
    ['everything, where nothing was ever backed up', [{ ...here, isThere: false }], ['no-backup']],
    ['much, with the first backup alone', [here], ['few-copies', 'one-mechanism', 'no-offsite']],
    ['a second mechanism', [here, cloud], ['one-mechanism', 'one-independent']],
    ['another country', [here, cloud, { ...archives, country: 'NL' }], ['same-country']],
    ['the country', [here, cloud, { ...archives, country: undefined }], ['independence-unknown']],
    ['a lock', [here, { ...cloud, lock: unlocked }, archives], ['not-immutable']],
    ['a lock that holds', [here, { ...cloud, lock: { ...locked, isProven: false } }, archives], ['not-immutable']],
    ['a lock that is not over', [here, { ...cloud, lock: { ...locked, until: now } }, archives], ['not-immutable']],
    ['a trial', [here, { ...cloud, lock: { ...locked, isProven: undefined } }, archives], ['immutability-unknown']],
    [
      'a first copy',
      [here, { ...cloud, isThere: false, newestAt: undefined }, archives],
      ['empty', 'one-independent', 'not-immutable'],
    ],
    ['what somebody deleted', [here, { ...cloud, lost: 3 }, archives], ['lost', 'one-independent', 'not-immutable']],
    [
      'a copy that is not too old',
      [here, { ...cloud, newestAt: before(53) }, archives],
      ['old', 'one-independent', 'not-immutable'],
    ],
    [
      'knowledge, where the ledger was lost',
      [here, { ...cloud, newestAt: undefined }, archives],
      ['age-unknown', 'independence-unknown', 'immutability-unknown'],
    ],
    [
      'knowledge, where a tunnel leads',
      [here, { ...cloud, isOffsite: 'unknown' }],
      ['one-mechanism', 'offsite-unknown', 'one-independent', 'immutability-unknown'],
    ],
  ];
  for (const [title, copies, expected] of cases) {
    test(title, () => assert.deepEqual(kinds(planInventory(copies, promised)), expected));
  }

  test('is said with the destinations that it is about', () => {
    const { missing } = planInventory([here, { ...cloud, lost: 3 }, { ...archives, country: undefined }], promised);
    assert.deepEqual(missing[0], { kind: 'lost', destinations: ['cloud'] });
  });
});

test('what counts is counted: copies with the live data, mechanisms, countries of those elsewhere', () => {
  const whole = planInventory([here, cloud, archives], promised);
  assert.deepEqual([whole.copies, whole.mechanisms, whole.countries], [4, ['archive', 'repository'], ['DE', 'NL']]);
  assert.deepEqual(whole.rules, all);
  const old = planInventory([here, cloud, { ...archives, newestAt: before(90) }], promised);
  assert.deepEqual([old.copies, old.mechanisms, old.countries], [3, ['repository'], ['NL']]);
});

test('a copy counts until it is twice as old as was promised', () => {
  const at = (hours: number): Known | undefined =>
    planInventory([{ ...cloud, newestAt: before(hours) }], promised).places[0]?.counts;
  assert.deepEqual([at(0), at(52), at(52.001)], ['yes', 'yes', 'no']);
});

suite('immutable is only what was proved', () => {
  const claims: readonly (readonly [string, Partial<LockFacts>, string])[] = [
    ['locked, tried and read back', {}, 'locked'],
    ['no lock is set', { isSet: false }, 'none'],
    ['no lock is set, and its key may not delete', { isSet: false, mayNotDelete: true }, 'append-only'],
    ['never tried', { isProven: undefined }, 'untried'],
    ['tried, and it did not hold', { isProven: false }, 'refuted'],
    ['no lock was read back', { until: undefined }, 'unread'],
    ['the lock is over', { until: now }, 'over'],
  ];
  for (const [title, changes, expected] of claims) {
    test(title, () => {
      const claim = immutabilityOf({ ...locked, ...changes }, now);
      assert.equal(claim.state === 'unknown' ? claim.why : claim.state, expected);
    });
  }
});

suite('a place is elsewhere by its address:', () => {
  const s3 = (endpoint: string): DestinationConfiguration => ({ kind: 's3', endpoint }) as S3Destination;
  const sftp = (host: string): DestinationConfiguration => ({ kind: 'sftp', host }) as DestinationConfiguration;
  const places: readonly (readonly [DestinationConfiguration, Known])[] = [
    [{ kind: 'local', path: '/backup' } as DestinationConfiguration, 'no'],
    [s3('https://s3.example.com'), 'yes'],
    [s3('https://localhost.example.com:8443/path'), 'yes'],
    [s3('http://127.0.0.1:9000'), 'unknown'],
    [s3('http://[::1]:9000'), 'unknown'],
    [s3('https://LOCALHOST'), 'unknown'],
    [sftp('backup.example.com'), 'yes'],
    [sftp('127.0.0.2'), 'unknown'],
    [sftp('::1'), 'unknown'],
  ];
  for (const [destination, expected] of places) {
    const shown = 'endpoint' in destination ? destination.endpoint : 'host' in destination ? destination.host : 'local';
    test(`${shown}: ${expected}`, () => assert.equal(isOffsite(destination), expected));
  }
});

const known = fc.constantFrom<Known>('yes', 'no', 'unknown');
const anyCopy: fc.Arbitrary<KeptCopy> = fc.record({
  destination: fc.string({ minLength: 1, maxLength: 5 }),
  kind: fc.constantFrom('local', 's3', 'sftp'),
  role: fc.constantFrom('primary', 'secondary', 'tertiary', 'archives'),
  mechanism: fc.constantFrom('repository', 'archive'),
  country: fc.constantFrom(undefined, 'DE', 'NL'),
  provider: fc.constant(undefined),
  isOffsite: known,
  isThere: fc.boolean(),
  points: fc.constant(undefined),
  newestAt: fc.constantFrom(undefined, before(1), before(60)),
  lost: fc.constantFrom(0, 0, 2),
  lock: fc.record({
    isSet: fc.boolean(),
    isProven: fc.constantFrom(undefined, true, false),
    until: fc.constantFrom(undefined, before(1), later),
    mayNotDelete: fc.boolean(),
  }),
});
const anyCopies = fc.array(anyCopy, { maxLength: 5 });
const names = ['threeCopies', 'twoMechanisms', 'oneOffsite', 'twoIndependent', 'oneImmutable'] as const;
const rank = { no: 0, unknown: 1, yes: 2 } as const;
const ranks = ({ rules }: { rules: InventoryRules }): number[] => names.map((name) => rank[rules[name]]);

suite('of any copies', () => {
  test('one more never makes it worse', () => {
    fc.assert(
      fc.property(anyCopies, anyCopy, (copies, more) => {
        const [less, greater] = [copies, [...copies, more]].map((some) => ranks(planInventory(some, promised)));
        assert.ok(less?.every((value, index) => value <= (greater?.[index] ?? -1)));
      }),
    );
  });

  test('their order does not matter', () => {
    fc.assert(
      fc.property(anyCopies, (copies) => {
        assert.deepEqual(planInventory(copies.toReversed(), promised).rules, planInventory(copies, promised).rules);
      }),
    );
  });

  test('nothing is missing exactly when every rule is kept and every copy counts', () => {
    fc.assert(
      fc.property(anyCopies, (copies) => {
        const { rules, places, missing } = planInventory(copies, promised);
        const isWhole = names.every((name) => rules[name] === 'yes') && places.every(({ counts }) => counts === 'yes');
        assert.equal(missing.length === 0, isWhole);
      }),
    );
  });

  test('what somebody comes to know takes back nothing that was said', () => {
    fc.assert(
      fc.property(anyCopies, known, fc.constantFrom('DE', 'NL', 'FI'), (copies, elsewhere, country) => {
        const learnt = copies.map((copy) => ({
          ...copy,
          isOffsite: copy.isOffsite === 'unknown' ? elsewhere : copy.isOffsite,
          country: copy.country ?? country,
          newestAt: copy.newestAt ?? before(2),
        }));
        const [one, other] = [copies, learnt].map((some) => planInventory(some, promised).rules);
        for (const name of names) if (one?.[name] !== 'unknown') assert.equal(other?.[name], one?.[name], name);
      }),
    );
  });

  test('immutable is said only with a lock that was tried, read back, and is not over', () => {
    fc.assert(
      fc.property(anyCopies, (copies) => {
        if (planInventory(copies, promised).rules.oneImmutable !== 'yes') return;
        const proven = copies.some(({ lock, isOffsite: elsewhere, lost }) => {
          const isLocked = lock.isSet && lock.isProven === true && lock.until !== undefined && lock.until > now;
          return isLocked && elsewhere === 'yes' && lost === 0;
        });
        assert.ok(proven);
      }),
    );
  });
});
