import { recordedInventory } from './recorded-inventory.ts';
import type { CopiesAnswers, DestinationTest } from '../../plugin/protocol/copies.ts';

const destinationTest: DestinationTest = {
  testedAt: '2026-11-19T08:00:00.000Z',
  findings: [
    { check: 'write', level: 'good', facts: {} },
    { check: 'race', level: 'warning', facts: { racers: 24, winners: 24 } },
    { check: 'lock', level: 'bad', facts: { problem: 'it does not lock what is stored (data/00/locked)' } },
  ],
  guarantees: { exclusiveWrite: false, immutable: false, resumable: true },
};

/** What the worker answered about copies. */
export const recordedCopies: CopiesAnswers = {
  ...recordedInventory,
  copy: {
    copies: [
      {
        account: 'maria',
        destination: 'cloud',
        outcome: 'done',
        failure: undefined,
        points: 16,
        pointsSent: 1,
        pointsForgotten: 1,
        packsSent: 3,
        bytesSent: 21_000_000,
        lockedUntil: '2026-12-20T22:40:00.000Z',
        seconds: 4.2,
      },
      {
        account: 'nora',
        destination: 'cloud',
        outcome: 'failed',
        failure: {
          code: 'copy-lost',
          facts: { account: 'nora', destination: 'cloud', count: 12, mend: 'larder --account nora copy --repair' },
        },
        points: 0,
        pointsSent: 0,
        pointsForgotten: 0,
        packsSent: 0,
        bytesSent: 0,
        lockedUntil: undefined,
        seconds: 0.4,
      },
    ],
  },
  destinations: {
    destinations: [
      {
        name: 'local',
        kind: 'local',
        role: 'primary',
        location: '/backup/larder',
        country: 'GR',
        provider: undefined,
        repositories: 3,
        tested: undefined,
      },
      {
        name: 'cloud',
        kind: 's3',
        role: 'secondary',
        location: 's3:https://s3.example.com/backups/server1',
        country: 'DE',
        provider: 'Example Cloud',
        repositories: 3,
        tested: destinationTest,
      },
    ],
  },
  'destination-test': { destination: 'cloud', test: destinationTest },
  recover: {
    destination: 'cloud',
    repositories: [
      { folder: 'maria-0123456789ab', account: 'maria', points: 16, outcome: 'attached' },
      { folder: 'nora-ba9876543210', account: 'nora', points: 0, outcome: 'no-key' },
    ],
  },
};
