import type { JobLine } from '../../plugin/protocol/jobs.ts';

export const waitingJob: JobLine = {
  id: 'k3v9q2xw0m5n7p1r8t4u',
  account: 'maria',
  kind: 'backup',
  label: 'before 7.0',
  askedBy: { kind: 'account' },
  state: 'waiting',
  createdAt: '2026-11-20T10:03:00.000Z',
  startedAt: undefined,
  finishedAt: undefined,
  position: 2,
  waitsFor: { by: 'own', job: 'a1b2c3d4e5f6g7h8i9j0', kind: 'run-plan' },
  secondsLeft: 185,
  progress: undefined,
  failure: undefined,
  attempts: 0,
  undoUntil: undefined,
};

export const runningJob: JobLine = {
  ...waitingJob,
  id: 'a1b2c3d4e5f6g7h8i9j0',
  kind: 'run-plan',
  label: undefined,
  askedBy: { kind: 'staff', name: 'Eleni', ticket: '#4711', reason: 'the shop is down' },
  state: 'running',
  startedAt: '2026-11-20T10:03:30.000Z',
  position: 0,
  waitsFor: undefined,
  secondsLeft: 20,
  progress: { step: 'restore', items: 12, itemsTotal: 38, bytes: 1_400_000, bytesTotal: 5_600_000 },
  attempts: 1,
};

export const doneJob: JobLine = {
  ...runningJob,
  id: 'zz11yy22xx33ww44vv55',
  state: 'done',
  createdAt: '2026-11-20T08:03:50.000Z',
  startedAt: '2026-11-20T08:03:51.000Z',
  finishedAt: '2026-11-20T08:04:00.000Z',
  secondsLeft: undefined,
  progress: undefined,
  undoUntil: '2026-11-27T08:04:00.000Z',
};

export const failedJob: JobLine = {
  ...doneJob,
  id: 'mm66nn77oo88pp99qq00',
  kind: 'local-copy',
  state: 'failed',
  createdAt: '2026-11-19T08:03:50.000Z',
  failure: { code: 'quota-exceeded', facts: { path: '/srv/homes/maria/local-copies' } },
  undoUntil: undefined,
};
