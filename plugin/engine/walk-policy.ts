import { errorNumbers, fileTypes, statusWords } from '../contracts/file-system.ts';
import type { SkipReason } from '../domain/coverage.ts';

/** Whose home is read, and what of it may be taken. */
export interface WalkPolicy {
  readonly ownerUid: number;
  readonly trustedUids: ReadonlySet<number>;
  readonly deviceMinor: number;
  readonly deviceMajor: number;
}

/** Each level holds one descriptor. */
export const deepestLevel = 10_000;

/**
 * Why an entry is left out, or undefined. A file that belongs to somebody else may have been brought into the home by
 * a hard link or a move; giving its content to the tenant would be giving away what they could not read.
 */
export function refuseEntry(status: Int32Array, policy: WalkPolicy): SkipReason | undefined {
  if (
    status[statusWords.deviceMinor] !== policy.deviceMinor ||
    status[statusWords.deviceMajor] !== policy.deviceMajor
  ) {
    return 'other-filesystem';
  }
  switch ((status[statusWords.mode] ?? 0) & fileTypes.mask) {
    case fileTypes.socket:
      return 'socket';
    case fileTypes.blockDevice:
    case fileTypes.characterDevice:
      return 'device';
    case fileTypes.file:
      return isForeign(status, policy) ? 'foreign-owner' : undefined;
    default:
      return undefined;
  }
}

function isForeign(status: Int32Array, policy: WalkPolicy): boolean {
  const uid = (status[statusWords.uid] ?? 0) >>> 0;
  if (uid === policy.ownerUid) return false;
  const links = (status[statusWords.links] ?? 0) >>> 0;
  return links > 1 || !policy.trustedUids.has(uid);
}

/** The word for an error met on the way to an entry; a positive error number. */
export function reasonOfError(errorNumber: number): SkipReason {
  switch (errorNumber) {
    case errorNumbers.ENOENT:
    case errorNumbers.ESTALE:
      return 'vanished';
    case errorNumbers.EACCES:
    case errorNumbers.EPERM:
      return 'unreadable';
    case errorNumbers.EAGAIN:
      return 'busy';
    case errorNumbers.EINVAL:
    case errorNumbers.ELOOP:
    case errorNumbers.ENOTDIR:
      return 'changed-type';
    case errorNumbers.EMFILE:
    case errorNumbers.ENFILE:
      return 'too-deep';
    case errorNumbers.ENAMETOOLONG:
      return 'name-too-long';
    default:
      return 'read-error';
  }
}
