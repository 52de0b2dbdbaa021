/** Copies blobs that are of use out of packs that shall go, sealed as they are: only the seal is checked. */
import { Failure } from '../domain/failure.ts';
import { BlobOpener, damagedBlob, isPossible } from './blob-opener.ts';
import { packKey } from './format.ts';
import type { IndexedPack } from './index-file.ts';
import type { PackedBlob } from './pack-contents.ts';
import { PackWriters } from './pack-writers.ts';
import type { RepositoryIndex } from './repository-index.ts';
import { sha256, type Repository } from './repository.ts';

/** Blobs this near to each other are fetched together… */
const largestGapBytes = 128 * 1024;
/** …up to this much at once. */
const largestRangeBytes = 8 * 1024 * 1024;

export class Repacker {
  readonly #repository: Repository;
  readonly #index: RepositoryIndex;
  readonly #opener: BlobOpener;
  readonly #writers: PackWriters;

  /** @param onStored called with each new pack once the store holds it and it was read back. */
  constructor(repository: Repository, index: RepositoryIndex, onStored: (pack: IndexedPack) => Promise<void>) {
    this.#repository = repository;
    this.#index = index;
    this.#opener = new BlobOpener(repository);
    this.#writers = new PackWriters(repository, async (pack) => {
      await this.#readBack(pack.id);
      await onStored(pack);
    });
  }

  /** In new packs so far. */
  get storedBytes(): number {
    return this.#writers.storedBytes;
  }

  /** Copies these blobs, which lie in the pack in this order. @throws {Failure} `repository-damaged` at the first that is altered. */
  async copy(packId: string, blobs: readonly PackedBlob[]): Promise<void> {
    for (const run of runsOf(blobs)) {
      const first = run[0];
      const last = run.at(-1);
      if (first === undefined || last === undefined) continue;
      const length = last.offset + last.length - first.offset;
      const bytes = await this.#repository.store.readRange(packKey(packId), first.offset, length);
      for (const blob of run)
        await this.#add(blob, bytes.subarray(blob.offset - first.offset).subarray(0, blob.length));
    }
  }

  /** Stores what is left. Afterwards every copied blob is in a pack that `onStored` got. @throws what storing threw. */
  finish(): Promise<void> {
    return this.#writers.finish();
  }

  /** Gives its memory back and waits until nothing of it is under way. Never throws. */
  async close(): Promise<void> {
    this.#opener.close();
    await this.finish().catch(() => undefined);
  }

  async #add(blob: PackedBlob, sealed: Buffer): Promise<void> {
    const id = Buffer.alloc(32);
    const table = this.#index.table(blob.type);
    table.copyId(blob.entry, id, 0);
    if (!isPossible(blob.type, blob)) throw damagedBlob(blob.type, id.toString('hex'), 'claims an impossible size');
    if (sealed.length !== blob.length || !this.#opener.isAuthentic(sealed)) {
      throw damagedBlob(blob.type, id.toString('hex'), 'is not authentic');
    }
    const writer = this.#writers.of(blob.type);
    if (writer.mustWait) await writer.ready();
    writer.addSealed(id, sealed, blob.plainLength);
  }

  async #readBack(packId: string): Promise<void> {
    if (sha256(await this.#repository.store.read(packKey(packId))) === packId) return;
    throw new Failure('repository-damaged', {
      object: `pack ${packId}`,
      problem: 'does not read back as it was written',
    });
  }
}

/** Blobs that are fetched with one request. @param blobs of one pack, in its order. */
export function runsOf(blobs: readonly PackedBlob[]): PackedBlob[][] {
  const runs: PackedBlob[][] = [];
  let start = 0;
  let end = Infinity;
  for (const blob of blobs) {
    const run = runs.at(-1);
    const fits = blob.offset >= end && blob.offset - end <= largestGapBytes;
    if (run !== undefined && fits && blob.offset + blob.length - start <= largestRangeBytes) {
      run.push(blob);
    } else {
      runs.push([blob]);
      start = blob.offset;
    }
    end = blob.offset + blob.length;
  }
  return runs;
}
