import { measureNights } from './nights.ts';
import { runRows, runsHead, speedGoal } from './report-runs.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

export const dayOfChanges: Scenario = {
  name: 'day-of-changes',
  summary: '1 % of files modified, 0.5 % new, 200 rows of each dump edited; each round is a new day',
  tools: ['larder', 'restic', 'restic-newest', 'borg'],
  diskBytes: { small: 2e9, full: 14e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const runs = await measureNights(bench, { changes: true, memory: 'resident' });
  return {
    head: runsHead,
    rows: runRows(runs),
    goals: [speedGoal(runs, 'restic', 3), speedGoal(runs, 'restic-newest', 3), speedGoal(runs, 'borg', 3)],
    notes: [],
    runs: { 'night of a day of changes': runs },
  };
}
