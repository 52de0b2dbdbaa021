import type { Answers, BackupReport, PointLine } from '../../plugin/protocol/requests.ts';

/** Base64 of text or bytes, as paths travel. */
export function pathBytes(path: string | Uint8Array): string {
  return Buffer.from(path).toString('base64');
}

const newest: PointLine = {
  id: '1a2b3c4d'.repeat(8),
  time: '2026-11-18T19:12:07.123Z',
  kind: 'nightly',
  label: undefined,
  files: 1204,
  bytes: 412_000_000,
};

const older: PointLine = {
  id: '5e6f7a8b'.repeat(8),
  time: '2026-11-16T01:04:00.000Z',
  kind: 'manual',
  label: 'πριν το 7.0 日本',
  files: 1198,
  bytes: 408_900_000,
};

const foreign: PointLine = {
  id: '99aabbcc'.repeat(8),
  time: '2026-09-01T10:00:00.000Z',
  kind: 'foreign',
  label: undefined,
  files: undefined,
  bytes: undefined,
};

export const doneReport: BackupReport = {
  account: 'maria',
  outcome: 'done',
  failure: undefined,
  snapshotId: newest.id,
  startedAt: '2026-11-20T10:03:50.000Z',
  seconds: 8.2,
  files: 1204,
  bytes: 412_000_000,
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

/** One answer to every kind of request, as a performer could give it. */
export const recordedAnswers: Answers = {
  init: {
    state: '/var/lib/larder',
    recipients: ['age1exampleexampleexample'],
    identityFiles: ['/var/lib/larder/recovery-identity.txt'],
    accounts: 3,
  },
  doctor: {
    findings: [
      { check: 'node', level: 'good', facts: { version: '24.21.0' } },
      { check: 'recovery', level: 'warning', facts: { path: '/var/lib/larder/recovery-identity.txt' } },
      { check: 'destination', level: 'bad', facts: { destination: 'local', problem: 'no such folder' } },
      { check: 'moon-phase', level: 'good', facts: { phase: 'full', count: 3 } },
    ],
  },
  accounts: {
    accounts: [
      {
        name: 'maria',
        uid: 20001,
        home: '/srv/homes/maria',
        databases: 1,
        lastBackupAt: '2026-11-18T19:12:07.123Z',
        lastSizeBytes: 412_000_000,
      },
      {
        name: 'nikos',
        uid: 20002,
        home: '/srv/homes/nikos',
        databases: 0,
        lastBackupAt: undefined,
        lastSizeBytes: undefined,
      },
    ],
  },
  nightly: {
    startedAt: '2026-11-20T00:30:00.000Z',
    seconds: 200.4,
    accounts: [doneReport, incompleteReport, failedReport],
  },
  backup: incompleteReport,
  list: { account: 'maria', points: [newest, older, foreign] },
  browse: {
    account: 'maria',
    point: newest,
    path: pathBytes('public_html'),
    entries: [
      entry('εικόνες', 'dir', 0, 0o755),
      entry('メニュー.pdf', 'file', 5_600_000, 0o644),
      entry('party 🎉.jpg', 'file', 48_120, 0o600),
      entry(Uint8Array.of(0x63, 0x61, 0x66, 0xe9), 'file', 12, 0o644),
      entry('evil\u001b[2J\n\u202egpj.exe', 'file', 999, 0o644),
      { ...entry('latest', 'symlink', 0, 0o777), linkTarget: pathBytes('releases/7\\0') },
    ],
  },
  restore: {
    account: 'maria',
    point: newest,
    to: '/srv/homes/maria',
    dryRun: false,
    files: 38,
    folders: 4,
    links: 1,
    bytes: 5_600_000,
    seconds: 1.4,
    problemCount: 0,
    problems: [],
  },
  check: {
    repositories: [
      {
        account: 'maria',
        destination: 'local',
        points: 12,
        packs: 340,
        bytesRead: 0,
        hints: [{ kind: 'unindexed-pack', object: 'c0ffee00', points: [], paths: [] }],
        damage: [],
      },
      {
        account: 'nikos',
        destination: 'local',
        points: 3,
        packs: 28,
        bytesRead: 88_000_000,
        hints: [],
        damage: [{ kind: 'missing-pack', object: 'deadbeef', points: [newest.id, older.id], paths: ['mail/inbox'] }],
      },
    ],
  },
  forget: { account: 'maria', dryRun: false, forgotten: [older], kept: [newest, foreign] },
  prune: {
    dryRun: false,
    repositories: [
      {
        account: 'maria',
        destination: 'local',
        packsRemoved: 3,
        packsRepacked: 1,
        bytesFreed: 48_000_000,
        bytesUnused: 1_200_000,
        bytesTotal: 391_000_000,
      },
    ],
  },
  'keys-restic-env': { repository: '/backup/larder/maria', password: "it's-a-secret" },
};

function entry(name: string | Uint8Array, type: 'file' | 'dir' | 'symlink', sizeBytes: number, mode: number) {
  return { name: pathBytes(name), type, sizeBytes, mode, modified: '2026-11-17T08:30:00.000Z', linkTarget: undefined };
}
