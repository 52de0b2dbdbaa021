/** An account as far as it matters for whose turn a drill is. */
export interface DrillCandidate {
  readonly name: string;
  /** When it was last restored in a drill, whatever came of it; undefined when never. */
  readonly lastAt: Date | undefined;
  readonly hasFailed: boolean;
  /** How often it was begun since then and never came to its end. */
  readonly unfinished: number;
}

export interface DrillPlan {
  /** Names, the most urgent first. */
  readonly due: readonly string[];
  /** Picked by chance; undefined when the last one is not a week ago. */
  readonly picked: string | undefined;
}

const dayMilliseconds = 86_400_000;
/** So often a drill may be begun without coming to its end. */
const mostUnfinished = 3;
/** What failed is tried again the next day: it may have been mended. */
const againMilliseconds = 20 * 60 * 60 * 1000;
const pickedDays = 7;

/**
 * Whose turn it is today: those that never had a drill first, then those whose last one is the longest ago, so many that
 * all have one within `days`; those whose time is up whatever their number; and those that failed. Whose drills were begun
 * and never came to their end waits until the others had theirs: it may be what ends whoever does them. Once a week one
 * is picked by chance, so that nobody can tell which.
 */
export function planDrills(
  candidates: readonly DrillCandidate[],
  { days, now, random, lastPickedAt }: DrillSettings,
): DrillPlan {
  const byAge = candidates.toSorted((left, right) => {
    return timeOf(left) - timeOf(right) || (left.name < right.name ? -1 : 1);
  });
  const share = Math.ceil(candidates.length / days);
  const due = byAge.filter((candidate, place) => isDue(candidate, place < share, days, now));
  const isPickDue = lastPickedAt === undefined || ageOf(lastPickedAt, now) >= pickedDays * dayMilliseconds;
  const others = byAge.filter((candidate) => !due.includes(candidate));
  const picked = isPickDue ? others[Math.floor(random * others.length)] : undefined;
  const inTurn = due.toSorted((left, right) => left.unfinished - right.unfinished);
  return { due: inTurn.map(({ name }) => name), picked: picked?.name };
}

/**
 * Whether a drill is given up in the place of being begun once more: of which restore point the former ones were does not
 * matter, for a new one every night would begin the count anew.
 */
export function isGivenUp(unfinished: readonly unknown[]): boolean {
  return unfinished.length >= mostUnfinished;
}

export interface DrillSettings {
  readonly days: number;
  readonly now: Date;
  /** From 0 up to 1. */
  readonly random: number;
  /** When chance chose the last time; undefined: never. */
  readonly lastPickedAt: Date | undefined;
}

/** The one whose turn it is, whether it is time or not. */
export function nextDrill(candidates: readonly DrillCandidate[]): string | undefined {
  return candidates.toSorted((left, right) => {
    return timeOf(left) - timeOf(right) || (left.name < right.name ? -1 : 1);
  })[0]?.name;
}

function isDue({ lastAt, hasFailed }: DrillCandidate, isShare: boolean, days: number, now: Date): boolean {
  if (lastAt === undefined) return isShare;
  const age = ageOf(lastAt, now);
  if (age >= days * dayMilliseconds || (hasFailed && age >= againMilliseconds)) return true;
  return isShare && age >= (days * dayMilliseconds) / 2;
}

function timeOf({ lastAt }: DrillCandidate): number {
  return lastAt?.getTime() ?? 0;
}

function ageOf(time: Date, now: Date): number {
  return now.getTime() - time.getTime();
}
