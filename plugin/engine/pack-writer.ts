import type { Arena, CompressionEffort } from '../contracts/codec.ts';
import {
  compressedEntryBytes,
  headerLengthBytes,
  nonceBytes,
  packKey,
  packTargetBytes,
  sealOverheadBytes,
  treePackTargetBytes,
  type BlobType,
} from './format.ts';
import type { IndexedPack } from './index-file.ts';
import { parseEntries, writeEntry, type PackEntry } from './pack-header.ts';
import type { Repository } from './repository.ts';

/** Room for the largest chunk Larder cuts, beyond the target. Larger blobs get an arena of their own. */
const blobRoomBytes = 2 * 1024 * 1024 + 65_536;
const largestBlobCount = 10_000;
const headerRoomBytes = largestBlobCount * compressedEntryBytes + sealOverheadBytes + headerLengthBytes;

/** A blob that the repository does not have yet. */
export interface NewBlob {
  readonly id: Buffer;
  readonly effort: CompressionEffort;
}

/**
 * Fills packs of one type: compresses and seals each blob straight into the pack's memory, and has full packs
 * stored while the next is being filled. A pack is known to `onStored` only after the store holds it.
 */
export class PackWriter {
  readonly #repository: Repository;
  readonly #type: BlobType;
  readonly #onStored: (pack: IndexedPack) => Promise<void>;
  readonly #arenaBytes: number;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #limitInFlight: number;
  #arena: Arena | undefined;
  #entries: PackEntry[] = [];
  #position = 0;
  #failure: Error | undefined;
  storedBytes = 0;

  constructor(repository: Repository, type: BlobType, onStored: (pack: IndexedPack) => Promise<void>) {
    this.#repository = repository;
    this.#type = type;
    this.#onStored = onStored;
    this.#arenaBytes = (type === 'data' ? packTargetBytes + blobRoomBytes : treePackTargetBytes * 2) + headerRoomBytes;
    this.#limitInFlight = type === 'data' ? 2 : 1;
  }

  /** True when a caller should await `ready` before it adds more: every arena is on its way to the store. */
  get mustWait(): boolean {
    return this.#inFlight.size > this.#limitInFlight || this.#failure !== undefined;
  }

  /** @throws whatever storing a pack threw: after that the run has failed. */
  async ready(): Promise<void> {
    while (this.#inFlight.size > this.#limitInFlight) await Promise.race(this.#inFlight);
    this.#rethrow();
  }

  /** Compresses, seals and adds one blob. Its id is copied. */
  add({ id, effort }: NewBlob, source: Arena, offset: number, length: number): void {
    const arena = this.#arenaFor(length + sealOverheadBytes);
    const at = this.#position;
    const { codec } = this.#repository.workspace;
    let stored = codec.compress(source, offset, length, arena, at + nonceBytes, effort);
    const compressed = stored > 0;
    if (!compressed) {
      source.bytes.copy(arena.bytes, at + nonceBytes, offset, offset + length);
      stored = length;
    }
    const sealed = this.#repository.sealer.seal(arena, at, stored);
    this.#append(id, sealed, compressed ? length : 0);
  }

  /** Adds a blob that is sealed already, as it is. `id` is copied. */
  addSealed(id: Buffer, sealed: Buffer, plainLength: number): void {
    const arena = this.#arenaFor(sealed.length);
    sealed.copy(arena.bytes, this.#position);
    this.#append(id, sealed.length, plainLength);
  }

  /** Seals and adds a blob that is compressed already, or never was: then `plainLength` is 0. `id` is copied. */
  addPacked(id: Buffer, packed: Buffer, plainLength: number): void {
    const arena = this.#arenaFor(packed.length + sealOverheadBytes);
    packed.copy(arena.bytes, this.#position + nonceBytes);
    const sealed = this.#repository.sealer.seal(arena, this.#position, packed.length);
    this.#append(id, sealed, plainLength);
  }

  /** Stores what is left and waits for everything. @throws whatever storing a pack threw. */
  async finish(): Promise<void> {
    this.#close();
    await Promise.all(this.#inFlight);
    this.#rethrow();
  }

  #append(id: Buffer, length: number, plainLength: number): void {
    this.#entries.push({ type: this.#type, id: Buffer.from(id), offset: this.#position, length, plainLength });
    this.#position += length;
    const target = this.#type === 'data' ? packTargetBytes : treePackTargetBytes;
    if (this.#position >= target || this.#entries.length >= largestBlobCount) this.#close();
  }

  #arenaFor(sealedLength: number): Arena {
    const room = (arena: Arena): boolean => this.#position + sealedLength + headerRoomBytes <= arena.bytes.length;
    if (this.#arena !== undefined && !room(this.#arena)) this.#close();
    this.#arena ??= this.#repository.workspace.borrow(Math.max(this.#arenaBytes, sealedLength + headerRoomBytes));
    return this.#arena;
  }

  /** Seals the header, names the pack and sends it off. */
  #close(): void {
    const arena = this.#arena;
    if (arena === undefined || this.#entries.length === 0) return;
    const blobBytes = this.#position;
    const headerLength = this.#writeHeader(arena, blobBytes);
    arena.bytes.writeUInt32LE(headerLength, blobBytes + headerLength);
    const total = blobBytes + headerLength + headerLengthBytes;
    const { codec } = this.#repository.workspace;
    codec.hash(arena, 0, total);
    const id = codec.digest.toString('hex');
    this.#send(id, arena, total);
    this.#arena = undefined;
    this.#entries = [];
    this.#position = 0;
  }

  #writeHeader(arena: Arena, start: number): number {
    let length = 0;
    for (const entry of this.#entries) length += writeEntry(arena.bytes, start + nonceBytes + length, entry);
    verifyHeader(arena.bytes.subarray(start + nonceBytes, start + nonceBytes + length), start, this.#entries.length);
    return this.#repository.sealer.seal(arena, start, length);
  }

  #send(id: string, arena: Arena, total: number): void {
    const blobs = this.#entries.map((entry) => ({ ...entry, id: entry.id.toString('hex') }));
    const storing = this.#store(id, arena, total)
      .then(() => this.#onStored({ id, blobs }))
      .catch((error: unknown) => {
        this.#failure ??= error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => this.#inFlight.delete(storing));
    this.#inFlight.add(storing);
  }

  async #store(id: string, arena: Arena, total: number): Promise<void> {
    await this.#repository.store.write(packKey(id), arena.bytes.subarray(0, total));
    this.storedBytes += total;
    this.#repository.workspace.giveBack(arena);
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** A pack is readable only through its header: read it back before it is sealed. */
function verifyHeader(header: Buffer, blobBytes: number, count: number): void {
  const entries = parseEntries(header, 'being written');
  const last = entries.at(-1);
  if (entries.length !== count || last === undefined || last.offset + last.length !== blobBytes) {
    throw new Error('a pack header does not describe its pack');
  }
}
