import type { RotateReport, ScheduleReport, SimulationReport } from '../../plugin/protocol/schedules.ts';
import type { PointLine } from '../../plugin/protocol/requests.ts';
import { newest, older, safety } from './recorded-points.ts';

const nights = {
  schedule: 'nightly',
  does: 'backup',
  dueAt: '2026-11-20T22:30:00.000Z',
  until: '2026-11-21T03:00:00.000Z',
} as const;

/** Of the account maria. */
export const accountSchedule: ScheduleReport = {
  account: 'maria',
  timeZone: 'Europe/Athens',
  runs: [
    {
      schedule: 'databases',
      does: 'databases',
      dueAt: '2026-11-20T16:00:00.000Z',
      until: undefined,
      expectedAt: undefined,
      accounts: 3,
    },
    { ...nights, expectedAt: '2026-11-20T23:12:00.000Z', accounts: 3 },
  ],
  skips: [{ account: 'maria', at: '2026-11-12T02:58:00.000Z', reason: 'window-over' }],
  retention: {
    policy: 'policy',
    rules: [
      { rule: 'daily', count: 12 },
      { rule: 'month-ends', count: 3 },
      { rule: 'year-ends', count: 1 },
    ],
    dropAfterDays: undefined,
    databaseAllDays: 3,
    databaseDays: 12,
    manualDays: 30,
    reason: undefined,
  },
  points: [
    {
      id: older.id,
      time: older.time,
      kind: older.kind,
      label: older.label,
      reasons: [{ rule: 'month-ends', period: '2026-10', isStandIn: true }],
      goesOn: '2027-01-31',
    },
    {
      id: safety.id,
      time: safety.time,
      kind: safety.kind,
      label: safety.label,
      reasons: [],
      goesOn: '2026-11-20',
    },
    {
      id: newest.id,
      time: newest.time,
      kind: newest.kind,
      label: newest.label,
      reasons: [{ rule: 'pinned', period: '2026-11-18', isStandIn: false }],
      goesOn: undefined,
    },
  ],
};

export const serverSchedule: ScheduleReport = {
  account: undefined,
  timeZone: 'Europe/Athens',
  runs: [
    { ...nights, expectedAt: undefined, accounts: 3 },
    {
      schedule: 'rotate',
      does: 'rotate',
      dueAt: '2026-11-21T03:00:00.000Z',
      until: undefined,
      expectedAt: undefined,
      accounts: 3,
    },
  ],
  skips: [{ account: 'shop-athens', at: '2026-11-19T22:30:00.000Z', reason: 'suspended' }],
  retention: undefined,
  points: [],
};

export const rotation: RotateReport = {
  dryRun: true,
  day: '2026-11-20',
  accounts: [
    {
      account: 'maria',
      policy: 'policy',
      exception: undefined,
      kept: 1,
      keep: [
        { ...pointOf(newest), reasons: [{ rule: 'daily', period: '2026-11-18', isStandIn: false }], goesOn: undefined },
      ],
      forget: [{ ...pointOf(older), reason: 'no-rule' }],
      held: [],
      failure: undefined,
      pruned: undefined,
    },
    {
      account: 'nikos',
      policy: 'own',
      exception: 'contract 2026/14',
      kept: 1,
      keep: [
        { ...pointOf(older), reasons: [{ rule: 'held', period: '2026-11-17', isStandIn: false }], goesOn: undefined },
      ],
      forget: [],
      held: ['newest-unverified'],
      failure: undefined,
      pruned: undefined,
    },
    {
      account: 'shop-athens',
      policy: 'policy',
      exception: undefined,
      kept: 0,
      keep: [],
      forget: [],
      held: [],
      failure: { code: 'repository-locked', facts: { holder: 'larder 4711', since: '2026-11-20T10:00:00.000Z' } },
      pruned: undefined,
    },
  ],
  unpruned: 0,
};

export const simulation: SimulationReport = {
  timeZone: 'Europe/Athens',
  retention: {
    policy: 'policy',
    rules: [
      { rule: 'daily', count: 12 },
      { rule: 'month-ends', count: 3 },
      { rule: 'year-ends', count: 1 },
    ],
    dropAfterDays: undefined,
    databaseAllDays: 3,
    databaseDays: 12,
    manualDays: 30,
    reason: undefined,
  },
  days: [
    { date: '2026-01-01', kept: ['2026-01-01T00:30:00+02:00'] },
    { date: '2026-01-02', kept: ['2026-01-01T00:30:00+02:00', '2026-01-02T00:30:00+02:00'] },
  ],
};

function pointOf({ id, time, kind, label }: PointLine): Pick<PointLine, 'id' | 'time' | 'kind' | 'label'> {
  return { id, time, kind, label };
}
