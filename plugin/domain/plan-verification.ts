import type { Generation } from './ids.ts';

/** What is known of an account's repository: when it was last checked in each way. */
export interface VerifiedRepository {
  readonly generation: Generation;
  readonly indexAt: Date | undefined;
  readonly fullAt: Date | undefined;
}

export interface VerificationPlan {
  /** Every byte of these is read, the longest ago first. */
  readonly full: readonly Generation[];
  /** Of these indexes and trees are. */
  readonly index: readonly Generation[];
}

const dayMilliseconds = 86_400_000;
/** A little less than a day: the run of yesterday took its time, too. */
const indexAfterMilliseconds = 20 * 60 * 60 * 1000;

/**
 * What a day's verification reads: a part in full, so that all have had their turn within `fullDays`, and the indexes of
 * the rest. Whatever was not read for so long that its time is up is read today.
 */
export function planVerification(
  repositories: readonly VerifiedRepository[],
  fullDays: number,
  now: Date,
): VerificationPlan {
  const byAge = repositories.toSorted((left, right) => {
    return timeOf(left.fullAt) - timeOf(right.fullAt) || (left.generation < right.generation ? -1 : 1);
  });
  const share = Math.ceil(repositories.length / fullDays);
  const full = byAge.filter((repository, place) => {
    const age = now.getTime() - timeOf(repository.fullAt);
    return place < share ? age > dayMilliseconds : age >= fullDays * dayMilliseconds && repository.fullAt !== undefined;
  });
  const read = new Set(full);
  const index = byAge.filter((repository) => {
    const checked = Math.max(timeOf(repository.indexAt), timeOf(repository.fullAt));
    return !read.has(repository) && now.getTime() - checked >= indexAfterMilliseconds;
  });
  return { full: full.map(({ generation }) => generation), index: index.map(({ generation }) => generation) };
}

function timeOf(time: Date | undefined): number {
  return time?.getTime() ?? 0;
}
