/** The records of a zip file, as PKWARE's APPNOTE.TXT 6.3 lays them out (4.3.7, 4.3.9, 4.3.12, 4.3.14 to 4.3.16). */
import type { ZipEntry } from '../contracts/zip-writer.ts';

export type EntryType = 'file' | 'folder' | 'symlink';

/** What is known of an entry's bytes. */
export interface EntrySizes {
  readonly crc: number;
  readonly plainBytes: number;
  readonly storedBytes: number;
}

/** An entry as its headers describe it. */
export interface EntryHeader {
  readonly name: Buffer;
  readonly type: EntryType;
  readonly mode: number;
  /** Time, then date, as MS-DOS has them. */
  readonly time: number;
  readonly isDeflated: boolean;
  /** Its sizes follow its bytes: they were not known before. */
  readonly isStreamed: boolean;
}

const large32 = 0xffff_ffff;
const large16 = 0xffff;
const zip64Version = 45;
const plainVersion = 20;
const madeOnUnix = 3 << 8;
const streamedFlag = 0x0008;
const utf8Flag = 0x0800;
const deflated = 8;
const typeBits: { readonly [Type in EntryType]: number } = { file: 0o100_000, folder: 0o040_000, symlink: 0o120_000 };
const folderAttribute = 0x10;

export function headerOf(
  { name, mode, modified }: ZipEntry,
  type: EntryType,
  form: Pick<EntryHeader, 'isDeflated' | 'isStreamed'>,
): EntryHeader {
  return { name: Buffer.from(type === 'folder' ? `${name}/` : name), type, mode, time: dosTime(modified), ...form };
}

/** What stands before an entry's bytes. */
export function localRecord(header: EntryHeader, { crc, plainBytes, storedBytes }: EntrySizes): Buffer {
  const record = Buffer.alloc(30 + header.name.length);
  record.writeUInt32LE(0x0403_4b50, 0);
  record.writeUInt16LE(plainVersion, 4);
  writeCommon(record, 6, header, { crc, plainBytes, storedBytes });
  record.writeUInt16LE(header.name.length, 26);
  header.name.copy(record, 30);
  return record;
}

/** What stands after the bytes of a streamed entry. */
export function descriptorRecord({ crc, plainBytes, storedBytes }: EntrySizes): Buffer {
  const isLarge = plainBytes >= large32 || storedBytes >= large32;
  const record = Buffer.alloc(isLarge ? 24 : 16);
  record.writeUInt32LE(0x0807_4b50, 0);
  record.writeUInt32LE(crc, 4);
  if (isLarge) {
    record.writeBigUInt64LE(BigInt(storedBytes), 8);
    record.writeBigUInt64LE(BigInt(plainBytes), 16);
  } else {
    record.writeUInt32LE(storedBytes, 8);
    record.writeUInt32LE(plainBytes, 12);
  }
  return record;
}

/** An entry's line in the directory at the end. */
export function directoryRecord(header: EntryHeader, sizes: EntrySizes, offset: number): Buffer {
  const { name, type, mode } = header;
  const extra = zip64Extra([sizes.plainBytes, sizes.storedBytes, offset]);
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x0201_4b50, 0);
  const version = extra.length > 0 ? zip64Version : plainVersion;
  record.writeUInt16LE(madeOnUnix | version, 4);
  record.writeUInt16LE(version, 6);
  writeCommon(record, 8, header, sizes);
  record.writeUInt16LE(name.length, 28);
  record.writeUInt16LE(extra.length, 30);
  record.writeUInt32LE((((typeBits[type] | mode) << 16) | (type === 'folder' ? folderAttribute : 0)) >>> 0, 38);
  record.writeUInt32LE(Math.min(offset, large32), 42);
  return Buffer.concat([record, name, extra]);
}

/** What ends the zip. @param directory where it begins and how long it is. */
export function endRecords(entries: number, directory: { readonly offset: number; readonly length: number }): Buffer {
  const { offset, length } = directory;
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x0605_4b50, 0);
  record.writeUInt16LE(Math.min(entries, large16), 8);
  record.writeUInt16LE(Math.min(entries, large16), 10);
  record.writeUInt32LE(Math.min(length, large32), 12);
  record.writeUInt32LE(Math.min(offset, large32), 16);
  const isLarge = entries >= large16 || length >= large32 || offset >= large32;
  return isLarge ? Buffer.concat([zip64End(entries, offset, length), record]) : record;
}

function zip64End(entries: number, offset: number, length: number): Buffer {
  const record = Buffer.alloc(56 + 20);
  record.writeUInt32LE(0x0606_4b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(madeOnUnix | zip64Version, 12);
  record.writeUInt16LE(zip64Version, 14);
  record.writeBigUInt64LE(BigInt(entries), 24);
  record.writeBigUInt64LE(BigInt(entries), 32);
  record.writeBigUInt64LE(BigInt(length), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  record.writeUInt32LE(0x0706_4b50, 56);
  record.writeBigUInt64LE(BigInt(offset + length), 64);
  record.writeUInt32LE(1, 72);
  return record;
}

/** Flags, method, time, checksum and sizes stand in the same order in both headers. */
function writeCommon(record: Buffer, at: number, header: EntryHeader, sizes: EntrySizes): void {
  const isUtf8 = header.name.some((byte) => byte > 0x7f);
  record.writeUInt16LE((isUtf8 ? utf8Flag : 0) | (header.isStreamed ? streamedFlag : 0), at);
  record.writeUInt16LE(header.isDeflated ? deflated : 0, at + 2);
  record.writeUInt32LE(header.time, at + 4);
  record.writeUInt32LE(sizes.crc, at + 8);
  record.writeUInt32LE(Math.min(sizes.storedBytes, large32), at + 12);
  record.writeUInt32LE(Math.min(sizes.plainBytes, large32), at + 16);
}

/** The numbers that do not fit, in their order. */
function zip64Extra(numbers: readonly number[]): Buffer {
  const tooLarge = numbers.filter((number) => number >= large32);
  if (tooLarge.length === 0) return Buffer.alloc(0);
  const extra = Buffer.alloc(4 + tooLarge.length * 8);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(tooLarge.length * 8, 2);
  tooLarge.forEach((number, index) => extra.writeBigUInt64LE(BigInt(number), 4 + index * 8));
  return extra;
}

const earliest = Date.UTC(1980, 0, 1);
const latest = Date.UTC(2043, 11, 31, 23, 59, 58);

/** To two seconds, from 1980 on. Later than 2043 some programs take for the past. */
function dosTime(modified: Date): number {
  const time = new Date(Math.min(Math.max(modified.getTime(), earliest), latest));
  const date = ((time.getUTCFullYear() - 1980) << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate();
  const clock = (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1);
  return ((date << 16) | clock) >>> 0;
}
