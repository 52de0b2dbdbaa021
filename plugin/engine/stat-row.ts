/**
 * A row is what Larder remembers of one entry from run to run, as 24 words: the status it had, and where in its
 * block its name, content ids or link target, attributes and (of a folder) its own block stand.
 */
import { statusWords } from '../contracts/file-system.ts';

export const row = {
  words: 24,
  nameOffset: 16,
  nameLength: 17,
  contentOffset: 18,
  /** Bytes of content ids or link target; of a folder, the length of its block. */
  contentLength: 19,
  attributesOffset: 20,
  attributesLength: 21,
  /** Of a folder: where its block begins in the cache file. */
  blockLow: 22,
  blockHigh: 23,
} as const;

/** Two words, low first, as one unsigned number (exact to 2^53). */
export function unsigned64(words: Int32Array, at: number): number {
  return ((words[at] ?? 0) >>> 0) + ((words[at + 1] ?? 0) >>> 0) * 4_294_967_296;
}

/** Two words, low first, as one signed number. */
export function signed64(words: Int32Array, at: number): number {
  return ((words[at] ?? 0) >>> 0) + (words[at + 1] ?? 0) * 4_294_967_296;
}

/** Two words as decimal digits, exact. */
export function digits64(words: Int32Array, at: number): string {
  const high = words[at + 1] ?? 0;
  if (high >>> 21 === 0) return String(unsigned64(words, at));
  return String((BigInt(high >>> 0) << 32n) | BigInt((words[at] ?? 0) >>> 0));
}

/** Whether two statuses are the same in all that tells of a change; the device is not, it may be renumbered at boot. */
export function sameStatus(left: Int32Array, leftAt: number, right: Int32Array): boolean {
  for (let index = 0; index < statusWords.deviceMinor; index++) {
    if (left[leftAt + index] !== right[index]) return false;
  }
  return true;
}

/** File times tick in steps; this much before a run began counts as "around it". */
const racySeconds = 2;

/** Since when an entry must have rested for the run that began at `startedSeconds` to have seen its last change. */
export function racySince(startedSeconds: number): number {
  return startedSeconds - racySeconds;
}

/**
 * Whether a change right after `sinceSeconds` could have left the same times: file times tick coarsely, so an entry
 * that changed around the moment it was looked at cannot be trusted to be unchanged. Every change moves the ctime,
 * which its owner cannot set; the mtime may lie in the future for good.
 */
export function isRacy(words: Int32Array, at: number, sinceSeconds: number): boolean {
  return signed64(words, at + statusWords.changedSeconds) >= sinceSeconds;
}
