import { readFileSync } from 'node:fs';

/**
 * Clock ticks after boot, field 22 of proc_pid_stat(5): ids of processes come again, together with the time of their
 * start they do not. @returns undefined when there is no such process or it has ended.
 */
export function startOf(process: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${process}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Another one after each start of the machine. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
}
