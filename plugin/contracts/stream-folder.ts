import type { CoverageNote } from '../domain/coverage.ts';

/** A folder of a restore point that no file system holds: what it is made of is read when the backup comes to it. */
export interface StreamFolder {
  /** From the top of the restore point. */
  readonly path: readonly string[];
  /**
   * Its files, one after another: each is read to its end before the next is asked for. What throws in between makes
   * the whole folder worthless: nothing of it is kept.
   * @param note takes what is in it although not quite right.
   * @throws {Failure} why it cannot be read; what the signal was aborted with.
   */
  open(signal: AbortSignal, note: StreamNote): AsyncIterable<StoredStream>;
}

/** @param names below the folder. */
export type StreamNote = (reason: CoverageNote, names: readonly string[]) => void;

export interface StoredStream {
  /** Below the folder; each name is one that a file may have. */
  readonly path: readonly string[];
  readonly content: AsyncIterable<Buffer> | Iterable<Buffer>;
  /** Text is cut finer. */
  readonly isText: boolean;
  /** When it last changed; undefined: with this backup. */
  readonly modified?: Date | undefined;
}
