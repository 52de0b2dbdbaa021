import type { AccountInventory, InventoryAnswers, PlaceLine } from '../../plugin/protocol/inventory.ts';

const none = { state: 'none', until: undefined, why: undefined } as const;

const local: PlaceLine = {
  destination: 'local',
  kind: 'local',
  role: 'primary',
  mechanism: 'repository',
  country: 'GR',
  provider: undefined,
  offsite: 'no',
  counts: 'yes',
  points: undefined,
  newestAt: '2026-11-20T00:31:00.000Z',
  lost: 0,
  immutability: none,
  testedAt: undefined,
};

const cloud: PlaceLine = {
  ...local,
  destination: 'cloud',
  kind: 's3',
  role: 'secondary',
  country: 'NO',
  provider: 'Example Cloud',
  offsite: 'yes',
  points: 16,
  newestAt: '2026-11-20T00:30:00.000Z',
  immutability: { state: 'locked', until: '2026-12-20T22:40:00.000Z', why: undefined },
  testedAt: '2026-11-19T08:00:00.000Z',
};

const berlin: PlaceLine = {
  ...cloud,
  destination: 'berlin',
  role: 'archives',
  mechanism: 'archive',
  country: 'DE',
  provider: undefined,
  points: 9,
  immutability: { state: 'unknown', until: undefined, why: 'untried' },
  testedAt: undefined,
};

const maria: AccountInventory = {
  account: 'maria',
  rpoHours: 26,
  copies: 4,
  mechanisms: ['archive', 'repository'],
  countries: ['DE', 'NO'],
  places: [local, cloud, berlin],
  rules: {
    threeCopies: 'yes',
    twoMechanisms: 'yes',
    oneOffsite: 'yes',
    twoIndependent: 'yes',
    oneImmutable: 'yes',
  },
  missing: [],
};

const nikos: AccountInventory = {
  account: 'nikos',
  rpoHours: 26,
  copies: 2,
  mechanisms: ['repository'],
  countries: [],
  places: [
    local,
    { ...cloud, counts: 'no', lost: 12 },
    { ...berlin, counts: 'no', points: 0, newestAt: undefined, immutability: none },
  ],
  rules: { threeCopies: 'no', twoMechanisms: 'no', oneOffsite: 'no', twoIndependent: 'no', oneImmutable: 'no' },
  missing: [
    { kind: 'empty', destinations: ['berlin'] },
    { kind: 'lost', destinations: ['cloud'] },
    { kind: 'few-copies', destinations: [] },
    { kind: 'one-mechanism', destinations: [] },
    { kind: 'no-offsite', destinations: [] },
  ],
};

/** What the worker answered about where backups are. */
export const recordedInventory: InventoryAnswers = {
  inventory: {
    ...maria,
    rules: { ...maria.rules, twoIndependent: 'unknown' },
    places: [local, cloud, { ...berlin, country: undefined }],
    countries: ['NO'],
    missing: [{ kind: 'independence-unknown', destinations: ['berlin'] }],
  },
  'server-inventory': {
    accounts: [maria, nikos],
    recovery: { count: 2, proven: 1, lastAt: '2026-11-02T09:15:00.000Z' },
  },
};
