import { spawnSync } from 'node:child_process';
import { loadavg, setPriority } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { Machine } from '../contracts/machine.ts';

/** Classes of ionice(1): 3 is idle, 2 best effort with levels 0 to 7. */
const ioniceWords = { idle: ['-c', '3'], low: ['-c', '2', '-n', '7'] } as const;

export const thisMachine: Machine = {
  load: () => loadavg()[0] ?? 0,
  giveWay({ nice, ioPriority }) {
    if (nice > 0) setPriority(nice);
    // Where there is no ionice, or the disks have no priorities, work goes on as usual.
    if (ioPriority !== 'usual') spawnSync('ionice', [...ioniceWords[ioPriority], '-p', String(process.pid)]);
  },
  async wait(milliseconds, signal) {
    await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
  },
};
