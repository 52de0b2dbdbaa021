/** The header of a pack stands at its end and is believed only when its seal, its length and its entries fit. */
import { Failure } from '../domain/failure.ts';
import { headerLengthBytes, largestHeaderBytes, packKey, sealOverheadBytes } from './format.ts';
import type { PackedBlob } from './pack-contents.ts';
import { parseEntries, type PackEntry } from './pack-header.ts';
import type { RepositoryIndex } from './repository-index.ts';
import type { Repository } from './repository.ts';
import { openBytes } from './sealed-bytes.ts';

/** @throws {Failure} `repository-damaged` when it is no header; what the store throws. */
export async function readHeader(repository: Repository, packId: string, packSize: number): Promise<PackEntry[]> {
  const key = packKey(packId);
  const last = await repository.store.readRange(key, Math.max(0, packSize - headerLengthBytes), headerLengthBytes);
  const length = headerLength(last, packId, packSize);
  const from = packSize - headerLengthBytes - length;
  return parseHeader(repository, packId, from, await repository.store.readRange(key, from, length));
}

/** @param tail ends with the pack. @throws {Failure} `repository-damaged`. */
export function headerLength(tail: Buffer, packId: string, packSize: number): number {
  const length = tail.length < headerLengthBytes ? -1 : tail.readUInt32LE(tail.length - headerLengthBytes);
  if (length < sealOverheadBytes || length > largestHeaderBytes || length > packSize - headerLengthBytes) {
    throw damaged(packId, 'has a header of an impossible size');
  }
  return length;
}

/** @param from where the header begins, and so where the last blob must end. @throws {Failure} `repository-damaged`. */
export function parseHeader(repository: Repository, packId: string, from: number, sealed: Buffer): PackEntry[] {
  const plain = openBytes(repository.workspace.codec, repository.sealer, sealed);
  if (plain === undefined) throw damaged(packId, 'has a header that is not authentic');
  const entries = parseEntries(plain, packId);
  const last = entries.at(-1);
  if ((last === undefined ? 0 : last.offset + last.length) !== from)
    throw damaged(packId, 'has a header that does not fit');
  return entries;
}

/** Whether header and index tell the same of a pack. */
export function sameBlobs(index: RepositoryIndex, header: readonly PackEntry[], blobs: readonly PackedBlob[]): boolean {
  return header.length === blobs.length && header.every((entry, at) => isSame(index, entry, blobs[at]));
}

function isSame(index: RepositoryIndex, entry: PackEntry, blob: PackedBlob | undefined): boolean {
  if (blob === undefined) return false;
  const samePlace =
    entry.offset === blob.offset && entry.length === blob.length && entry.plainLength === blob.plainLength;
  return samePlace && entry.type === blob.type && entry.id.toString('hex') === index.table(blob.type).idHex(blob.entry);
}

function damaged(packId: string, problem: string): Failure {
  return new Failure('repository-damaged', { object: `pack ${packId}`, problem });
}
