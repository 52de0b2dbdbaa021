import type { AccountName, Generation } from '../domain/ids.ts';
import type { JobId, JobState, JobWeight } from '../domain/job.ts';

/**
 * Work that waits, runs and has ended, in the metadata database. Several workers may share it: a job is claimed by
 * comparing and setting its fence, and held by a lease that its holder renews. Times are the database's, in
 * milliseconds since 1970, so that servers need not agree on the time. Jobs of other servers stay out of sight.
 */
export interface JobQueue {
  /**
   * Adds a job that waits. With a `uniqueKey` that a job has already (in any state), nothing is added and that job is
   * returned. @throws {Failure} `too-many-jobs` when the account has `waitingLimit` jobs waiting; processes that add
   * at the same moment may each go over it by one.
   */
  add(job: NewJob): Promise<Job>;

  /**
   * Jobs of this server that wait or run, oldest first; of each account at most 100 waiting ones of each weight, those
   * that are due before the others.
   */
  open(): Promise<readonly OpenJob[]>;

  /**
   * Takes a job that waits, or whose lease has ended. @returns undefined when somebody else was faster, or it is not due.
   * The job's fence is then one higher, and `attempts` too.
   */
  claim(job: Pick<Job, 'id' | 'fence'>, holder: string, leaseMilliseconds: number): Promise<Job | undefined>;

  /**
   * Renews the lease and writes the progress down; undefined leaves the last one.
   * @returns `lost` when another holds the job now: the work must stop at once and change nothing more;
   * `cancel-wanted` when its owner wants it to stop.
   */
  renew(job: Job, leaseMilliseconds: number, progress: string | undefined): Promise<'held' | 'cancel-wanted' | 'lost'>;

  /** Ends a job. @returns false, changing nothing, when another holds it now or it has ended. */
  finish(job: Job, ending: JobEnding): Promise<boolean>;

  /** Lets a job wait again, not before `delayMilliseconds`, keeping why. @returns false when another holds it now. */
  retry(job: Job, delayMilliseconds: number, reason: string): Promise<boolean>;

  /**
   * Ends the lease of every running job of this server, so that they are due at once. Only for a worker that just
   * started and is the only one of its server: whoever held them is gone. @returns how many.
   */
  endLeases(): Promise<number>;

  /**
   * A job that was never begun ends as cancelled; a running one is asked to stop. One that was begun and waits again is
   * due at once and asked to stop then, so that what it had begun is put back.
   * @returns the job then; undefined when unknown.
   */
  cancel(generation: Generation, id: JobId): Promise<Job | undefined>;

  /** A job of an account by its id or the beginning of it (at least 6 characters, unambiguous). */
  find(generation: Generation, id: string): Promise<Job | undefined>;

  /** The newest first. */
  list(generation: Generation, limit: number): Promise<readonly Job[]>;

  /** Marks until when what a job did can be taken back; undefined once it was. */
  setUndo(generation: Generation, id: JobId, until: Date | undefined): Promise<void>;

  /** Median seconds of the last done jobs of this kind and account; undefined when there are none. */
  typicalSeconds(generation: Generation, kind: string): Promise<number | undefined>;

  /** Forgets jobs that ended before, except those that can still be taken back. @returns how many. */
  removeEndedBefore(time: Date): Promise<number>;
}

/** Jobs of one account that may wait. */
export const waitingLimit = 1000;

export interface NewJob {
  readonly generation: Generation;
  readonly accountName: AccountName;
  /** The kind of the request; `undo` for one that takes a restore back. */
  readonly kind: string;
  readonly weight: JobWeight;
  readonly label: string | undefined;
  /** The request as JSON. */
  readonly request: string;
  /** Who asked, as `writeActor` writes it. */
  readonly askedBy: string;
  /** At most 190 characters; one job of this server has it. */
  readonly uniqueKey: string | undefined;
  /** It is not begun before so long; undefined: at once. */
  readonly delayMilliseconds?: number | undefined;
}

/** As much of a job as choosing the next one needs: a queue is long, and requests may be large. */
export interface OpenJob extends Pick<NewJob, 'generation' | 'accountName' | 'kind' | 'weight'> {
  readonly id: JobId;
  readonly state: JobState;
  readonly fence: number;
  readonly attempts: number;
  readonly createdAt: Date;
  /** When its last try began; undefined while it waits. */
  readonly startedAt: Date | undefined;
  readonly isCancelWanted: boolean;
  /** By the time of the database: it waits and may begin, or its lease has ended. */
  readonly isDue: boolean;
  /** Grows with every claim: that of the last job of this account and weight that was begun; 0 when none was. */
  readonly turn: number;
}

export interface Job extends NewJob, OpenJob {
  /** It is not begun before. */
  readonly notBefore: Date;
  readonly finishedAt: Date | undefined;
  /** Only of running jobs. */
  readonly leaseUntil: Date | undefined;
  /** Who runs it, or ran it last. */
  readonly holder: string | undefined;
  /** JSON of the last progress. */
  readonly progress: string | undefined;
  /** JSON of the answer, or of the failure (`{code, facts}`). */
  readonly result: string | undefined;
  readonly failure: string | undefined;
  /** Why earlier tries ended, the last ten, newest last: JSON, a list of what `retry` was told. */
  readonly retryReasons: string | undefined;
  readonly undoUntil: Date | undefined;
}

export type JobEnding =
  | { readonly state: 'done'; readonly result: string; readonly undoUntil: Date | undefined }
  | { readonly state: 'failed' | 'cancelled'; readonly failure: string; readonly undoUntil: Date | undefined };
