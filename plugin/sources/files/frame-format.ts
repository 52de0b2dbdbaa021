/**
 * What goes to the writer child on its standard input: frames of one byte kind, four bytes length (little-endian) and
 * so many bytes. Integers are little-endian; names, targets and values come with their length before them.
 */
export const frameKinds = {
  enter: 1,
  leave: 2,
  beginFile: 3,
  data: 4,
  zeros: 5,
  endFile: 6,
  abortFile: 7,
  symlink: 8,
  hardLink: 9,
  fifo: 10,
  finish: 11,
  expectMany: 12,
  remove: 13,
  setTime: 14,
  packed: 15,
} as const;

export const frameHeaderBytes = 5;
export const largestData = 256 * 1024;
/** A hard link's path can be 3,000 names of 255 bytes. */
export const largestFrame = 2 * 1024 * 1024;
/** All attributes of one entry; what is beyond is not sent. Linux allows 64 KiB for one. */
export const largestAttributes = 512 * 1024;
/** Largest time that goes through a JavaScript number and an `int64` alike. */
export const largestSeconds = Number.MAX_SAFE_INTEGER;
