import { ratio } from '../measure/goal.ts';
import { summarise } from '../measure/measurement.ts';
import type { Goal } from '../measure/goal.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { Runs } from '../measure/rounds.ts';
import type { ToolName } from '../peers/tool.ts';

export const runsHead = [
  'tool',
  'wall s',
  '(min-max)',
  'CPU s',
  'largest process MiB',
  'all processes MiB',
  'wall / larder',
  'CPU / larder',
] as const;

/** One row per tool: medians, and how many times Larder's time and CPU time it took. */
export function runRows(runs: Runs): readonly (readonly string[])[] {
  const larder = mediansOf(runs, 'larder');
  return [...runs].map(([name, measurements]) => {
    const medians = summarise(measurements);
    const walls = measurements.map((run) => run.wallSeconds);
    return [
      name,
      medians.wallSeconds.toFixed(2),
      `${Math.min(...walls).toFixed(2)}-${Math.max(...walls).toFixed(2)}`,
      medians.cpuSeconds.toFixed(2),
      inMebibytes(medians.largestBytes),
      inMebibytes(medians.treeBytes),
      showRatio(ratio(medians.wallSeconds, larder?.wallSeconds)),
      showRatio(ratio(medians.cpuSeconds, larder?.cpuSeconds)),
    ];
  });
}

/** Medians of one tool, or undefined when it took no part. */
export function mediansOf(runs: Runs, name: ToolName): Measurement | undefined {
  const measurements = runs.get(name) ?? [];
  return measurements.length === 0 ? undefined : summarise(measurements);
}

/** How many times as long as Larder `peer` must take at least. */
export function speedGoal(runs: Runs, peer: ToolName, atLeast: number): Goal {
  return {
    text: `${peer} takes longer than larder (wall)`,
    measured: ratio(mediansOf(runs, peer)?.wallSeconds, mediansOf(runs, 'larder')?.wallSeconds),
    limit: { name: 'at least', value: atLeast },
    unit: '×',
  };
}

/** How many times the time of `peer` Larder may take at most. */
export function costGoal(runs: Runs, peer: ToolName, of: 'wallSeconds' | 'cpuSeconds', atMost: number): Goal {
  return {
    text: `larder's ${of === 'wallSeconds' ? 'wall' : 'CPU'} time against ${peer}`,
    measured: ratio(mediansOf(runs, 'larder')?.[of], mediansOf(runs, peer)?.[of]),
    limit: { name: 'at most', value: atMost },
    unit: '×',
  };
}

export function inMebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

export function showRatio(value: number | undefined): string {
  return value === undefined ? '-' : `${value.toFixed(2)}×`;
}
