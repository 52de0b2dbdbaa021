import { bind, lastErrorNumber } from './library.ts';

export interface PipeEnds {
  readonly read: number;
  readonly write: number;
  /** A thread closes by `fs` only what that has opened. */
  readonly closeWrite: () => void;
}

/** fcntl.h of Linux, the same on all machines that Node runs on. */
const O_CLOEXEC = 0o2000000;
const F_SETPIPE_SZ = 1031;

/** @returns its two descriptors, which no child inherits by accident. @throws {Error} when there can be none. */
export function makePipe(sizeBytes: number): PipeEnds {
  const ends = new Int32Array(2);
  if (bind('int pipe2(int*, int)')(ends, O_CLOEXEC) !== 0) throw new Error(`pipe2 failed: ${lastErrorNumber()}`);
  const [read = -1, write = -1] = ends;
  bind('int fcntl(int, int, int)')(read, F_SETPIPE_SZ, sizeBytes); // where it is refused the pipe is smaller
  return { read, write, closeWrite: () => void bind('int close(int)')(write) };
}
