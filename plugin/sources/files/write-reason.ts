import { errorNumbers } from '../../contracts/file-system.ts';
import type { WriteProblemReason } from '../../contracts/tree-writer.ts';

/** The word for a failed call; takes a negative error number. */
export function writeReason(result: number): WriteProblemReason {
  switch (-result) {
    case errorNumbers.ENOSPC:
      return 'no-space';
    case errorNumbers.EDQUOT:
      return 'quota';
    case errorNumbers.EACCES:
    case errorNumbers.EPERM:
    case errorNumbers.EROFS:
      return 'not-allowed';
    case errorNumbers.EEXIST:
    case errorNumbers.EISDIR:
    case errorNumbers.ENOTDIR:
    case errorNumbers.ENOTEMPTY:
    case errorNumbers.ELOOP:
      return 'in-the-way';
    case errorNumbers.ENAMETOOLONG:
      return 'name-refused';
    default:
      return 'write-error';
  }
}
