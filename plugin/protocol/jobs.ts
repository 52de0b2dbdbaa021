import type { Actor } from '../domain/actor.ts';
import type { ProvenReport } from './proven.ts';
import type { PathBytes } from './requests.ts';

export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** One piece of queued work as its owner sees it. */
export interface JobLine {
  readonly id: string;
  readonly account: string;
  /** What it does: the kind of its request, such as `backup` or `run-plan`; `undo` takes a restore back. */
  readonly kind: string;
  readonly label: string | undefined;
  readonly askedBy: Actor;
  readonly state: JobState;
  readonly createdAt: string;
  readonly startedAt: string | undefined;
  readonly finishedAt: string | undefined;
  /** Jobs before it while it waits; 0 when it is next or no longer waits. */
  readonly position: number;
  /** Why it waits: for a job of the same account that runs, or until others' jobs leave room. Undefined: for nothing. */
  readonly waitsFor:
    | { readonly by: 'own'; readonly job: string; readonly kind: string }
    | { readonly by: 'others' }
    | undefined;
  /** Seconds until it will probably be done, those in which it waits counted in; undefined when nobody can tell. */
  readonly secondsLeft: number | undefined;
  readonly progress: JobProgress | undefined;
  /** Set when it failed or was cancelled: a failure code and its facts. */
  readonly failure: JobFailure | undefined;
  /** How often it was begun. More than 1: it was interrupted and taken up again. */
  readonly attempts: number;
  /** Until when what it changed can be taken back; undefined when there is nothing to take back. */
  readonly undoUntil: string | undefined;
}

export interface JobProgress {
  readonly step: 'backup' | 'restore' | 'check' | 'prune' | 'safety-copy' | 'put-back' | 'copy' | 'archive';
  readonly items: number;
  readonly itemsTotal: number | undefined;
  readonly bytes: number;
  readonly bytesTotal: number | undefined;
}

export interface JobFailure {
  readonly code: string;
  readonly facts: { readonly [name: string]: unknown };
}

/** Everything about an account that `larder status` tells. */
export interface StatusReport {
  readonly account: string;
  readonly lastBackup:
    | { readonly id: string; readonly time: string; readonly files: number; readonly bytes: number }
    | undefined;
  /** It has a passphrase of its own: its backups are archives that only it opens. */
  readonly ownPassphrase?: boolean;
  readonly points: number;
  readonly oldestPointAt: string | undefined;
  /** When a drill last really restored the account and found all of it right; undefined when never. */
  readonly provenAt: string | undefined;
  /** When one last found its files right while databases could not be loaded, if that was after `provenAt`. */
  readonly filesProvenAt: string | undefined;
  /** Of which backups that was and what it showed, and whether a drill failed since. */
  readonly proven: ProvenReport;
  /** Jobs that wait or run, the running first. */
  readonly jobs: readonly JobLine[];
  /** The newest restore that can be taken back. */
  readonly undo: { readonly job: string; readonly finishedAt: string; readonly until: string } | undefined;
  /** Whether a worker serves this; false when root asks with no worker running. */
  readonly workerRunning: boolean;
}

/** Plain archives of an account that lie in a folder of its own home. */
export interface LocalCopyLine {
  readonly file: PathBytes;
  readonly createdAt: string;
  readonly bytes: number;
}

/** What an account keeps as local copies, and how often. */
export interface LocalCopyPolicy {
  readonly paths: readonly PathBytes[];
  readonly every: 'day' | 'week' | 'never';
  /** How many stay: 1 to 31. */
  readonly keep: number;
}
