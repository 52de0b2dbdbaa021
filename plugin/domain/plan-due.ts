import type { Schedule } from './schedule.ts';

export interface DueRun {
  readonly schedule: Schedule;
  readonly dueAt: Date;
  /** It should have begun a while ago, and is made up. */
  readonly isLate: boolean;
}

export interface DuePlan {
  readonly runs: readonly DueRun[];
  /** Up to when the runs of each schedule are dealt with then; only what differs from before. */
  readonly dealtWith: ReadonlyMap<string, Date>;
}

export interface DueGround {
  /** By the schedules' keys. */
  readonly dealtWith: ReadonlyMap<string, Date>;
  readonly now: Date;
  /** The newest moment up to `now` at which a schedule was due. */
  readonly latest: (schedule: Schedule) => Date | undefined;
}

const lateMilliseconds = 5 * 60_000;
/** Clocks are set by so much without anything being wrong. */
const toleranceMilliseconds = 60 * 60_000;

/**
 * Which runs begin now: of each schedule the newest that is due and was not dealt with, so that however many were missed,
 * one makes up for them. A schedule that is seen for the first time begins with its next run. One that was dealt with in
 * a future that the clock has come back from begins anew.
 */
export function planDue(schedules: readonly Schedule[], { dealtWith, now, latest }: DueGround): DuePlan {
  const runs: DueRun[] = [];
  const marks = new Map<string, Date>();
  for (const schedule of schedules) {
    const before = dealtWith.get(schedule.key);
    if (before === undefined || before.getTime() > now.getTime() + toleranceMilliseconds) {
      marks.set(schedule.key, now);
      continue;
    }
    const dueAt = latest(schedule);
    if (dueAt === undefined || dueAt <= before) continue;
    runs.push({ schedule, dueAt, isLate: now.getTime() - dueAt.getTime() > lateMilliseconds });
    marks.set(schedule.key, dueAt);
  }
  return { runs, dealtWith: marks };
}
