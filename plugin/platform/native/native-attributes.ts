import { errorNumbers } from '../../contracts/file-system.ts';
import type { ExtendedAttribute } from '../../domain/tree-node.ts';
import { allocateArena } from './arena.ts';
import { bind, lastErrorNumber } from './library.ts';

/** Largest list and value the kernel gives: XATTR_LIST_MAX and XATTR_SIZE_MAX, linux/limits.h. */
const largestBytes = 65_536;

const undecodable = '\ufffd';

export interface AttributeReader {
  /** @returns a negative error number on failure; none where the file system has no attributes. */
  read(file: number): ExtendedAttribute[] | number;
}

export function openAttributeReader(): AttributeReader {
  const listNames = bind('long flistxattr(int, uintptr_t, size_t)');
  const readValue = bind('long fgetxattr(int, const char*, uintptr_t, size_t)');
  const arena = allocateArena(largestBytes);
  const { bytes, address } = arena;

  const valueOf = (file: number, name: string): Buffer | number => {
    const length = Number(readValue(file, name, address, largestBytes));
    return length < 0 ? -lastErrorNumber() : Buffer.from(bytes.subarray(0, length));
  };
  return {
    read(file) {
      const length = Number(listNames(file, address, largestBytes));
      if (length < 0) return lastErrorNumber() === errorNumbers.EOPNOTSUPP ? [] : -lastErrorNumber();
      if (length === 0) return [];
      const names = bytes.toString('utf8', 0, length - 1).split('\0');
      const found: ExtendedAttribute[] = [];
      for (const name of names) {
        if (name.includes(undecodable)) return -errorNumbers.EINVAL; // no text: the format has no place for it
        const value = valueOf(file, name);
        if (typeof value === 'number') {
          if (value === -errorNumbers.ENODATA) continue; // removed since it was listed
          return value;
        }
        found.push({ name, value });
      }
      return found;
    },
  };
}
