import type { InitAnswers } from '../../plugin/protocol/init.ts';
import type { KeysAnswers } from '../../plugin/protocol/keys.ts';

const [first, second] = ['age1exampleexampleexample', 'age1anotheranotheranother'] as const;

const renewed: KeysAnswers['keys-renew'] = {
  account: 'maria',
  destination: 'local',
  outcome: 'renewed',
  from: 'maria-0123456789ab',
  to: 'maria-0123456789ab-2',
  points: 31,
  bytes: 4_812_000_000,
  freeBytes: 91_000_000_000,
  lost: [],
  former: [
    {
      destination: 'local',
      folder: 'maria-0123456789ab',
      replacedAt: '2026-11-20T22:58:10.000Z',
      lockedUntil: undefined,
    },
    {
      destination: 'cloud',
      folder: 'maria-0123456789ab',
      replacedAt: undefined,
      lockedUntil: '2026-12-14T01:00:00.000Z',
    },
  ],
};

/** What setting Larder up answered: it makes the first keys. */
export const recordedInit: InitAnswers = {
  init: {
    state: '/var/lib/larder',
    recipients: ['age1exampleexampleexample'],
    identityFiles: ['/var/lib/larder/recovery-identity.txt'],
    accounts: 3,
    failures: [],
  },
};

/** What the worker answered about keys. */
export const recordedKeys: KeysAnswers = {
  'keys-check-recovery': {
    keys: [
      { recipient: first, isConfigured: true, isGiven: true, provenAt: '2026-11-02T09:15:00.000Z' },
      { recipient: second, isConfigured: true, isGiven: false, provenAt: undefined },
    ],
    places: [
      {
        destination: 'local',
        folder: 'maria-0123456789ab',
        holds: 'repository',
        outcome: 'opens',
        sealedFor: 2,
        failure: undefined,
      },
      {
        destination: 'cloud',
        folder: 'maria-0123456789ab',
        holds: 'repository',
        outcome: 'missing',
        sealedFor: undefined,
        failure: undefined,
      },
      {
        destination: 'cloud',
        folder: 'nora-ba9876543210',
        holds: 'repository',
        outcome: 'unreachable',
        sealedFor: undefined,
        failure: {
          code: 'destination-unreachable',
          facts: { destination: 'cloud', problem: 'it does not answer in time' },
        },
      },
      { destination: 'berlin', folder: 'maria', holds: 'archives', outcome: 'opens', sealedFor: 2, failure: undefined },
    ],
  },
  'keys-rotate': { sealed: 3, recipients: [first, second], places: [] },
  'keys-renew': renewed,
  'keys-renew-all': {
    dryRun: false,
    accounts: [
      { account: 'maria', report: renewed, failure: undefined },
      {
        account: 'nikos',
        report: {
          ...renewed,
          account: 'nikos',
          outcome: 'refused',
          from: 'nikos-ba9876543210',
          to: 'nikos-ba9876543210-2',
          points: 12,
          bytes: 910_000_000,
          lost: [
            {
              kind: 'missing-pack',
              object: 'pack 1f8b2c3d',
              points: ['1'.repeat(64)],
              paths: ['/files/public_html/menu.pdf'],
            },
          ],
          former: [],
        },
        failure: undefined,
      },
      {
        account: 'nora',
        report: undefined,
        failure: { code: 'no-space', facts: { path: '/backup/larder/nora-cdef01234567' } },
      },
    ],
    gone: [
      {
        account: 'petros',
        destination: 'local',
        folder: 'petros-89abcdef0123',
        location: '/backup/larder/petros-89abcdef0123',
      },
    ],
  },
  'keys-remove-former': {
    account: 'maria',
    dryRun: false,
    places: [
      {
        destination: 'local',
        folder: 'maria-0123456789ab',
        replacedAt: '2026-11-20T22:58:10.000Z',
        outcome: 'removed',
        bytes: 4_812_000_000,
        onlyThere: 0,
        failure: undefined,
      },
      {
        destination: 'cloud',
        folder: 'maria-0123456789ab',
        replacedAt: '2026-11-21T01:12:40.000Z',
        outcome: 'kept',
        bytes: 0,
        onlyThere: 0,
        failure: {
          code: 'destination-locked',
          facts: { destination: 'cloud', object: 'config', until: '2026-12-14T01:00:00.000Z' },
        },
      },
      {
        destination: 'attic',
        folder: 'maria-0123456789ab',
        replacedAt: '2026-11-21T01:31:02.000Z',
        outcome: 'kept',
        bytes: 6_020_000_000,
        onlyThere: 4,
        failure: undefined,
      },
    ],
  },
  'keys-export': {
    account: 'maria',
    password: "it's-a-secret",
    repositories: [
      { destination: 'local', kind: 'local', location: '/backup/larder/maria-0123456789ab' },
      { destination: 'cloud', kind: 's3', location: 's3:https://s3.example.com/backups/server1/maria-0123456789ab' },
    ],
  },
  'keys-restic-env': { repository: '/backup/larder/maria', password: "it's-a-secret" },
};
