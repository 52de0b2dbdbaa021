import type { ArchiveAnswers } from '../../plugin/protocol/archives.ts';
import { recordedPassphrase } from './recorded-passphrase.ts';

const full = '2026-11-15T003000Z-full';
const differential = '2026-11-18T003000Z-diff-2026-11-15T003000Z';

/** A week of archives: one account, and one whose destination did not answer. */
export const recordedArchives: ArchiveAnswers = {
  ...recordedPassphrase,
  archive: {
    archives: [
      {
        account: 'maria',
        archive: differential,
        kind: 'differential',
        full,
        files: 1198,
        bytes: 408_900_000,
        filesHere: 31,
        bytesHere: 9_300_000,
        databases: 1,
        storedBytes: 4_100_000,
        skipped: 1,
        seconds: 4.2,
        removed: ['2026-11-01T003000Z-full'],
      },
    ],
    failures: [
      {
        account: 'nikos',
        code: 'destination-unreachable',
        facts: { destination: 'berlin', problem: 'connect ECONNREFUSED' },
      },
    ],
  },
  archives: {
    account: 'maria',
    destination: 'berlin',
    archives: [
      {
        archive: full,
        time: '2026-11-15T00:30:00.000Z',
        kind: 'full',
        full: undefined,
        storedBytes: 288_000_000,
        hasIndex: true,
      },
      {
        archive: differential,
        time: '2026-11-18T00:30:00.000Z',
        kind: 'differential',
        full,
        storedBytes: 4_100_000,
        hasIndex: true,
      },
    ],
  },
};
