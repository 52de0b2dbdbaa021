/**
 * The central directory at the end of a zip, read from the zip's last bytes while it is written.
 * Layout: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.12 to 4.3.16 and 4.5.3.
 */
import type { EntryPlace } from './archived-entry.ts';

const entrySignature = 0x02014b50;
const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const fixedEntryBytes = 46;
const endBytes = 22;
/** End record, its zip64 twin and the locator of that. */
const endsBytes = 22 + 56 + 20;
/** Zip64 sizes and offset, and the times some writers add. */
const extraBytes = 64;
const unknown32 = 0xffffffff;

/** Keeps the end of a stream: as much as the directory of the entries that were told can take. */
export class DirectoryTail {
  readonly #pieces: Buffer[] = [];
  #held = 0;
  #wanted = endsBytes;
  #total = 0;

  expect(name: string): void {
    this.#wanted += fixedEntryBytes + extraBytes + Buffer.byteLength(name);
  }

  add(bytes: Uint8Array): void {
    this.#pieces.push(Buffer.from(bytes));
    this.#held += bytes.length;
    this.#total += bytes.length;
    for (let first = this.#pieces[0]; first && this.#held - first.length >= this.#wanted; first = this.#pieces[0]) {
      this.#pieces.shift();
      this.#held -= first.length;
    }
  }

  /** Every entry in the order in which it was written. @throws when the stream does not end in a directory. */
  read(): ZipPlace[] {
    const tail = Buffer.concat(this.#pieces);
    return readDirectory(tail, this.#total - tail.length);
  }
}

export interface ZipPlace extends EntryPlace {
  readonly name: string;
}

/** @param start where in the zip `tail` begins. */
function readDirectory(tail: Buffer, start: number): ZipPlace[] {
  const end = tail.length - endBytes;
  if (end < 0 || tail.readUInt32LE(end) !== endSignature) throw new Error('a zip does not end like one');
  const { count, offset } = readEnd(tail, end, start);
  const places: ZipPlace[] = [];
  let at = offset - start;
  for (let index = 0; index < count; index++) {
    if (tail.readUInt32LE(at) !== entrySignature) throw new Error('a zip directory has fewer entries than it says');
    const nameBytes = tail.readUInt16LE(at + 28);
    const extra = tail.subarray(at + 46 + nameBytes, at + 46 + nameBytes + tail.readUInt16LE(at + 30));
    places.push({
      name: tail.toString('utf8', at + 46, at + 46 + nameBytes),
      method: tail.readUInt16LE(at + 10),
      ...readSizes(tail, at, extra),
    });
    at += 46 + nameBytes + extra.length + tail.readUInt16LE(at + 32);
  }
  return places;
}

function readEnd(tail: Buffer, end: number, start: number): { count: number; offset: number } {
  const count = tail.readUInt16LE(end + 10);
  const offset = tail.readUInt32LE(end + 16);
  if (count !== 0xffff && offset !== unknown32) return { count, offset };
  const end64 = Number(tail.readBigUInt64LE(end - 20 + 8)) - start;
  if (tail.readUInt32LE(end64) !== end64Signature) throw new Error('a zip has no zip64 end where it says');
  return { count: Number(tail.readBigUInt64LE(end64 + 32)), offset: Number(tail.readBigUInt64LE(end64 + 48)) };
}

/** Numbers that do not fit stand in the zip64 extra field, in this order, and only those. */
function readSizes(tail: Buffer, at: number, extra: Buffer): { offset: number; compressedBytes: number } {
  const wide = zip64Field(extra);
  let next = 0;
  const take = (narrow: number): number => {
    if (narrow !== unknown32) return narrow;
    next += 8;
    return Number(wide.readBigUInt64LE(next - 8));
  };
  take(tail.readUInt32LE(at + 24));
  const compressedBytes = take(tail.readUInt32LE(at + 20));
  return { compressedBytes, offset: take(tail.readUInt32LE(at + 42)) };
}

function zip64Field(extra: Buffer): Buffer {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 1) return extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
  }
  return Buffer.alloc(0);
}
