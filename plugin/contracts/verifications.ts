import type { Generation, SnapshotId } from '../domain/ids.ts';
import type { PointFinding, PointState } from '../domain/point-state.ts';

/** What reading restore points back has found, kept in the metadata database. */
export interface Verifications {
  /** Adds to what is known of each restore point, as `withFinding` says. */
  note(repository: RepositoryPlace, findings: readonly PointFinding[]): Promise<void>;

  /** Restore points that were never looked at are not in it. */
  states(repository: RepositoryPlace): Promise<ReadonlyMap<SnapshotId, PointState>>;

  /** Of every account of this server that anything is known of. */
  summaries(): Promise<ReadonlyMap<Generation, VerificationSummary>>;

  /** Forgets restore points that are no longer there. */
  keepOnly(repository: RepositoryPlace, points: readonly SnapshotId[]): Promise<void>;

  /** Remembers that a whole repository was checked. */
  addCheck(check: RepositoryCheck): Promise<void>;

  /** When each repository of this server's accounts was last checked in each way, whatever was found. */
  lastChecks(): Promise<readonly RepositoryCheck[]>;

  /** Forgets checks that ended before, except the last of each kind. */
  removeChecksBefore(time: Date): Promise<void>;
}

/** An account's repository at a destination. */
export interface RepositoryPlace {
  readonly generation: Generation;
  readonly destination: string;
}

export interface RepositoryCheck extends RepositoryPlace {
  /** `index`: packs are there and trees open. `full`: every byte was read. */
  readonly depth: 'index' | 'full';
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly points: number;
  readonly damagedPoints: number;
  readonly bytesRead: number;
  /** In packs. */
  readonly bytesStored: number;
}

/** What is known of an account's restore points at all destinations. */
export interface VerificationSummary {
  readonly damagedPoints: number;
  /** When one was last found whole. */
  readonly verifiedAt: Date | undefined;
  /** When one was last restored in a drill. */
  readonly provenAt: Date | undefined;
  /** Required files that the one which was looked at last does not hold. */
  readonly missing: readonly string[];
}
