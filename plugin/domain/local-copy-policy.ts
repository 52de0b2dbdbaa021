/** What an account keeps as plain archives in its own home, and how often they are made. */
export interface LocalCopyPolicy {
  /** Base64 of paths below the home. */
  readonly paths: readonly string[];
  readonly every: 'day' | 'week' | 'never';
  /** How many stay: 1 to `mostLocalCopies`. */
  readonly keep: number;
}

export const mostLocalCopies = 31;

const dayMilliseconds = 86_400_000;
const intervals = { day: dayMilliseconds, week: 7 * dayMilliseconds } as const;

/**
 * Whether it is time for another copy.
 * @param lastAt when the last one was begun, also when nothing came of it; undefined when none ever was. A time
 * further ahead than one interval is from a clock that was wrong, and counts for nothing.
 */
export function isLocalCopyDue({ every }: LocalCopyPolicy, lastAt: Date | undefined, now: Date): boolean {
  if (every === 'never') return false;
  if (lastAt === undefined) return true;
  return Math.abs(now.getTime() - lastAt.getTime()) >= intervals[every];
}

/** @returns undefined unless it is a policy, whole and within bounds. */
export function readLocalCopyPolicy(value: unknown): LocalCopyPolicy | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { paths, every, keep } = value as Readonly<Record<string, unknown>>;
  if (!Array.isArray(paths) || !paths.every((path): path is string => typeof path === 'string')) return undefined;
  if (every !== 'day' && every !== 'week' && every !== 'never') return undefined;
  if (typeof keep !== 'number' || !isCopyCount(keep)) return undefined;
  return { paths: [...paths], every, keep };
}

export function isCopyCount(keep: number): boolean {
  return Number.isInteger(keep) && keep >= 1 && keep <= mostLocalCopies;
}
