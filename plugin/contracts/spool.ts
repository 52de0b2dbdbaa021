import type { Generation } from '../domain/ids.ts';
import type { JobId } from '../domain/job.ts';

/** Files that were prepared for customers to fetch, each named by the job that made it. Only root can read them. */
export interface Spool {
  /** Begins a file; until it is finished there is none. @throws {Failure} `no-space`, `state-unsafe`. */
  begin(generation: Generation, job: JobId): SpoolFile;
  /** Bytes of a finished file; undefined when there is none (any more). */
  size(generation: Generation, job: JobId): number | undefined;
  /** Its bytes from `offset` on, in order. */
  read(generation: Generation, job: JobId, offset: number): AsyncIterable<Uint8Array>;
  /** Removes the oldest of an account beyond so many. */
  keepNewest(generation: Generation, count: number): void;
  /** Removes what is older, of all accounts, and what was never finished. */
  removeBefore(time: Date): void;
}

export interface SpoolFile {
  /** @throws {Failure} `no-space`, also when little is left for others. */
  write(bytes: Uint8Array): void;
  /** The file is whole and safe on disk. */
  finish(): Promise<void>;
  /** Leaves nothing; does nothing after `finish`. */
  discard(): void;
}
