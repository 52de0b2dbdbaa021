import { recordedArchives } from './recorded-archives.ts';
import type { PlanReport, ReceiptReport } from '../../plugin/protocol/plans.ts';
import type { Answers, PointLine } from '../../plugin/protocol/requests.ts';
import { rootEntry, staffEntry } from './recorded-audit.ts';
import { doneJob, failedJob, runningJob, waitingJob } from './recorded-jobs.ts';
import { databasePlan, databases, table, tables } from './recorded-database-plan.ts';
import { plan } from './recorded-plan.ts';
import { accountSchedule, rotation, serverSchedule, simulation } from './recorded-schedule.ts';
import { foreign, newest, older, pathBytes, safety } from './recorded-points.ts';
import { recordedOwn, recordedPrepared, recordedSettings } from './recorded-own.ts';
import { recordedInit, recordedKeys } from './recorded-keys.ts';
import { recordedLook } from './recorded-look.ts';
import { recordedMailboxes } from './recorded-mailboxes.ts';
import { recordedChoices } from './recorded-choices.ts';
import { recordedSessions } from './recorded-sessions.ts';
import { recordedProof, recordedProven } from './recorded-proof.ts';
import { doneReport, failedReport, incompleteReport } from './recorded-reports.ts';
import { recordedCopies } from './recorded-copies.ts';

const copied: PointLine = { ...newest, copies: ['cloud'] };

