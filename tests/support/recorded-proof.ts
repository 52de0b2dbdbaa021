import type { DrillReport } from '../../plugin/protocol/proof.ts';
import type { ProvenReport } from '../../plugin/protocol/proven.ts';
import type { Answers } from '../../plugin/protocol/requests.ts';
import { newest, older } from './recorded-points.ts';

const passed: DrillReport = {
  id: 'd1d2d3d4d5d6d7d8d9d0',
  account: 'maria',
  point: newest.id,
  pointTime: newest.time,
  startedAt: '2026-11-19T03:00:00.000Z',
  reason: 'due',
  outcome: 'passed',
  seconds: 21.5,
  steps: [
    { step: 'restore', seconds: 14.2, isGood: true },
    { step: 'compare', seconds: 7.1, isGood: true },
    { step: 'required', seconds: 0.2, isGood: true },
    { step: 'databases', seconds: 3.5, isGood: true },
    { step: 'sites', seconds: 1.2, isGood: true },
  ],
  rtoSeconds: 3600,
  isWithinRto: true,
  isolation: { uid: 64_998, network: 'none' },
  files: { restored: 1288, bytes: 412_000_000, compared: 1288, missing: 0, different: 0, paths: [] },
  sites: [
    { path: 'public_html', missing: [], probe: { outcome: 'answered', status: 200, seconds: 0.8 } },
    { path: 'blog', missing: [], probe: { outcome: 'other-host', status: undefined, seconds: 0 } },
  ],
  databases: [
    { name: 'maria_shop', engine: 'mysql', tables: 14, rows: 5210, seconds: 3.1, outcome: 'loaded' },
    { name: 'maria_crm', engine: 'postgresql', tables: 9, rows: 301, seconds: 0.4, outcome: 'loaded' },
  ],
  problems: [],
};

/** Of the drill that passed. */
export const recordedProven: ProvenReport = {
  everything: {
    at: '2026-11-19T03:00:21.500Z',
    point: newest.id,
    pointTime: newest.time,
    seconds: 17.7,
    files: 1288,
    bytes: 412_000_000,
    databases: 2,
    rows: 5511,
  },
  filesOnly: undefined,
  failed: undefined,
};

const filesOnly: DrillReport = {
  ...passed,
  id: 'f1f2f3f4f5f6f7f8f9f0',
  account: 'eleni',
  outcome: 'files-only',
  seconds: 9.5,
  steps: [
    { step: 'restore', seconds: 6.1, isGood: true },
    { step: 'compare', seconds: 3.3, isGood: true },
    { step: 'required', seconds: 0.1, isGood: true },
  ],
  isolation: { uid: undefined, network: 'not-needed' },
  sites: [{ path: 'public_html', missing: [] }],
  databases: [
    { name: 'eleni_crm', engine: 'postgresql', tables: 0, rows: 0, seconds: 0, outcome: 'no-server' },
    { name: 'eleni_blog', engine: 'mysql', tables: 0, rows: 0, seconds: 0, outcome: 'compared' },
  ],
};

const failed: DrillReport = {
  ...passed,
  id: 'e1e2e3e4e5e6e7e8e9e0',
  account: 'nikos',
  point: older.id,
  pointTime: older.time,
  outcome: 'failed',
  seconds: 3900,
  isWithinRto: false,
  isolation: { uid: 64_998, network: 'none' },
  steps: [
    { step: 'restore', seconds: 3890, isGood: true },
    { step: 'compare', seconds: 9.8, isGood: false },
    { step: 'required', seconds: 0.2, isGood: false },
    { step: 'sites', seconds: 0.4, isGood: false },
  ],
  files: { ...passed.files, missing: 1, different: 2, paths: ['public_html/\\x1b[31m.php', 'mail/inbox'] },
  sites: [
    { path: 'public_html', missing: ['wp-config.php'] },
    { path: 'shop', missing: [], probe: { outcome: 'failed', status: 500, seconds: 0.3 } },
  ],
  databases: [{ name: 'nikos_blog', engine: 'mysql', tables: 12, rows: 80, seconds: 2, outcome: 'failed' }],
  problems: [
    { kind: 'files-missing', count: 1 },
    { kind: 'files-differ', count: 2 },
    { kind: 'required-missing', name: 'public_html', detail: 'wp-config.php' },
    { kind: 'tables-missing', name: 'nikos_blog', count: 1, detail: 'wp_posts' },
    { kind: 'site-fatal', name: 'shop', detail: 'Uncaught Error: Call to undefined function menu()' },
  ],
};

export const recordedDrills = { passed, filesOnly, failed };

/** Answers about what is proved. */
export const recordedProof: Pick<
  Answers,
  'verify' | 'drill' | 'drills' | 'server-drills' | 'show-drill' | 'alerts' | 'watch' | 'metrics' | 'report'
