import { largestIndexBlobs } from './format.ts';
import { indexedPackJson, indexFileJson, type IndexedPack } from './index-file.ts';

/** Collects new packs and stores an index file whenever enough have come together, so that memory stays bounded. */
export class IndexWriter {
  readonly #save: (json: string) => Promise<string>;
  #packs: string[] = [];
  #blobs = 0;
  #saving: Promise<unknown> = Promise.resolve();
  readonly #written: string[] = [];

  /** @param save stores one index file and returns its id. */
  constructor(save: (json: string) => Promise<string>) {
    this.#save = save;
  }

  /** The pack must already be stored. Settles when an index file that became due is stored. */
  async add(pack: IndexedPack): Promise<void> {
    this.#packs.push(indexedPackJson(pack));
    this.#blobs += pack.blobs.length;
    if (this.#blobs >= largestIndexBlobs) await this.flush();
  }

  /** Stores what is left. @returns the ids of all index files stored so far. */
  async flush(): Promise<readonly string[]> {
    const packs = this.#packs;
    this.#packs = [];
    this.#blobs = 0;
    if (packs.length > 0) {
      this.#saving = this.#saving.then(async () => this.#written.push(await this.#save(indexFileJson(packs))));
    }
    await this.#saving;
    return this.#written;
  }
}
