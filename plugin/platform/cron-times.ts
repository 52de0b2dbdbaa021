import { Cron } from 'croner';
import type { DueTimes } from '../contracts/due-times.ts';

/** Cron expressions of five fields. What falls into the hour left out in spring is due when that hour is over. */
export const cronTimes: DueTimes = {
  next: (cron, timeZone, after) => open(cron, timeZone).cron.nextRun(after) ?? undefined,
  latest(cron, timeZone, until) {
    const opened = open(cron, timeZone);
    const { known } = opened;
    if (known !== undefined && until >= known.from && until < known.until) return known.latest;
    const [latest] = opened.cron.previousRuns(1, new Date(until.getTime() + 1));
    const next = opened.cron.nextRun(until);
    opened.known = next === null ? undefined : { from: latest ?? until, until: next, latest };
    return latest;
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

interface Opened {
  readonly cron: Cron;
  /** The newest run from one moment until another: asked every minute, it changes a few times a day. */
  known: { readonly from: Date; readonly until: Date; readonly latest: Date | undefined } | undefined;
}

const opened = new Map<string, Opened>();

function open(cron: string, timezone: string): Opened {
  const key = `${timezone} ${cron}`;
  const found = opened.get(key);
  if (found !== undefined) return found;
  const made = { cron: new Cron(cron, { timezone, paused: true, mode: '5-part' as const }), known: undefined };
  opened.set(key, made);
  return made;
}
