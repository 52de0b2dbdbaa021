import { readFileSync, statfsSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

/** What the numbers were measured on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGibibytes: number;
  /** Of the last minute, when the run began: above 0.5 somebody else was at work. */
  readonly loadAverage: number;
  readonly kernel: string;
  readonly runtime: string;
  readonly fileSystem: string;
}

const fileSystemNames = new Map([
  [0xef53, 'ext4'],
  [0x01021994, 'tmpfs'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
]);

/** Reads it now, with `folder` as the place the bench works in. */
export function describeMachine(folder: string): Machine {
  const type = statfsSync(folder).type;
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    loadAverage: loadavg()[0] ?? 0,
    kernel: readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim(),
    runtime: `node ${process.version}`,
    fileSystem: fileSystemNames.get(type) ?? `0x${type.toString(16)}`,
  };
}

export function machineLines(machine: Machine): readonly string[] {
  const { processor, cores, memoryGibibytes, kernel, runtime, fileSystem, loadAverage } = machine;
  const busy = loadAverage > 0.5 ? ' (others are at work: look at the CPU column first)' : '';
  return [
    `machine  ${processor}, ${String(cores)} cores, ${String(memoryGibibytes)} GiB, ${fileSystem}, Linux ${kernel}, ${runtime}`,
    `load     ${loadAverage.toFixed(2)} at start${busy}`,
  ];
}
