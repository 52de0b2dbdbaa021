import type { DrillOutcome } from '../domain/drill-outcome.ts';
import type { Generation } from '../domain/ids.ts';

/** Real restores into a sandbox and what came of them, kept in the metadata database. */
export interface Drills {
  /** Notes that a drill begins: it is unfinished until `add` or `drop`, also when whoever did it is gone. */
  begin(drill: BegunDrill): Promise<void>;
  /** A drill that was begun did not become one, and nothing is told of it. */
  drop(id: string): Promise<void>;
  /** Of an account, or of every one of this server; the oldest first. */
  unfinished(generation: Generation | undefined): Promise<readonly BegunDrill[]>;
  /** Keeps what came of a drill. What was begun of the account before is over, too. */
  add(drill: DrillRecord): Promise<void>;
  /** The newest drill of each account of this server, and the newest of each outcome that proves something. */
  last(): Promise<ReadonlyMap<Generation, LastDrills>>;
  /** The same of one account; undefined when it never had a drill. */
  lastOf(generation: Generation): Promise<LastDrills | undefined>;
  /** Of an account of this server. */
  find(id: string): Promise<DrillRecord | undefined>;
  /** Newest first. @param generation undefined: of every account of this server. */
  list(generation: Generation | undefined, limit: number): Promise<readonly DrillRecord[]>;
  /** Forgets those that ended before, except those that `last` tells of. */
  removeBefore(time: Date): Promise<void>;
}

export interface BegunDrill {
  readonly id: string;
  readonly generation: Generation;
  /** The id of a restore point, or the name of an archive. */
  readonly point: string;
  /** When the restore point was made. */
  readonly pointTime: Date;
  readonly startedAt: Date;
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
  /** The id of a restore point, or the name of an archive. */
  readonly point: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly outcome: DrillOutcome;
  /** JSON of the report as people see it. */
  readonly report: string;
}
