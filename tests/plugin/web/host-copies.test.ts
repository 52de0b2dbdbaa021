import assert from 'node:assert/strict';
import test from 'node:test';
import { createFormats } from '../../../plugin/domain/formats.ts';
import type { DestinationLine, DestinationTest } from '../../../plugin/protocol/copies.ts';
import type { AccountInventory } from '../../../plugin/protocol/inventory.ts';
import { presentHostCopies, type HostCopies } from '../../../plugin/web/presenters/host-copies.ts';
import { recordedInventory } from '../../support/recorded-inventory.ts';

const formats = createFormats('en', 'Europe/Athens');
const now = new Date('2026-11-20T10:00:00Z');
const { accounts, recovery } = recordedInventory['server-inventory'];
const [maria, nikos] = accounts;
if (maria === undefined || nikos === undefined) throw new Error('two were recorded');

const none = { state: 'none', until: undefined, why: undefined } as const;
const tested: DestinationTest = {
  testedAt: '2026-11-19T08:00:00.000Z',
  location: 's3:https://s3.example.com/backups/server1',
  findings: [
    { check: 'write', level: 'good', facts: {} },
    { check: 'clock', level: 'warning', facts: { seconds: 90 } },
    { check: 'lock', level: 'warning', facts: {} },
  ],
  guarantees: { exclusiveWrite: true, immutable: false, resumable: true },
};
const local: DestinationLine = {
  name: 'local',
  kind: 'local',
  role: 'primary',
  location: '/backup/larder',
  country: 'GR',
  provider: undefined,
  repositories: 2,
  tested: undefined,
};
const cloud = {
  ...local,
  name: 'cloud',
  kind: 's3',
  role: 'secondary',
  location: tested.location ?? '',
  tested,
} as const;
const berlin = { ...local, name: 'berlin', kind: 'sftp', role: 'archives' } as const;

function present(some: readonly AccountInventory[] = accounts, keys = recovery): HostCopies {
  return presentHostCopies({ accounts: some, recovery: keys, destinations: [local, cloud, berlin], formats, now });
}

test('each rule is counted over all accounts, and what nobody knows is no yes', () => {
  const unsure = { ...maria, rules: { ...maria.rules, oneImmutable: 'unknown' } } as const;
  assert.deepEqual(
    present([maria, nikos, unsure]).rules.map(({ key, yes, unknown, all }) => `${key} ${yes} ${unknown} ${all}`),
    ['threeCopies 2 0 3', 'twoMechanisms 2 0 3', 'oneOffsite 2 0 3', 'oneImmutable 1 1 3'],
  );
});

test('a place counts the accounts of which it holds something to rely on', () => {
  const [here, away, archives] = present().places;
  assert.deepEqual([here?.accounts, away?.accounts, archives?.accounts], [2, 1, 1]);
  assert.deepEqual([here?.country, away?.newest], ['Greece', '20 Nov, 02:30']);
  assert.deepEqual(
    [here, away, archives].map((place) => place?.lock.word),
    ['none', 'locked', 'unknown'],
  );
  const open = {
    ...maria,
    places: maria.places.map((place) => ({ ...place, immutability: none })),
  };
  assert.equal(present([maria, open]).places[1]?.lock.word, 'mixed');
});

test('what the last test found is told, and what was tried out elsewhere is not taken for this place', () => {
  const [here, away] = present().places;
  assert.deepEqual(
    [here?.test.word, away?.test.word, away?.test.odd.map(({ check }) => check)],
    ['never', 'warning', ['clock']],
  );
  const moved = { ...cloud, location: 's3:https://other.example.com/backups' };
  const [place] = presentHostCopies({ accounts, recovery, destinations: [moved], formats, now }).places;
  assert.deepEqual([place?.test.word, place?.test.odd], ['moved', []]);
});

test('what is missing stands once with all whom it is about, and with what to type', () => {
  const rows = present().missing.map(({ kind, names, command }) => `${kind}: ${names.join(' ')}: ${command}`);
  assert.deepEqual(rows, [
    'empty: nikos: larder --account nikos archive',
    'lost: nikos: larder alerts',
    'no-offsite: nikos: larder destination add',
  ]);
  const alone = presentHostCopies({ accounts: [nikos], recovery, destinations: [local], formats, now }).missing;
  assert.ok(
    alone.some(({ kind }) => kind === 'few-copies'),
    'where more places are needed that is told',
  );
  const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((account) => ({ ...nikos, account }));
  const [empty] = present([maria, ...many]).missing;
  assert.deepEqual([empty?.count, empty?.names.length, empty?.isAll, empty?.command], [7, 5, false, 'larder archive']);
  assert.equal(present(many).missing[0]?.isAll, true);
  const gone = { ...nikos, missing: [{ kind: 'empty', destinations: ['cloud', 'berlin'] }] } as const;
  assert.deepEqual(
    present([gone]).missing.map(({ where, command }) => `${where}: ${command}`),
    ['cloud: larder --account nikos copy --destination cloud', 'berlin: larder --account nikos archive'],
  );
});

test('what former keys still open is missing as well', () => {
  const former = [
    { destination: 'local', folder: 'maria-0123456789ab', replacedAt: undefined, lockedUntil: undefined },
  ];
  const [row] = present([{ ...maria, former }]).missing;
  assert.deepEqual(
    [row?.kind, row?.where, row?.command],
    ['former', 'local', 'larder --account maria keys remove-former'],
  );
});

test('keys are good when two at least are there and each was proven', () => {
  const isGood = (count: number, proven: number) => present(accounts, { ...recovery, count, proven }).keys.isGood;
  assert.deepEqual([isGood(2, 2), isGood(2, 1), isGood(1, 1), isGood(0, 0)], [true, false, false, false]);
  assert.equal(present().keys.last, '2 Nov 2026');
  assert.equal(present(accounts, { count: 2, proven: 0, lastAt: undefined }).keys.last, undefined);
});
