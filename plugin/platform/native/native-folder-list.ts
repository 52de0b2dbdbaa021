import type { Arena } from '../../contracts/codec.ts';
import type { NameList } from '../../contracts/file-system.ts';
import { allocateArena } from './arena.ts';
import { bind, lastErrorNumber } from './library.ts';
import { sortNames } from '../sort-names.ts';

const readBytes = 131_072;
// struct linux_dirent64, getdents(2): ino 8, off 8, reclen 2, type 1, name.
const recordLengthAt = 16;
const nameAt = 19;
const dot = 0x2e;

export interface FolderLister {
  list(folder: number): NameList | number;
}

/** Lists a folder with any number of entries: names are copied into one growing arena, never made into strings. */
export function openFolderLister(): FolderLister {
  const getEntries = bind('long getdents64(int, uintptr_t, size_t)');
  const records = allocateArena(readBytes);
  let names = allocateArena(65_536);
  let starts = new Uint32Array(1024);

  const keep = (from: number, length: number, at: number, count: number): void => {
    if (at + length + 1 > names.bytes.length) names = grow(names, at + length + 1);
    if (count >= starts.length) starts = growStarts(starts);
    records.bytes.copy(names.bytes, at, from, from + length);
    names.bytes[at + length] = 0;
    starts[count] = at;
  };
  return {
    list(folder) {
      let used = 0;
      let count = 0;
      for (;;) {
        const read = Number(getEntries(folder, records.address, readBytes));
        if (read < 0) return -lastErrorNumber();
        if (read === 0) break;
        for (let at = 0; at < read; at += records.bytes.readUInt16LE(at + recordLengthAt)) {
          const length = records.bytes.indexOf(0, at + nameAt) - at - nameAt;
          if (isSelfOrParent(records.bytes, at + nameAt, length)) continue;
          keep(at + nameAt, length, used, count++);
          used += length + 1;
        }
      }
      return nameList(names, sortNames(names.bytes, starts.subarray(0, count)));
    },
  };
}

function isSelfOrParent(bytes: Buffer, at: number, length: number): boolean {
  return bytes[at] === dot && (length === 1 || (length === 2 && bytes[at + 1] === dot));
}

function nameList(arena: Arena, starts: Uint32Array): NameList {
  return {
    arena,
    count: starts.length,
    offset: (index) => starts[index] ?? 0,
    length: (index) => arena.bytes.indexOf(0, starts[index] ?? 0) - (starts[index] ?? 0),
  };
}

function grow(arena: Arena, needed: number): Arena {
  const larger = allocateArena(Math.max(arena.bytes.length * 2, needed));
  arena.bytes.copy(larger.bytes);
  return larger;
}

function growStarts(starts: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(starts.length * 2);
  larger.set(starts);
  return larger;
}
