import type { Arena } from '../contracts/codec.ts';
import type { BlobType } from './format.ts';
import { IndexWriter } from './index-writer.ts';
import type { NewBlob } from './pack-writer.ts';
import { PackWriters } from './pack-writers.ts';
import type { RepositoryIndex } from './repository-index.ts';
import type { Repository } from './repository.ts';

/** Rows of databases are data that is worth compressing densely. */
export type BlobContent = BlobType | 'rows';

/** Takes blobs in: what the repository has is only named, what is new goes into a pack. */
export class BlobWriter {
  readonly #repository: Repository;
  readonly #loadIndex: () => Promise<RepositoryIndex>;
  #index: RepositoryIndex | undefined;
  readonly #packs: PackWriters;
  readonly #indexWriter: IndexWriter;
  readonly #helper: BlobHelper | undefined;
  readonly #signal: AbortSignal | undefined;
  /** Id of the blob that `store` took last: 32 bytes. */
  readonly id = Buffer.alloc(32);
  readonly #idWords = new Int32Array(this.id.buffer, this.id.byteOffset, 8);
  readonly #quick: NewBlob = { id: this.id, effort: 'quick' };
  readonly #dense: NewBlob = { id: this.id, effort: 'dense' };
  newDataBlobs = 0;
  newTreeBlobs = 0;

  /**
   * @param loadIndex called when the first blob comes: a run that finds nothing new never loads an index.
   * @param options a thread that packs blobs for this one; a signal after which no blob is taken in any more.
   */
  constructor(repository: Repository, loadIndex: () => Promise<RepositoryIndex>, options: BlobWriterOptions = {}) {
    this.#repository = repository;
    this.#loadIndex = loadIndex;
    this.#helper = options.helper;
    this.#signal = options.signal;
    this.#indexWriter = new IndexWriter((json) => repository.saveUnpacked('index', json));
    this.#packs = new PackWriters(repository, (pack) => this.#indexWriter.add(pack));
  }

  /** What the repository grew by so far, without indexes and snapshot. */
  get storedBytes(): number {
    return this.#packs.storedBytes + (this.#helper?.storedBytes ?? 0);
  }

  /** True when `ready` must be awaited before the next `store`. */
  get mustWait(): boolean {
    return this.#index === undefined || this.#packs.mustWait;
  }

  /** @throws what storing a pack threw. */
  async ready(): Promise<void> {
    this.#index ??= await this.#loadIndex();
    await this.#packs.ready();
  }

  /** Stores the bytes as a blob unless the repository has it; leaves its id in `id`. @returns whether it is new. */
  store(content: BlobContent, source: Arena, offset: number, length: number): boolean {
    const type = content === 'tree' ? 'tree' : 'data';
    const { codec } = this.#repository.workspace;
    codec.hash(source, offset, length);
    codec.digest.copy(this.id);
    this.#signal?.throwIfAborted();
    if (this.#index === undefined) throw new Error('a blob came before `ready`');
    if (this.#index.table(type).add(this.#idWords) < 0) return false;
    if (type === 'data') this.newDataBlobs++;
    else this.newTreeBlobs++;
    const blob = content === 'rows' ? this.#dense : this.#quick;
    if (type === 'data' && this.#helper?.offer(blob, source, offset, length)) return true;
    this.#packs.of(type).add(blob, source, offset, length);
    return true;
  }

  /** After this every blob is stored and in a stored index. @throws what storing threw: then no snapshot may be written. */
  async finish(): Promise<void> {
    await this.#packs.finish();
    await this.#helper?.finish();
    await this.#indexWriter.flush();
  }
}

export interface BlobWriterOptions {
  readonly helper?: BlobHelper | undefined;
  readonly signal?: AbortSignal;
}

/** Another thread that compresses, seals and stores data blobs into the same repository. */
export interface BlobHelper {
  readonly storedBytes: number;
  /** Takes a copy of the blob, or says no when it has no room now. */
  offer(blob: NewBlob, source: Arena, offset: number, length: number): boolean;
  /** Waits until all that it took is stored and indexed. @throws when it failed. */
  finish(): Promise<void>;
}
