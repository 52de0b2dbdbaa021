import type { KeysAnswers } from '../../plugin/protocol/keys.ts';

const [first, second] = ['age1exampleexampleexample', 'age1anotheranotheranother'] as const;

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
