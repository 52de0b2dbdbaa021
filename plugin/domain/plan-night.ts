/** An account as far as planning a night looks at it. */
export interface NightAccount {
  readonly name: string;
  /** Of the last backup; undefined for an account that has none. */
  readonly lastSeconds: number | undefined;
  readonly lastBytes: number | undefined;
  readonly lastAt: Date | undefined;
}

export interface PlannedStart<Account extends NightAccount> {
  readonly account: Account;
  /** Seconds after the window's beginning. */
  readonly afterSeconds: number;
}

export interface NightPlanOptions {
  /** Undefined: one after another, at once. */
  readonly windowSeconds: number | undefined;
  /** How many accounts are worked on at the same time. */
  readonly parallel: number;
}

/** What is left free at the end of the window for what takes longer than the last time. */
const reserve = 0.2;
/** An account is at least so much work: opening and closing what is its own. */
const leastSeconds = 0.05;
/** What a new account is taken for. */
const unknownSeconds = 60;

/**
 * In which order, and when, the accounts of a night are begun. Who waited longest for a backup comes first, by days;
 * then the largest, so that no thread ends up alone with it. In a window that is long enough each follows the other so
 * that all of it is used; one that is too short begins them without a pause.
 */
export function planNight<Account extends NightAccount>(
  accounts: readonly Account[],
  { windowSeconds, parallel }: NightPlanOptions,
): PlannedStart<Account>[] {
  const ordered = accounts.toSorted(byTurn);
  const works = ordered.map(expectedSeconds);
  const total = works.reduce((sum, seconds) => sum + seconds, 0) / Math.max(1, parallel);
  const usable = (windowSeconds ?? 0) * (1 - reserve);
  const stretch = windowSeconds === undefined || total === 0 ? 0 : usable / total;
  let before = 0;
  return ordered.map((account, place) => {
    const afterSeconds = Math.floor((before / Math.max(1, parallel)) * stretch);
    before += works[place] ?? 0;
    return { account, afterSeconds };
  });
}

function expectedSeconds({ lastSeconds }: NightAccount): number {
  return Math.max(leastSeconds, lastSeconds ?? unknownSeconds);
}

function byTurn(one: NightAccount, other: NightAccount): number {
  return dayOf(one) - dayOf(other) || bytesOf(other) - bytesOf(one) || (one.name < other.name ? -1 : 1);
}

function dayOf({ lastAt }: NightAccount): number {
  return lastAt === undefined ? 0 : Math.floor(lastAt.getTime() / 86_400_000);
}

/** Nobody knows how large an account is that has no backup. */
function bytesOf({ lastBytes }: NightAccount): number {
  return lastBytes ?? Number.MAX_SAFE_INTEGER;
}
/** Starts gathered into parts of `partSeconds`, so that each part is one piece of work. */
export function toParts<Account extends NightAccount>(
  starts: readonly PlannedStart<Account>[],
  partSeconds: number,
): { readonly afterSeconds: number; readonly accounts: readonly Account[] }[] {
  const parts = Map.groupBy(starts, ({ afterSeconds }) => Math.floor(afterSeconds / partSeconds) * partSeconds);
  return [...parts]
    .toSorted(([one], [other]) => one - other)
    .map(([afterSeconds, some]) => ({ afterSeconds, accounts: some.map(({ account }) => account) }));
}
