import type { BackupReport } from '../../plugin/protocol/requests.ts';
import { newest, older } from './recorded-points.ts';

export const doneReport: BackupReport = {
  account: 'maria',
  outcome: 'done',
  failure: undefined,
  snapshotId: newest.id,
  startedAt: '2026-11-20T10:03:50.000Z',
  seconds: 8.2,
  files: 1204,
  bytes: 412_000_000,
  databases: 1,
  filesChanged: 17,
  bytesRead: 9_400_000,
  bytesAdded: 3_100_000,
  coverage: { skipped: [], noted: [] },
};

export const incompleteReport: BackupReport = {
  ...doneReport,
  account: 'nikos',
  outcome: 'incomplete',
  snapshotId: older.id,
  seconds: 72,
  coverage: {
    skipped: [{ reason: 'foreign-owner', count: 2, paths: ['public_html/a.php', 'public_html/\\x1b[31m.php'] }],
    noted: [{ reason: 'changed-while-read', count: 1, paths: ['logs/access.log'] }],
  },
};

export const failedReport: BackupReport = {
  ...doneReport,
  account: 'shop-athens',
  outcome: 'failed',
  failure: { code: 'home-unreadable', facts: { account: 'shop-athens', problem: 'no such folder' } },
  snapshotId: undefined,
  files: 0,
  bytes: 0,
  bytesRead: 0,
  bytesAdded: 0,
};
