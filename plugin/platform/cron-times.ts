import { Cron } from 'croner';
import type { DueTimes } from '../contracts/due-times.ts';

/** Cron expressions of five fields. What falls into the hour left out in spring is due when that hour is over. */
export const cronTimes: DueTimes = {
  next: (cron, timeZone, after) => open(cron, timeZone).nextRun(after) ?? undefined,
  latest(cron, timeZone, until) {
    const [newest] = open(cron, timeZone).previousRuns(1, new Date(until.getTime() + 1));
    return newest;
  },
};

/** Whether `cron` has five fields that mean something. */
export function isCron(cron: string): boolean {
  try {
    open(cron, 'UTC');
    return true;
  } catch {
    return false;
  }
}

const opened = new Map<string, Cron>();

function open(cron: string, timezone: string): Cron {
  const key = `${timezone} ${cron}`;
  const found = opened.get(key);
  if (found !== undefined) return found;
  const made = new Cron(cron, { timezone, paused: true, mode: '5-part' });
  opened.set(key, made);
  return made;
}
