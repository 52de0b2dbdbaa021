import { median } from './median.ts';

/** What one run of a script took, all its processes together. */
export interface Measurement {
  readonly wallSeconds: number;
  /** User and system time of every process that the script waited for, directly or not. */
  readonly cpuSeconds: number;
  /** Peak resident memory of the largest process. */
  readonly largestBytes: number;
  /** Peak of the sum over the process tree, as sampled. */
  readonly treeBytes: number;
}

/** The median of each number over several runs. */
export function summarise(runs: readonly Measurement[]): Measurement {
  return {
    wallSeconds: median(runs.map((run) => run.wallSeconds)),
    cpuSeconds: median(runs.map((run) => run.cpuSeconds)),
    largestBytes: median(runs.map((run) => run.largestBytes)),
    treeBytes: median(runs.map((run) => run.treeBytes)),
  };
}

/** Reads what GNU time wrote for `--format='%U %S %M'`: seconds, seconds, KiB. @throws {Error} on anything else. */
export function parseTimeReport(report: string): { readonly cpuSeconds: number; readonly largestBytes: number } {
  const match = /^([\d.]+) ([\d.]+) (\d+)$/m.exec(report);
  if (match === null) throw new Error(`GNU time wrote what was not asked for: ${report}`);
  const [, user, system, kibibytes] = match;
  return { cpuSeconds: Number(user) + Number(system), largestBytes: Number(kibibytes) * 1024 };
}
