/** Brings blobs into a repository of other keys: each is opened, compared with its name, and sealed anew as it was packed. */
import { isFailure } from '../domain/failure.ts';
import { BlobOpener, isPossible } from './blob-opener.ts';
import { packKey } from './format.ts';
import type { IndexedPack } from './index-file.ts';
import type { PackedBlob } from './pack-contents.ts';
import { PackWriters } from './pack-writers.ts';
import { isOneObjectsFault } from './read-fault.ts';
import { runsOf } from './repacker.ts';
import type { RepositoryIndex } from './repository-index.ts';
import type { Repository } from './repository.ts';

export class BlobTransfer {
  readonly #source: Repository;
  readonly #index: RepositoryIndex;
  readonly #opener: BlobOpener;
  readonly #writers: PackWriters;

  /**
   * @param index of the source.
   * @param onStored called with each new pack once the target holds it.
   */
  constructor(
    { source, target }: { readonly source: Repository; readonly target: Repository },
    index: RepositoryIndex,
    onStored: (pack: IndexedPack) => Promise<void>,
  ) {
    this.#source = source;
    this.#index = index;
    this.#opener = new BlobOpener(source);
    this.#writers = new PackWriters(target, onStored);
  }

  /**
   * Brings these blobs over, which lie in the source's pack in this order. @returns those that are not what their names
   * say, or cannot be read. @throws what storing a pack threw; `destination-unreachable` when the source fails as a whole.
   */
  async bring(packId: string, blobs: readonly PackedBlob[]): Promise<PackedBlob[]> {
    const lost: PackedBlob[] = [];
    for (const run of runsOf(blobs)) lost.push(...(await this.#bringRun(packId, run)));
    return lost;
  }

  /** Stores what is left. Afterwards every blob that was brought is in a pack that `onStored` got. @throws what storing threw. */
  finish(): Promise<void> {
    return this.#writers.finish();
  }

  /** Gives its memory back and waits until nothing of it is under way. Never throws. */
  async close(): Promise<void> {
    this.#opener.close();
    await this.finish().catch(() => undefined);
  }

  /** Where blobs cannot be fetched together, one by one: a bad sector spoils only what lies on it. */
  async #bringRun(packId: string, run: readonly PackedBlob[]): Promise<PackedBlob[]> {
    const [first] = run;
    const last = run.at(-1);
    if (first === undefined || last === undefined) return [];
    const bytes = await this.#fetch(packId, first.offset, last.offset + last.length - first.offset);
    const lost: PackedBlob[] = [];
    if (bytes === undefined) {
      if (run.length === 1) return [first];
      for (const blob of run) lost.push(...(await this.#bringRun(packId, [blob])));
      return lost;
    }
    for (const blob of run) {
      const sealed = bytes.subarray(blob.offset - first.offset).subarray(0, blob.length);
      if (!(await this.#add(blob, sealed))) lost.push(blob);
    }
    return lost;
  }

  async #fetch(packId: string, offset: number, length: number): Promise<Buffer | undefined> {
    try {
      return await this.#source.store.readRange(packKey(packId), offset, length);
    } catch (error) {
      if (!(await isOneObjectsFault(this.#source, error))) throw error;
      return undefined;
    }
  }

  /** @returns whether the blob is whole. */
  async #add(blob: PackedBlob, sealed: Buffer): Promise<boolean> {
    const { type, plainLength } = blob;
    if (sealed.length !== blob.length || !isPossible(type, blob)) return false;
    const writer = this.#writers.of(type);
    if (writer.mustWait) await writer.ready();
    const packed = this.#unpack(blob, sealed);
    if (packed === undefined) return false;
    const id = Buffer.alloc(32);
    this.#index.table(type).copyId(blob.entry, id, 0);
    writer.addPacked(id, packed, plainLength);
    return true;
  }

  /** What the seal holds, after it was compared with the blob's name. Valid until the next call. */
  #unpack({ type, entry, plainLength }: PackedBlob, sealed: Buffer): Buffer | undefined {
    const id = this.#index.table(type).idHex(entry);
    try {
      this.#opener.open(type, id, sealed, plainLength);
      return this.#opener.unseal({ type, id, plainLength }, sealed);
    } catch (error) {
      if (isFailure(error, 'repository-damaged')) return undefined;
      throw error;
    }
  }
}
