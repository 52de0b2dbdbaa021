/** What happens by itself after a night of the demo's past. */
export interface Upkeep {
  /** Whether space is freed, too: it takes a while, and once is enough to see. */
  readonly frees: boolean;
  readonly verifies: boolean;
  /** Whose restore is tried out. */
  readonly drills: readonly string[];
}

const daysBetweenChecks = 10;
/** Nobody tried to restore Brandt's yet, and the administrator hears of it. */
const drilled: readonly { readonly account: string; readonly ago: number }[] = [
  { account: 'nora', ago: 9 },
  { account: 'maria', ago: 3 },
];

/** @param ago how many days before today the night was. */
export function upkeepAfter(ago: number): Upkeep {
  return {
    frees: ago === 1,
    verifies: ago % daysBetweenChecks === 1,
    drills: drilled.filter((drill) => drill.ago === ago).map(({ account }) => account),
  };
}
