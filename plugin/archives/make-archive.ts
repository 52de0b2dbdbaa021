/**
 * Makes one archive: the home as it is now (and dumps of databases) as a zip, sealed while it is written, and the index
 * beside it. A differential archive holds the bytes of what differs from its full one, and a manifest of everything.
 */
import { createHash, type Hash } from 'node:crypto';
import type { ArchiveStore, ArchiveUpload } from '../contracts/archive-store.ts';
import type { ZipEntry, ZipSink, ZipWriter } from '../contracts/zip-writer.ts';
import { openAgeSealer, type AgeSealer } from './age-seal.ts';
import { manifestName, manifestSchema, sumsName, type ArchiveFacts } from './archive-facts.ts';
import { packIndex, type ArchiveIndex } from './archive-index.ts';
import { compareEntries, type ArchivedEntry, type EntryPlace, type IndexedEntry } from './archived-entry.ts';
import { LineSpool } from './line-spool.ts';
import { DirectoryTail, type ZipPlace } from './zip-directory.ts';

export interface ArchiveOrder {
  /** Where the objects' keys begin, such as `maria-1f00aa22`. */
  readonly folder: string;
  readonly name: string;
  readonly recipients: readonly string[];
  /** For a differential archive: the index of its full one. */
  readonly full: ArchiveIndex | undefined;
  openZip(sink: ZipSink): Promise<ZipWriter>;
  /** Sees the zip as it is sent. */
  readonly onSealed?: (bytes: Uint8Array) => void;
  /** Adds everything to the archive. @returns what the facts say of it. */
  fill(archive: OpenArchive): Promise<Omit<ArchiveFacts, 'name' | 'filesHere' | 'bytesHere'>>;
}

export interface MadeArchive {
  readonly facts: ArchiveFacts;
  readonly sealedBytes: number;
  readonly indexBytes: number;
  /** The index object as it was stored, to be kept at hand. */
  readonly index: Buffer;
  /** The same before it was sealed. Secret: it holds the key of the zip. */
  readonly plainIndex: Buffer;
}

export const zipKey = (folder: string, name: string): string => `${folder}/${name}.zip.age`;
export const indexKey = (folder: string, name: string): string => `${folder}/${name}.index.age`;
/** The key of an account with a passphrase of its own, wrapped: `age -d -i` asks for the passphrase. */
export const ownKeyObject = (folder: string, recipient: string): string =>
  `${folder}/own-key-${recipient.slice(-12)}.age`;

/**
 * Stores an archive: the zip first, then the index. There is no archive without both.
 * @throws {Failure} what the store, the zip and `fill` throw; nothing is left at the destination then.
 */
export async function makeArchive(store: ArchiveStore, order: ArchiveOrder): Promise<MadeArchive> {
  const upload = await store.create(zipKey(order.folder, order.name));
  let isStored = false;
  try {
    const { archive, facts, sealer } = await writeZip(upload, order);
    await upload.finish();
    isStored = true;
    const zip = { sealedBytes: sealer.sealedBytes, payload: sealer.payload };
    const plain = packIndex({ facts, zip, fullZip: order.full?.head.zip }, archive.placed());
    const index = await seal(order.recipients, plain);
    await storeWhole(store, indexKey(order.folder, order.name), index);
    return { facts, sealedBytes: sealer.sealedBytes, indexBytes: index.length, index, plainIndex: plain };
  } catch (error) {
    // Why it failed is told, also where a zip without an index has to stay.
    await (isStored ? store.remove(zipKey(order.folder, order.name)).catch(() => {}) : upload.abort());
    throw error;
  }
}

async function writeZip(upload: ArchiveUpload, order: ArchiveOrder) {
  const sealer = await openAgeSealer(order.recipients, (bytes) => {
    order.onSealed?.(bytes);
    return upload.write(bytes);
  });
  const tail = new DirectoryTail();
  const zip = await order.openZip(async (bytes) => {
    tail.add(bytes);
    await sealer.write(bytes);
  });
  try {
    const archive = new OpenArchive(zip, tail);
    const facts = { ...(await order.fill(archive)), name: order.name, ...archive.counts };
    await archive.end(facts);
    await zip.finish();
    await sealer.finish();
    return { archive, facts, sealer };
  } finally {
    await zip.close();
  }
}

