import type { FileStatus } from '../../contracts/file-system.ts';
import { packDevice } from '../device-number.ts';
import { allocateArena } from './arena.ts';
import { bind, lastErrorNumber } from './library.ts';

// statx(2): the same layout on every architecture. Word numbers of 32 bits.
const basicFields = 0x7ff;
const noFollow = 0x100;
const emptyPath = 0x1000;
const statusSource = [4, 5, 6, 7, 8, 9, 10, 11, 24, 25, 26, 28, 29, 30, 35, 34] as const;
const modeWord = 3;
const rawDeviceMajor = 32;
const rawDeviceMinor = 33;

export interface StatusReader {
  readonly status: FileStatus;
  ofEntry(folder: number, nameAddress: number): number;
  ofDescriptor(descriptor: number): number;
}

export function openStatusReader(): StatusReader {
  const statx = bind('int statx(int, uintptr_t, int, unsigned int, uintptr_t)');
  const arena = allocateArena(4096);
  const raw = new Int32Array(arena.bytes.buffer, arena.bytes.byteOffset, 64);
  const empty = arena.address + 1024;
  arena.bytes[1024] = 0;
  const words = new Int32Array(16);
  const take = (result: number): number => {
    if (result !== 0) return -lastErrorNumber();
    for (let index = 0; index < 16; index++) words[index] = raw[statusSource[index] ?? 0] ?? 0;
    words[modeWord] = (words[modeWord] ?? 0) & 0xffff;
    return 0;
  };
  return {
    status: {
      words,
      get device(): number {
        return packDevice((raw[rawDeviceMajor] ?? 0) >>> 0, (raw[rawDeviceMinor] ?? 0) >>> 0);
      },
    },
    ofEntry: (folder, nameAddress) => take(statx(folder, nameAddress, noFollow, basicFields, arena.address)),
    ofDescriptor: (descriptor) => take(statx(descriptor, empty, emptyPath, basicFields, arena.address)),
  };
}
