/**
 * The index beside a zip: every entry with its place, in blocks that can be read one by one, and what opens the zips.
 * With it one file takes three requests: the head, the entry's block, the file.
 *
 * Plain bytes: `LARDIDX1`, length of the head (4 bytes, little endian), head, blocks. Head and blocks are zstd frames of
 * JSON: the head one object, a block one entry a line.
 */
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ByteSource } from '../contracts/byte-source.ts';
import type { ArchiveFacts, SealedZip } from './archive-facts.ts';
import { compareEntries, type EntryOrder, type IndexedEntry } from './archived-entry.ts';
import { damagedArchive } from './damaged-archive.ts';
import { packLines, unpackLines } from './line-spool.ts';
import { parseEntry } from './parse-entry.ts';

const magic = Buffer.from('LARDIDX1');
const entriesPerBlock = 512;
const largestHeadBytes = 256 * 1024 * 1024;

export interface IndexHead {
  readonly facts: ArchiveFacts;
  readonly zip: SealedZip;
  /** Of a differential archive: the zip of its full one. */
  readonly fullZip: SealedZip | undefined;
}

interface StoredZip {
  readonly sealedBytes: number;
  readonly payloadOffset: number;
  /** Base64. */
  readonly payloadKey: string;
}

interface StoredHead {
  readonly facts: ArchiveFacts;
  readonly zip: StoredZip;
  readonly fullZip?: StoredZip;
  readonly blocks: readonly StoredBlock[];
}

interface StoredBlock {
  /** The first entry in it, as far as its order goes. */
  readonly first: EntryOrder;
  readonly bytes: number;
}

/** @param entries in the order of `compareEntries`. */
export function packIndex(head: IndexHead, entries: Iterable<IndexedEntry>): Buffer {
  const packed: Buffer[] = [];
  const blocks: StoredBlock[] = [];
  for (const lines of inBlocks(entries)) {
    const block = packLines(lines);
    packed.push(block);
    const { name, type, path } = lines[0];
    blocks.push({ first: { name, type, ...(path === undefined ? {} : { path }) }, bytes: block.length });
  }
  const { facts, zip, fullZip } = head;
  const stored: StoredHead = {
    facts,
    zip: storeZip(zip),
    ...(fullZip === undefined ? {} : { fullZip: storeZip(fullZip) }),
    blocks,
  };
  const headFrame = zstdCompressSync(Buffer.from(JSON.stringify(stored)));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(headFrame.length);
  return Buffer.concat([magic, length, headFrame, ...packed]);
}

function* inBlocks(entries: Iterable<IndexedEntry>): Generator<[IndexedEntry, ...IndexedEntry[]]> {
  let open: IndexedEntry[] = [];
  for (const entry of entries) {
    open.push(entry);
    if (open.length < entriesPerBlock) continue;
    yield open as [IndexedEntry, ...IndexedEntry[]];
    open = [];
  }
  if (open.length > 0) yield open as [IndexedEntry, ...IndexedEntry[]];
}

/** @throws {Failure} `archive-damaged`; what the source throws. */
export async function openIndex(name: string, source: ByteSource): Promise<ArchiveIndex> {
  const start = await source.read(0, Math.min(source.sizeBytes, magic.length + 4));
  if (!start.subarray(0, magic.length).equals(magic)) throw damagedArchive(name, 'it is no index');
  const headBytes = start.readUInt32LE(magic.length);
  try {
    const frame = await source.read(start.length, headBytes);
    const text = zstdDecompressSync(frame, { maxOutputLength: largestHeadBytes }).toString('utf8');
    return new ArchiveIndex(name, source, JSON.parse(text) as StoredHead, start.length + headBytes);
  } catch (error) {
    if (error instanceof SyntaxError) throw damagedArchive(name, 'its head is no JSON');
    throw error;
  }
}

export class ArchiveIndex {
  readonly #name: string;
  readonly #source: ByteSource;
  readonly #blocks: readonly (StoredBlock & { readonly offset: number })[];
  readonly head: IndexHead;

  constructor(name: string, source: ByteSource, stored: StoredHead, offset: number) {
    this.#name = name;
    this.#source = source;
    let at = offset;
    this.#blocks = stored.blocks.map((block) => {
      at += block.bytes;
      return { ...block, offset: at - block.bytes };
    });
    const { facts, zip, fullZip } = stored;
    this.head = { facts, zip: loadZip(zip), fullZip: fullZip === undefined ? undefined : loadZip(fullZip) };
  }

  /** Every entry from `from` on, or all, in order. */
  async *entries(from?: EntryOrder): AsyncGenerator<IndexedEntry> {
    for (let index = from === undefined ? 0 : this.#blockOf(from); index < this.#blocks.length; index++) {
      for (const entry of await this.#read(index)) {
        if (from === undefined || compareEntries(entry, from) >= 0) yield entry;
      }
    }
  }

  async find(key: EntryOrder): Promise<IndexedEntry | undefined> {
    for await (const entry of this.entries(key)) return compareEntries(entry, key) === 0 ? entry : undefined;
    return undefined;
  }

  /** The last block whose first entry does not come after `key`. */
  #blockOf(key: EntryOrder): number {
    let low = 0;
    let high = this.#blocks.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      const first = this.#blocks[middle]?.first;
      if (first !== undefined && compareEntries(first, key) <= 0) low = middle;
      else high = middle;
    }
    return low;
  }

  async #read(index: number): Promise<IndexedEntry[]> {
    const block = this.#blocks[index];
    if (block === undefined) return [];
    const frame = await this.#source.read(block.offset, block.bytes);
    const lines = linesOf(frame);
    const entries = lines?.map(parseEntry).filter((entry) => entry !== undefined);
    if (entries === undefined || entries.length !== lines?.length)
      throw damagedArchive(this.#name, 'a block of it cannot be read');
    return entries;
  }
}

function linesOf(frame: Buffer): unknown[] | undefined {
  try {
    return unpackLines(frame);
  } catch {
    return undefined;
  }
}

function storeZip({ sealedBytes, payload }: SealedZip): StoredZip {
  return { sealedBytes, payloadOffset: payload.offset, payloadKey: payload.key.toString('base64') };
}

function loadZip({ sealedBytes, payloadOffset, payloadKey }: StoredZip): SealedZip {
  return { sealedBytes, payload: { offset: payloadOffset, key: Buffer.from(payloadKey, 'base64') } };
}
