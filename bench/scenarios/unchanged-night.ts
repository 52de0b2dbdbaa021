import { measureNights } from './nights.ts';
import { runRows, runsHead, speedGoal } from './report-runs.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

export const unchangedNight: Scenario = {
  name: 'unchanged-night',
  summary: 'all accounts again when nothing has changed',
  tools: ['larder', 'restic', 'restic-newest', 'borg'],
  diskBytes: { small: 2e9, full: 12e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const runs = await measureNights(bench, { changes: false, memory: 'resident' });
  return {
    head: runsHead,
    rows: runRows(runs),
    goals: [speedGoal(runs, 'restic', 8), speedGoal(runs, 'restic-newest', 8), speedGoal(runs, 'borg', 8)],
    notes: [],
    runs: { 'unchanged night': runs },
  };
}
