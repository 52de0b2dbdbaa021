export interface CheckReport {
  readonly account: string;
  readonly destination: string;
  readonly points: number;
  readonly packs: number;
  readonly bytesRead: number;
  /** Harmless oddities, such as packs that no index names (an interrupted backup leaves them; prune removes them). */
  readonly hints: readonly CheckFinding[];
  readonly damage: readonly CheckFinding[];
}

export interface CheckFinding {
  /** A stable word, such as `missing-pack`. */
  readonly kind: string;
  readonly object: string;
  /** Restore points that cannot be restored in full because of it. */
  readonly points: readonly string[];
  readonly paths: readonly string[];
}

export interface PruneReport {
  readonly account: string;
  readonly destination: string;
  readonly packsRemoved: number;
  readonly packsRepacked: number;
  readonly bytesFreed: number;
  readonly bytesUnused: number;
  readonly bytesTotal: number;
}

/** What came between, where the other accounts had their turn all the same. */
export interface AccountFailure {
  readonly account: string;
  readonly code: string;
  readonly facts: { readonly [name: string]: unknown };
}