> = {
  verify: {
    repositories: [
      {
        account: 'maria',
        destination: 'local',
        depth: 'full',
        seconds: 3.4,
        points: 3,
        damagedPoints: 0,
        bytesRead: 61_000_000,
        damage: [],
        repair: { fromCopies: 3, saved: 12, lost: 1, healedPoints: 2 },
      },
      {
        account: 'nikos',
        destination: 'local',
        depth: 'index',
        seconds: 0.4,
        points: 2,
        damagedPoints: 1,
        bytesRead: 0,
        damage: [{ kind: 'missing-pack', object: 'pack deadbeef', points: [older.id], paths: ['files/mail/inbox'] }],
        repair: undefined,
      },
    ],
    locked: ['eleni'],
  },
  drill: { drills: [passed, filesOnly, failed] },
  drills: { drills: [passed], proven: recordedProven },
  'server-drills': { days: 30, accounts: [{ account: 'maria', state: 'passed', newest: undefined }] },
  'show-drill': { drill: passed, before: undefined, proven: recordedProven },
  alerts: {
    alerts: [
      {
        key: 'fresh:nikos',
        kind: 'backup-missed',
        severity: 'failure',
        account: 'nikos',
        since: '2026-11-19T22:04:00.000Z',
        resolvedAt: undefined,
        facts: { rpoHours: 26, lastGoodAt: '2026-11-18T19:12:07.123Z' },
      },
      {
        key: 'storage:local',
        kind: 'storage-low',
        severity: 'warning',
        account: undefined,
        since: '2026-11-18T10:04:00.000Z',
        resolvedAt: undefined,
        facts: { destination: 'local', days: 9, bytesFree: 84_000_000_000 },
      },
      {
        key: 'damaged:maria',
        kind: 'point-damaged',
        severity: 'failure',
        account: 'maria',
        since: '2026-11-17T02:10:00.000Z',
        resolvedAt: '2026-11-17T03:10:00.000Z',
        facts: { count: 2 },
      },
    ],
  },
  watch: { begun: 1, over: 0, told: 1 },
  metrics: {
    text: [
      '# HELP larder_last_backup_timestamp_seconds When the newest good restore point was made.',
      '# TYPE larder_last_backup_timestamp_seconds gauge',
      'larder_last_backup_timestamp_seconds{account="maria"} 1795028727.123',
      '',
    ].join('\n'),
  },
  report: {
    server: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
    from: '2026-10-21T10:04:00.000Z',
    to: '2026-11-20T10:04:00.000Z',
    madeAt: '2026-11-20T10:04:00.000Z',
    accounts: [
      {
        account: 'maria',
        tier: 'gold',
        rpoHours: 26,
        rtoMinutes: 60,
        lastGoodAt: '2026-11-20T00:31:00.000Z',
        isWithinRpo: true,
        runs: 32,
        failedRuns: 0,
        bytes: 412_000_000,
        growthBytes: 9_400_000,
        damagedPoints: 0,
        verifiedAt: '2026-11-20T03:00:00.000Z',
        provenAt: '2026-11-19T03:00:21.500Z',
        filesProvenAt: undefined,
        lastDrill: 'passed',
        drillSeconds: 21.5,
        copies: 3,
        hasOffsite: true,
        offsiteAt: '2026-11-20T00:31:00.000Z',
        rules: {
          threeCopies: 'yes',
          twoMechanisms: 'yes',
          oneOffsite: 'yes',
          twoIndependent: 'no',
          oneImmutable: 'unknown',
        },
      },
      {
        account: 'nikos',
        tier: 'standard',
        rpoHours: 26,
        rtoMinutes: 60,
        lastGoodAt: '2026-11-18T19:12:07.123Z',
        isWithinRpo: false,
        runs: 30,
        failedRuns: 4,
        bytes: 98_000_000,
        growthBytes: -1_200_000,
        damagedPoints: 1,
        verifiedAt: undefined,
        provenAt: undefined,
        filesProvenAt: '2026-11-12T03:10:00.000Z',
        lastDrill: 'failed',
        drillSeconds: 3900,
        copies: 2,
        hasOffsite: false,
        offsiteAt: undefined,
        rules: {
          threeCopies: 'no',
          twoMechanisms: 'no',
          oneOffsite: 'no',
          twoIndependent: 'no',
          oneImmutable: 'no',
        },
      },
    ],
    runs: { total: 62, failed: 4, successRate: 58 / 62 },
    adherence: 0.987,
    drills: { done: 5, passed: 3, filesOnly: 1, ended: 5, withinRto: 4, medianSeconds: 21.5, slowestSeconds: 3900 },
    storage: [
      {
        destination: 'local',
        bytesStored: 840_000_000,
        bytesFree: 84_000_000_000,
        growthPerDay: 9_300_000_000,
        daysLeft: 9.03,
        days: [
          { day: '2026-11-19', bytesStored: 831_000_000, bytesFree: 93_300_000_000 },
          { day: '2026-11-20', bytesStored: 840_000_000, bytesFree: 84_000_000_000 },
        ],
      },
    ],
    cost: { perMonth: 0.0168, currency: 'EUR' },
    alerts: { open: 2, begun: 3, resolved: 1 },
    recommendations: [
      { kind: 'damaged', count: 1, names: ['nikos'] },
      { kind: 'no-offsite', count: 1, names: ['nikos'] },
    ],
  },
};
