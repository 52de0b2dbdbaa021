/** Opens an archive at its destination: by the index beside it, or, where that is lost, by the zip alone. */
import type { ArchiveStore } from '../contracts/archive-store.ts';
import type { ByteSource } from '../contracts/byte-source.ts';
import type { NeededZip } from '../domain/archive-chain.ts';
import { openAgeHeader, openAgePayload } from './age-open.ts';
import type { ArchiveFacts, SealedZip } from './archive-facts.ts';
import { openIndex, type ArchiveIndex } from './archive-index.ts';
import type { EntryOrder, IndexedEntry } from './archived-entry.ts';
import { damagedArchive } from './damaged-archive.ts';
import { indexKey, zipKey } from './make-archive.ts';
import { readEntry } from './read-entry.ts';
import { readPieces, sourceOf, withBeginning } from './sealed-object.ts';

/** An archive with everything it needs of its full one. */
export interface ReadableArchive {
  readonly facts: ArchiveFacts;
  /** Its own zip and, for a differential one, its full one's, as they were when it was made. */
  readonly zips: readonly NeededZip[];
  /** Every entry from `from` on, or all, in the order of `compareEntries`. @throws {Failure} `archive-damaged`. */
  entries(from?: EntryOrder): AsyncIterable<IndexedEntry>;
  find(key: EntryOrder): Promise<IndexedEntry | undefined>;
  /** The bytes of a file or a dump. @throws {Failure} `archive-damaged` at the end at the latest. */
  read(entry: IndexedEntry): AsyncIterable<Buffer>;
  /** Its own zip as it is under the seal, from an offset to its end. @throws {Failure} `archive-damaged`. */
  readRest(offset: number): AsyncIterable<Buffer>;
}

export interface ArchiveAddress {
  readonly store: ArchiveStore;
  readonly folder: string;
  readonly name: string;
  /** `AGE-SECRET-KEY-1…` */
  readonly identities: readonly string[];
}

/** Head and directory of an index come with its first request; an index smaller than this whole. */
const indexBeginningBytes = 256 * 1024;

/** @throws {Failure} `archive-damaged`, `key-unusable`, `not-found`, `destination-unreachable`. */
export async function openIndexOf(address: ArchiveAddress, sizeBytes: number): Promise<ArchiveIndex> {
  const { store, folder, name, identities } = address;
  const key = indexKey(folder, name);
  return openSealedIndex(key, withBeginning(sourceOf(store, key, sizeBytes), indexBeginningBytes), identities);
}

/** @param sealed the index object, also one that is kept at hand. */
export async function openSealedIndex(
  key: string,
  sealed: ByteSource,
  identities: readonly string[],
): Promise<ArchiveIndex> {
  const plain = openAgePayload(key, sealed, await openAgeHeader(key, sealed, identities));
  return openIndex(key, plain);
}

export function readByIndex({ store, folder }: ArchiveAddress, index: ArchiveIndex): ReadableArchive {
  const { facts, zip, fullZip } = index.head;
  const here = openZip(store, zipKey(folder, facts.name), zip);
  const full = facts.full === undefined || !fullZip ? undefined : openZip(store, zipKey(folder, facts.full), fullZip);
  const own = { name: facts.name, sealedBytes: zip.sealedBytes };
  return {
    facts,
    zips: facts.full === undefined ? [own] : [own, { name: facts.full, sealedBytes: fullZip?.sealedBytes ?? 0 }],
    entries: (from) => index.entries(from),
    find: (key) => index.find(key),
    read(entry) {
      const source = entry.in === 'full' ? full : here;
      if (source === undefined) throw damagedArchive(facts.name, 'its full archive is not named');
      return readEntry(facts.name, source, entry);
    },
    readRest: (offset) => readPieces(here, offset),
  };
}

function openZip(store: ArchiveStore, key: string, { sealedBytes, payload }: SealedZip): ByteSource {
  return openAgePayload(key, sourceOf(store, key, sealedBytes), payload);
}
