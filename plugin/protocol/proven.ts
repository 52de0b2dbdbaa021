import type { DrillFault } from '../domain/drill-outcome.ts';

/** When an account was last really restored in a drill, and what came of it: for whoever has a site there. */
export interface ProvenReport {
  /** The newest drill that found all of it right; undefined: none did. */
  readonly everything: ProvenRestore | undefined;
  /** The newest that found its files right while databases could not be loaded, if that was after `everything`. */
  readonly filesOnly: ProvenRestore | undefined;
  /** The newest drill of all, if that one failed. */
  readonly failed: FailedRestore | undefined;
}

/** One drill of a backup. */
interface Tried {
  /** When it ended. */
  readonly at: string;
  readonly point: string;
  /** When the backup was made. */
  readonly pointTime: string;
}

export interface ProvenRestore extends Tried {
  /** Until files and databases were back; comparing them is not counted in. */
  readonly seconds: number;
  /** Entries that were restored and compared. */
  readonly files: number;
  readonly bytes: number;
  /** Those that were loaded, and their rows. */
  readonly databases: number;
  readonly rows: number;
}

export interface FailedRestore extends Tried {
  readonly fault: DrillFault;
}