/** Takes entries in the order of `compareEntries`. */
export class OpenArchive {
  readonly #zip: ZipWriter;
  readonly #tail: DirectoryTail;
  readonly #entries = new LineSpool<IndexedEntry>();
  /** In the order of the zip, which is that in which a server gives them. */
  readonly #dumps: Dump[] = [];
  #filesHere = 0;
  #bytesHere = 0;

  constructor(zip: ZipWriter, tail: DirectoryTail) {
    this.#zip = zip;
    this.#tail = tail;
  }

  get counts(): { filesHere: number; bytesHere: number } {
    return { filesHere: this.#filesHere, bytesHere: this.#bytesHere };
  }

  /** Something whose bytes, if it has any, are in the full archive. */
  keep(entry: IndexedEntry): void {
    this.#entries.add(entry);
  }

  async folder(entry: ArchivedEntry): Promise<void> {
    await this.#zip.folder(this.#expect(entry, false));
    this.#entries.add({ ...entry, in: 'this' });
  }

  async symlink(entry: ArchivedEntry, target: string | undefined): Promise<void> {
    if (target !== undefined) await this.#zip.symlink(this.#expect(entry, false), target);
    this.#entries.add({ ...entry, ...(target === undefined ? {} : { in: 'this' as const }) });
  }

  /** A file whose content is at hand; its bytes are the archive's from then on. */
  async file(entry: ArchivedEntry, content: Buffer, compress: boolean): Promise<void> {
    const sha256 = createHash('sha256').update(content).digest('hex');
    await this.#zip.file(this.#expect(entry, compress), content);
    this.#add({ ...entry, size: content.length, sha256, in: 'this' });
  }

  /** A file of any size. */
  async beginFile(entry: ArchivedEntry, compress: boolean): Promise<OpenEntry> {
    await this.#zip.beginFile(this.#expect(entry, compress));
    return new OpenEntry(this.#zip, (size, sha256) => this.#add({ ...entry, size, sha256, in: 'this' }));
  }

  /** A file of a database, behind all of the home. What comes until `keepDumps` or `dropDumps` belongs together. */
  async dump(entry: ArchivedEntry, content: Buffer, compress: boolean): Promise<void> {
    const sha256 = createHash('sha256').update(content).digest('hex');
    await this.#zip.file(this.#expect(entry, compress), content);
    this.#dumps.push({ entry: { ...entry, size: content.length, sha256, in: 'this' }, state: 'open' });
  }

  /** The same of any size. */
  async beginDump(entry: ArchivedEntry, compress: boolean): Promise<OpenEntry> {
    await this.#zip.beginFile(this.#expect(entry, compress));
    return new OpenEntry(this.#zip, (size, sha256) => {
      this.#dumps.push({ entry: { ...entry, size, sha256, in: 'this' }, state: 'open' });
    });
  }

  /** One whose bytes are in the full archive. */
  keepDump(entry: IndexedEntry): void {
    this.#dumps.push({ entry, state: 'open' });
  }

  keepDumps(): void {
    for (const dump of this.#dumps.filter(({ state }) => state === 'open')) {
      dump.state = 'kept';
      if (dump.entry.in !== 'this') continue;
      this.#filesHere++;
      this.#bytesHere += dump.entry.size;
    }
  }

  /** They are in the zip, and nothing names them: what is not whole is no dump. */
  dropDumps(): void {
    for (const dump of this.#dumps.filter(({ state }) => state === 'open')) dump.state = 'dropped';
  }

  /** Writes the manifest and the sums as the last entries. */
  async end(facts: ArchiveFacts): Promise<void> {
    await this.#text(sumsName, facts, this.#sums());
    await this.#text(manifestName, facts, this.#manifest(facts));
  }

  /** Every entry with its place, once the zip is written. @throws when the zip holds something else. */
  *placed(): Generator<IndexedEntry> {
    const places = this.#tail.read().values();
    for (const entry of this.#entries)
      yield entry.in === 'this' ? { ...entry, place: placeOf(entry, places.next().value) } : entry;
    const placed = new Map<IndexedEntry, EntryPlace>();
    for (const { entry } of this.#dumps) {
      if (entry.in === 'this') placed.set(entry, placeOf(entry, places.next().value));
    }
    for (const entry of this.#keptDumps()) {
      const place = placed.get(entry);
      yield place === undefined ? entry : { ...entry, place };
    }
  }

  /** In the order of entries. */
  #keptDumps(): IndexedEntry[] {
    const kept = this.#dumps.filter(({ state }) => state === 'kept').map(({ entry }) => entry);
    return kept.toSorted(compareEntries);
  }

  *#all(): Generator<IndexedEntry> {
    yield* this.#entries;
    yield* this.#keptDumps();
  }

  #add(entry: IndexedEntry): void {
    this.#filesHere++;
    this.#bytesHere += entry.size;
    this.#entries.add(entry);
  }