/** One answer to every kind of request, as a performer could give it. */
export const recordedAnswers: Answers & { 'plan-undo': PlanReport; 'run-plan': ReceiptReport } = {
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
        provenAt: '2026-11-19T03:00:21.500Z',
        filesProvenAt: undefined,
      },
      {
        name: 'nikos',
        uid: 20002,
        home: '/srv/homes/nikos',
        databases: 0,
        lastBackupAt: undefined,
        lastSizeBytes: undefined,
        provenAt: undefined,
        filesProvenAt: '2026-11-18T03:10:00.000Z',
      },
    ],
  },
  nightly: {
    startedAt: '2026-11-20T00:30:00.000Z',
    seconds: 200.4,
    accounts: [doneReport, incompleteReport, failedReport],
  },
  backup: incompleteReport,
  list: { account: 'maria', points: [copied, older, foreign] },
  browse: {
    account: 'maria',
    point: copied,
    path: pathBytes('public_html'),
    entries: [
      { ...entry('εικόνες', 'dir', 0, 0o755), mark: 'changed' },
      { ...entry('メニュー.pdf', 'file', 5_600_000, 0o644), mark: 'gone' },
      { ...entry('party 🎉.jpg', 'file', 48_120, 0o600), mark: 'same' },
      entry(Uint8Array.of(0x63, 0x61, 0x66, 0xe9), 'file', 12, 0o644),
      entry('evil\u001b[2J\n\u202egpj.exe', 'file', 999, 0o644),
      { ...entry('latest', 'symlink', 0, 0o777), linkTarget: pathBytes('releases/7\\0') },
    ],
  },
  look: recordedLook,
  mailboxes: recordedMailboxes,
  'prepare-download': recordedPrepared,
  downloads: { account: 'maria', downloads: [{ job: doneJob, report: recordedPrepared, isReady: true }] },
  settings: recordedSettings,
  'change-settings': recordedSettings,
  'own-backups': { account: 'maria', backups: [recordedOwn] },
  'pin-backup': recordedOwn,
  'unpin-backup': recordedOwn,
  'keep-backup': recordedOwn,
  'delete-backup': recordedOwn,
  'ask-delete-code': { account: 'maria', email: 'maria@example.gr', minutes: 5 },
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
  ...recordedArchives,
  ...recordedProof,
  ...recordedCopies,
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
  find: {
    account: 'maria',
    isComplete: true,
    matches: [
      {
        path: pathBytes('public_html/menu.pdf'),
        type: 'file',
        sizeBytes: 5_600_000,
        modified: '2026-11-12T08:30:00.000Z',
        firstPoint: older.id,
        firstTime: older.time,
        lastPoint: newest.id,
        lastTime: newest.time,
        versions: 2,
        isInNewest: true,
      },
      {
        path: pathBytes('παλιά/menu.pdf.bak'),
        type: 'file',
        sizeBytes: 120,
        modified: '2026-08-12T08:30:00.000Z',
        firstPoint: foreign.id,
        firstTime: foreign.time,
        lastPoint: older.id,
        lastTime: older.time,
        versions: 1,
        isInNewest: false,
      },
    ],
  },
  versions: {
    account: 'maria',
    path: pathBytes('public_html/menu.pdf'),
    versions: [
      version(newest, '2026-11-17T08:30:00.000Z', 5_600_000, 'same'),
      version(older, '2026-11-12T08:30:00.000Z', 5_580_000, 'changed'),
    ],
  },
  diff: {
    account: 'maria',
    from: newest,
    to: undefined,
    path: pathBytes('public_html'),
    added: 1,
    removed: 1,
    changed: 1,
    attributes: 1,
    isComplete: true,
    entries: [
      change('index.php', 'changed', 412, 1_204),
      change('logs', 'attributes', undefined, undefined),
      change('menu.pdf', 'removed', 5_600_000, undefined),
      change('νέο.jpg', 'added', undefined, 48_120),
    ],
  },
  plan,
  databases,
  tables,
  table,
  'plan-database': databasePlan,
  'plan-undo': { ...plan, purpose: 'undo', point: safety, undoes: runningJob.id, warnings: [] },
  'run-plan': {
    account: 'maria',
    plan: plan.plan,
    purpose: 'restore',
    point: newest,
    target: { kind: 'in-place' },
    counts: plan.counts,
    safetyPoint: safety.id,
    undoUntil: '2026-11-27T10:04:05.000Z',
    seconds: 1.4,
    problemCount: 0,
    problems: [],
  },
  download: {
    account: 'maria',
    point: newest,
    bytes: 5_601_204,
    files: 38,
    problems: [{ path: pathBytes('pipe'), reason: 'type-refused' }],
    problemCount: 1,
  },
  status: {
    account: 'maria',
    lastBackup: { id: newest.id, time: newest.time, files: 1204, bytes: 412_000_000 },
    points: 3,
    oldestPointAt: foreign.time,
    provenAt: '2026-11-19T03:00:21.500Z',
    filesProvenAt: undefined,
    proven: recordedProven,
    jobs: [runningJob, waitingJob],
    undo: { job: doneJob.id, finishedAt: '2026-11-20T08:04:00.000Z', until: '2026-11-27T08:04:00.000Z' },
    workerRunning: true,
  },
  schedule: accountSchedule,
  rotate: rotation,
  'scheduled-backup': { schedule: 'nightly', accounts: [doneReport], skips: 1, parts: 0 },
  'system-backup': { ...doneReport, account: '_system' },
  'retention-simulate': simulation,
  'server-schedule': serverSchedule,
  jobs: { account: 'maria', jobs: [runningJob, waitingJob, doneJob, failedJob] },
  follow: { job: doneJob, result: undefined },
  cancel: { job: { ...waitingJob, state: 'cancelled', position: 0 } },
  enqueue: { job: waitingJob },
  'local-copy': {
    account: 'maria',
    file: pathBytes('local-copies/backup-2026-11-20-1004.zip'),
    files: 38,
    bytes: 5_601_204,
    removed: [pathBytes('local-copies/backup-2026-11-01-0300.zip')],
    problems: [],
    problemCount: 0,
  },
  'local-copies': {
    account: 'maria',
    folder: pathBytes('local-copies'),
    copies: [
      {
        file: pathBytes('local-copies/backup-2026-11-20-1004.zip'),
        createdAt: '2026-11-20T10:04:00.000Z',
        bytes: 5_601_204,
      },
    ],
    policy: { paths: [''], every: 'week', keep: 4 },
  },
  'local-copy-policy': { account: 'maria', policy: { paths: [pathBytes('public_html')], every: 'day', keep: 1 } },
  audit: { account: 'maria', entries: [staffEntry] },
  'audit-log': {
    entries: [staffEntry, rootEntry],
    chain: { entries: 2, lastHash: staffEntry.hash, brokenAt: undefined },
  },
  'catalog-rebuild': { catalogs: [{ account: 'maria', points: 12, paths: 48_120 }] },
  login: {
    secret: 'c2VjcmV0',
    url: 'https://backup.example.com/login#t=c2VjcmV0',
    expiresAt: '2026-11-20T10:05:00.000Z',
  },
  ...recordedSessions,
  ...recordedChoices,
  ...recordedInit,
  ...recordedKeys,
};

function entry(name: string | Uint8Array, type: 'file' | 'dir' | 'symlink', sizeBytes: number, mode: number) {
  return { name: pathBytes(name), type, sizeBytes, mode, modified: '2026-11-17T08:30:00.000Z', linkTarget: undefined };
}

function version(point: PointLine, modified: string, sizeBytes: number, now: 'same' | 'changed') {
  const seen = { firstPoint: older.id, firstTime: older.time, point: point.id, lastTime: point.time };
  return { type: 'file', sizeBytes, modified, now, ...seen } as const;
}

function change(
  name: string,
  kind: 'added' | 'removed' | 'changed' | 'attributes',
  sizeBefore: number | undefined,
  sizeAfter: number | undefined,
) {
  const type = kind === 'attributes' ? ('dir' as const) : ('file' as const);
  return { path: pathBytes(`public_html/${name}`), change: kind, type, sizeBefore, sizeAfter };
}
