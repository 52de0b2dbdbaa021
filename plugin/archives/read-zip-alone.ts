/**
 * Reads an archive without its index: the central directory by unzipper, the manifest from the zip. unzipper ends the
 * process when a stream it was given fails later than its first, so it is given streams over bytes that are there
 * already: who reads them, and tries again, is the source behind.
 */
import { PassThrough, Readable } from 'node:stream';
import { Open, type CentralDirectory, type File } from 'unzipper';
import type { ByteSource } from '../contracts/byte-source.ts';
import { openAgeHeader, openAgePayload } from './age-open.ts';
import { manifestName, manifestSchema, type ArchiveFacts } from './archive-facts.ts';
import { compareEntries, type EntryPlace, type IndexedEntry } from './archived-entry.ts';
import { damagedArchive } from './damaged-archive.ts';
import { zipKey } from './make-archive.ts';
import type { ArchiveAddress, ReadableArchive } from './open-archive.ts';
import { parseEntry } from './parse-entry.ts';
import { readEntry, readPlace } from './read-entry.ts';
import { readPieces, sourceOf, withBlocks } from './sealed-object.ts';

const blockBytes = 1024 * 1024;
const keptBlocks = 16;
const largestManifestBytes = 1024 * 1024 * 1024;

interface ZipAlone {
  readonly facts: ArchiveFacts;
  readonly entries: readonly IndexedEntry[];
  readonly places: ReadonlyMap<string, EntryPlace>;
  readonly plain: ByteSource;
}

/**
 * @param sizes of zip objects, by archive name: its own and, for a differential archive, its full one's.
 * @throws {Failure} `archive-damaged`, `key-unusable`, `not-found`, `destination-unreachable`.
 */
export async function readZipAlone(
  address: ArchiveAddress,
  sizes: ReadonlyMap<string, number>,
): Promise<ReadableArchive> {
  const here = await openZipAlone(address, sizes);
  const fullName = here.facts.full;
  const full = fullName === undefined ? undefined : await openZipAlone({ ...address, name: fullName }, sizes);
  // Both were read to their end, so that they are as long as they were made.
  const sized = (name: string) => ({ name, sealedBytes: sizes.get(name) ?? 0 });
  const placed = here.entries.map((entry) => withPlace(entry, entry.in === 'full' ? full : here));
  return {
    facts: here.facts,
    zips: [here.facts.name, ...(fullName === undefined ? [] : [fullName])].map(sized),
    async *entries(from) {
      for (const entry of placed) if (from === undefined || compareEntries(entry, from) >= 0) yield entry;
    },
    find: (key) => Promise.resolve(placed.find((entry) => compareEntries(entry, key) === 0)),
    read(entry) {
      const zip = entry.in === 'full' ? full : here;
      if (zip === undefined) throw damagedArchive(here.facts.name, 'its full archive is not named');
      return readEntry(here.facts.name, zip.plain, entry);
    },
    readRest: (offset) => readPieces(here.plain, offset),
  };
}

function withPlace(entry: IndexedEntry, zip: ZipAlone | undefined): IndexedEntry {
  const place = zip?.places.get(entry.name);
  return place === undefined ? entry : { ...entry, place };
}

async function openZipAlone(address: ArchiveAddress, sizes: ReadonlyMap<string, number>): Promise<ZipAlone> {
  const { store, folder, name, identities } = address;
  const key = zipKey(folder, name);
  const sealed = withBlocks(sourceOf(store, key, sizes.get(name) ?? 0), blockBytes, keptBlocks);
  const plain = openAgePayload(key, sealed, await openAgeHeader(key, sealed, identities));
  await plain.readEnd();
  const files = await readDirectory(name, plain);
  const manifest = await readManifest(name, plain, files);
  return { ...manifest, plain, places: new Map(files.map((file) => [file.path, placeOf(file)])) };
}

/** A failing read is told here: unzipper would wait for ever for a stream that ended early. */
async function readDirectory(name: string, plain: ByteSource): Promise<readonly File[]> {
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => {}); // also when nobody waits any more
  const source = {
    size: () => Promise.resolve(plain.sizeBytes),
    stream: (offset: number, length?: number) => streamOf(plain, { offset, length }, fail),
  };
  const directory: CentralDirectory = await Promise.race([failed, Open.custom(source)]).catch((error: unknown) => {
    throw error instanceof Error && error.message === 'FILE_ENDED' ? damagedArchive(name, 'it is no zip') : error;
  });
  return directory.files;
}

function streamOf(
  plain: ByteSource,
  { offset, length }: { offset: number; length: number | undefined },
  fail: (error: unknown) => void,
): Readable {
  const end = length === undefined ? plain.sizeBytes : Math.min(offset + length, plain.sizeBytes);
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = offset; at < end; at += blockBytes) yield await plain.read(at, Math.min(blockBytes, end - at));
  }
  const out = new PassThrough();
  Readable.from(pieces())
    .on('error', (error) => {
      fail(error);
      out.end();
    })
    .pipe(out);
  return out;
}

async function readManifest(
  name: string,
  plain: ByteSource,
  files: readonly File[],
): Promise<{ facts: ArchiveFacts; entries: IndexedEntry[] }> {
  const file = files.find(({ path }) => path === manifestName);
  if (file === undefined) throw damagedArchive(name, 'it has no manifest');
  const { schema, entries, ...facts } = parseManifest(name, await readText(name, plain, file));
  if (schema !== manifestSchema) throw damagedArchive(name, `its manifest is of another kind: ${String(schema)}`);
  const parsed = entries.map(parseEntry).filter((entry) => entry !== undefined);
  if (parsed.length !== entries.length) throw damagedArchive(name, 'its manifest has lines that are no entries');
  return { facts: facts as unknown as ArchiveFacts, entries: parsed };
}

function parseManifest(name: string, text: string): { readonly schema: unknown; readonly entries: readonly unknown[] } {
  try {
    const manifest = JSON.parse(text) as { schema: unknown; entries: unknown };
    if (Array.isArray(manifest.entries)) return { ...manifest, entries: manifest.entries as unknown[] };
  } catch {
    // Told below.
  }
  throw damagedArchive(name, 'its manifest cannot be read');
}

async function readText(name: string, plain: ByteSource, file: File): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const piece of readPlace(name, plain, { name: file.path, place: placeOf(file) })) {
    size += piece.length;
    if (size > largestManifestBytes) throw damagedArchive(name, 'its manifest is larger than any manifest');
    parts.push(piece);
  }
  return Buffer.concat(parts).toString('utf8');
}

function placeOf(file: File): EntryPlace {
  return {
    offset: file.offsetToLocalFileHeader,
    compressedBytes: file.compressedSize,
    method: file.compressionMethod,
  };
}
