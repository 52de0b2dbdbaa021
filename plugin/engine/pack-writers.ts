import type { BlobType } from './format.ts';
import type { IndexedPack } from './index-file.ts';
import { PackWriter } from './pack-writer.ts';
import type { Repository } from './repository.ts';

/** A writer for each kind of blob: a pack holds one kind. */
export class PackWriters {
  readonly data: PackWriter;
  readonly tree: PackWriter;

  /** @param onStored called with each new pack once the repository's store holds it. */
  constructor(repository: Repository, onStored: (pack: IndexedPack) => Promise<void>) {
    this.data = new PackWriter(repository, 'data', onStored);
    this.tree = new PackWriter(repository, 'tree', onStored);
  }

  of(type: BlobType): PackWriter {
    return type === 'data' ? this.data : this.tree;
  }

  /** In new packs so far. */
  get storedBytes(): number {
    return this.data.storedBytes + this.tree.storedBytes;
  }

  get mustWait(): boolean {
    return this.data.mustWait || this.tree.mustWait;
  }

  /** @throws what storing a pack threw. */
  async ready(): Promise<void> {
    await this.data.ready();
    await this.tree.ready();
  }

  /** Stores what is left. Afterwards every blob that was added is in a pack that `onStored` got. @throws what storing threw. */
  async finish(): Promise<void> {
    await this.data.finish();
    await this.tree.finish();
  }
}
