/** Why an entry of a home is not in a restore point. Every skip has one of these words and is counted. */
export type SkipReason =
  | 'foreign-owner'
  | 'other-filesystem'
  | 'socket'
  | 'device'
  | 'unreadable'
  | 'busy'
  | 'vanished'
  | 'changed-type'
  | 'read-error'
  | 'too-deep'
  | 'name-too-long'
  | 'excluded'
  /** The panel names a database that no server has. */
  | 'database-missing'
  | 'database-unreachable'
  /** A database whose dump failed; why stands behind its path. */
  | 'database-failed';

/** What is in a restore point although not quite as on disk. */
export type CoverageNote =
  | 'changed-while-read'
  | 'attributes-not-read'
  /** A view that refers to what is not there: kept as text only. */
  | 'view-broken'
  /** A table of an engine without transactions: its rows may be of different moments. */
  | 'not-transactional'
  /** A database of PostgreSQL has large objects, which are not kept. */
  | 'large-objects-left-out';

/** What a restore point does not hold and why. Paths are shown names (`showName`), at most `pathLimit` of each reason. */
export interface Coverage {
  readonly skipped: readonly CoverageItem<SkipReason>[];
  readonly noted: readonly CoverageItem<CoverageNote>[];
}

export interface CoverageItem<Reason extends string> {
  readonly reason: Reason;
  readonly count: number;
  readonly paths: readonly string[];
}

export const pathLimit = 100;

export const emptyCoverage: Coverage = { skipped: [], noted: [] };

export function countSkipped(coverage: Coverage): number {
  return coverage.skipped.reduce((sum, item) => sum + item.count, 0);
}