  #expect(entry: ArchivedEntry, compress: boolean): ZipEntry {
    this.#tail.expect(`${entry.name}/`);
    return zipEntry(entry, compress);
  }

  async #text(name: string, facts: ArchiveFacts, lines: Iterable<string>): Promise<void> {
    this.#tail.expect(name);
    await this.#zip.beginFile({ name, mode: 0o600, modified: new Date(facts.finishedAt), compress: true });
    for (const piece of inPieces(lines)) await this.#zip.data(Buffer.from(piece));
    await this.#zip.endFile();
  }

  /** `sha256sum -c` in the folder where it was unpacked. */
  *#sums(): Generator<string> {
    for (const { in: where, sha256, name } of this.#all()) {
      if (where === 'this' && sha256 !== undefined) yield `${sha256}  ${name}\n`;
    }
  }

  *#manifest(facts: ArchiveFacts): Generator<string> {
    yield `${JSON.stringify({ schema: manifestSchema, ...facts }).slice(0, -1)},"entries":[\n`;
    let isFirst = true;
    for (const { place: _, ...entry } of this.#all()) {
      yield `${isFirst ? '' : ',\n'}${JSON.stringify(entry)}`;
      isFirst = false;
    }
    yield '\n]}\n';
  }
}

interface Dump {
  readonly entry: IndexedEntry;
  state: 'open' | 'kept' | 'dropped';
}

/** A file that is being written into an archive. */
export class OpenEntry {
  readonly #zip: ZipWriter;
  readonly #onEnd: (size: number, sha256: string) => void;
  readonly #hash: Hash = createHash('sha256');
  #size = 0;

  constructor(zip: ZipWriter, onEnd: (size: number, sha256: string) => void) {
    this.#zip = zip;
    this.#onEnd = onEnd;
  }

  /** The bytes are the archive's from then on. */
  async write(bytes: Buffer): Promise<void> {
    this.#hash.update(bytes);
    this.#size += bytes.length;
    await this.#zip.data(bytes);
  }

  async end(): Promise<void> {
    await this.#zip.endFile();
    this.#onEnd(this.#size, this.#hash.digest('hex'));
  }
}

function zipEntry({ name, mode, modified }: ArchivedEntry, compress: boolean): ZipEntry {
  return { name, mode: mode & 0o777, modified: new Date(Number(modified.split('.')[0]) * 1000), compress };
}

function placeOf({ name, type }: IndexedEntry, found: ZipPlace | undefined): EntryPlace {
  const expected = type === 'folder' ? `${name}/` : name;
  if (found?.name !== expected)
    throw new Error(`the zip holds ${found?.name ?? 'nothing'} where ${expected} was written`);
  const { offset, compressedBytes, method } = found;
  return { offset, compressedBytes, method };
}

const pieceCharacters = 65_536;

function* inPieces(lines: Iterable<string>): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length < pieceCharacters) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

/** Seals what is in memory. */
async function seal(recipients: readonly string[], plain: Buffer): Promise<Buffer> {
  const parts: Buffer[] = [];
  const sealer: AgeSealer = await openAgeSealer(recipients, (bytes) =>
    Promise.resolve(void parts.push(Buffer.from(bytes))),
  );
  await sealer.write(plain);
  await sealer.finish();
  return Buffer.concat(parts);
}

/** @throws {Failure} what the store throws; then nothing of it is there. */
export async function storeWhole(store: ArchiveStore, key: string, bytes: Buffer): Promise<void> {
  const upload = await store.create(key);
  try {
    await upload.write(bytes);
    await upload.finish();
  } catch (error) {
    await upload.abort();
    throw error;
  }
}
