/**
 * A pack is sealed blobs one after another, then a sealed header that lists them in order, then the header's
 * length in four bytes. Offsets are not stored: each blob begins where the one before ends.
 */
import { Failure } from '../domain/failure.ts';
import { compressedEntryBytes, entryTypes, idBytes, plainEntryBytes, type BlobType } from './format.ts';

/** One blob in a pack. `plainLength` is 0 when it is not compressed. */
export interface PackEntry {
  readonly type: BlobType;
  readonly id: Buffer;
  readonly offset: number;
  readonly length: number;
  readonly plainLength: number;
}

/** Writes one header entry at `at`. @returns its length. */
export function writeEntry(target: Buffer, at: number, entry: PackEntry): number {
  const compressed = entry.plainLength > 0;
  const plainType = entry.type === 'data' ? entryTypes.data : entryTypes.tree;
  target[at] = compressed ? plainType + entryTypes.compressedData : plainType;
  target.writeUInt32LE(entry.length, at + 1);
  if (compressed) target.writeUInt32LE(entry.plainLength, at + 5);
  const length = compressed ? compressedEntryBytes : plainEntryBytes;
  entry.id.copy(target, at + length - idBytes);
  return length;
}

/** Reads an opened header. @throws {Failure} `repository-damaged` when it is cut short or holds an unknown type. */
export function parseEntries(header: Buffer, packId: string): PackEntry[] {
  const entries: PackEntry[] = [];
  let offset = 0;
  for (let at = 0; at < header.length;) {
    const kind = header[at] ?? 0;
    const compressed = kind === entryTypes.compressedData || kind === entryTypes.compressedTree;
    const size = compressed ? compressedEntryBytes : plainEntryBytes;
    if (kind > entryTypes.compressedTree || at + size > header.length) {
      throw new Failure('repository-damaged', {
        object: `pack ${packId}`,
        problem: 'has a header that makes no sense',
      });
    }
    const length = header.readUInt32LE(at + 1);
    entries.push({
      type: kind === entryTypes.data || kind === entryTypes.compressedData ? 'data' : 'tree',
      id: header.subarray(at + size - idBytes, at + size),
      offset,
      length,
      plainLength: compressed ? header.readUInt32LE(at + 5) : 0,
    });
    offset += length;
    at += size;
  }
  return entries;
}
