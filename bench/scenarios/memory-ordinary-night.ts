import { mediansOf, runRows, runsHead } from './report-runs.ts';
import { measureNights } from './nights.ts';
import type { Bench, Report, Scenario } from './scenario.ts';

const limitMebibytes = 150;

export const memoryOrdinaryNight: Scenario = {
  name: 'memory-ordinary-night',
  summary: 'peak memory of the night after a day of changes, all accounts, all processes together',
  tools: ['larder', 'restic', 'restic-newest'],
  diskBytes: { small: 2e9, full: 11e9 },
  run,
};

async function run(bench: Bench): Promise<Report> {
  const runs = await measureNights(bench, { changes: true, memory: 'proportional' });
  const larder = mediansOf(runs, 'larder');
  return {
    head: runsHead,
    rows: runRows(runs),
    goals: [
      {
        text: "larder's peak on an ordinary night",
        measured: larder === undefined ? undefined : larder.treeBytes / 2 ** 20,
        limit: { name: 'at most', value: limitMebibytes },
        unit: ' MiB',
      },
    ],
    notes: ['memory: pages that processes share count once; the times carry the cost of looking'],
    runs: { 'night of a day of changes': runs },
  };
}
