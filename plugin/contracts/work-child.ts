import type { Generation } from '../domain/ids.ts';
import type { JobId } from '../domain/job.ts';

/**
 * A process of the worker's own that performs requests: one job, or reading requests one after another. Requests and
 * answers are plain JSON, of the forms in `protocol/requests.ts`; here nobody looks into them.
 */
export interface WorkChild {
  /**
   * Performs one request; one at a time.
   * @throws {Failure} what the request failed with; `cancelled` when the signal fired and the child gave way;
   * `interrupted` when the process ended before it answered.
   */
  perform(errand: Errand): Promise<unknown>;
  /** Whether the process still lives. */
  readonly isAlive: boolean;
  /** Ends the process at once, whatever it does. Resolves when it is gone. */
  kill(): Promise<void>;
}

export interface Errand {
  readonly request: object;
  /** For whom it is: when the account's name belongs to another customer by now, the child refuses. */
  readonly generation: Generation | undefined;
  /** The job that this is, if it is one. */
  readonly jobId: JobId | undefined;
  /** Makes the child stop in order; whoever does not wait for that kills it. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: unknown) => void;
  /** Takes the bytes of a download, in order; the child waits until the promise settles. */
  readonly sink: ((bytes: Uint8Array) => Promise<void>) | undefined;
}
