import type { DrillOutcome } from '../domain/drill-outcome.ts';
import type { Generation, SnapshotId } from '../domain/ids.ts';

/** Real restores into a sandbox and what came of them, kept in the metadata database. */
export interface Drills {
  add(drill: DrillRecord): Promise<void>;
  /** The newest drill of each account of this server, and the newest of each outcome that proves something. */
  last(): Promise<ReadonlyMap<Generation, LastDrills>>;
  /** Newest first. @param generation undefined: of every account of this server. */
  list(generation: Generation | undefined, limit: number): Promise<readonly DrillRecord[]>;
  /** Forgets those that ended before, except those that `last` tells of. */
  removeBefore(time: Date): Promise<void>;
}

export interface LastDrills {
  readonly newest: DrillRecord;
  /** Of those that proved everything. */
  readonly newestPassed: DrillRecord | undefined;
  /** Of those that proved files, and of databases nothing. */
  readonly newestFilesOnly: DrillRecord | undefined;
}

export interface DrillRecord {
  readonly id: string;
  readonly generation: Generation;
  readonly snapshotId: SnapshotId;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly outcome: DrillOutcome;
  /** JSON of the report as people see it. */
  readonly report: string;
}
