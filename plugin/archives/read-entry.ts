/** The content of one file of a zip, from its place in it. Layout: PKWARE APPNOTE.TXT 6.3.10, section 4.3.7. */
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import type { ByteSource } from '../contracts/byte-source.ts';
import type { IndexedEntry } from './archived-entry.ts';
import { damagedArchive } from './damaged-archive.ts';

const localSignature = 0x04034b50;
const fixedHeaderBytes = 30;
/** What writers put behind the name: zip64 sizes, times. Read along with the rest, so that one request is enough. */
const extraBytes = 128;
type PlacedEntry = Pick<IndexedEntry, 'name' | 'place'>;

const pieceBytes = 4 * 1024 * 1024;

/**
 * The bytes of a file in order. Nothing beyond what its size says comes out of it; that it is whole is known only at the
 * end.
 * @throws {Failure} `archive-damaged` when the content is not what was archived; what the source throws.
 */
export async function* readEntry(name: string, zip: ByteSource, entry: IndexedEntry): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of readPlace(name, zip, entry)) {
    size += piece.length;
    if (size > entry.size) break;
    hash.update(piece);
    yield piece;
  }
  if (size !== entry.size || hash.digest('hex') !== entry.sha256)
    throw damagedArchive(name, `${entry.name} does not hold what was archived`);
}

/** What is at a place of a zip, unpacked; nobody has said what it must be. @throws {Failure} `archive-damaged`. */
export async function* readPlace(name: string, zip: ByteSource, entry: PlacedEntry): AsyncGenerator<Buffer> {
  const sealed = compressed(name, zip, entry);
  if (entry.place?.method === 0) {
    yield* sealed;
    return;
  }
  const inflating = createInflateRaw();
  const feeding = pipeline(sealed, inflating).catch(() => undefined); // reading from it throws the same
  try {
    for await (const piece of inflating) yield piece as Buffer;
    await feeding;
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw damagedArchive(name, `${entry.name} cannot be unpacked`);
  }
}

/** The first request takes the header along. */
async function* compressed(name: string, zip: ByteSource, { name: file, place }: PlacedEntry): AsyncGenerator<Buffer> {
  if (place === undefined) throw damagedArchive(name, `${file} has no place in it`);
  const headRoom = fixedHeaderBytes + Buffer.byteLength(file) + extraBytes;
  const wanted = Math.min(headRoom + Math.min(place.compressedBytes, pieceBytes), zip.sizeBytes - place.offset);
  const start = await zip.read(place.offset, Math.max(wanted, 0));
  const from = endOfHeader(name, start);
  const first = start.subarray(from, from + place.compressedBytes);
  yield first;
  for (let taken = first.length; taken < place.compressedBytes;) {
    const length = Math.min(pieceBytes, place.compressedBytes - taken);
    yield await zip.read(place.offset + from + taken, length);
    taken += length;
  }
}

function endOfHeader(name: string, start: Buffer): number {
  if (start.length < fixedHeaderBytes || start.readUInt32LE(0) !== localSignature)
    throw damagedArchive(name, 'a file is not where its index says');
  return fixedHeaderBytes + start.readUInt16LE(26) + start.readUInt16LE(28);
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
