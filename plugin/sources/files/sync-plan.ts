import type { FileWriting } from '../../contracts/file-writing.ts';

/** So many files are made safe one by one; more of them cost less when the whole file system is synced once. */
const mostSyncedAlone = 16;

/**
 * How what was written is made safe on disk. Syncing the file system waits for everybody's writes, which on a busy
 * server takes seconds: too long for one file, cheap for thousands.
 */
export class SyncPlan {
  readonly #writing: FileWriting;
  #files = 0;
  #expectsMany = false;

  constructor(writing: FileWriting) {
    this.#writing = writing;
  }

  /** Where true, every file written so far is safe. */
  get isOneByOne(): boolean {
    return !this.#writing.syncsAtOnce || (!this.#expectsMany && this.#files <= mostSyncedAlone);
  }

  expectMany(): void {
    this.#expectsMany = true;
  }

  /** A file is written. @returns 0 or a negative error number. */
  endFile(descriptor: number): number {
    this.#files++;
    return this.isOneByOne ? this.#writing.syncFile(descriptor) : 0;
  }

  endFolder(descriptor: number): void {
    if (this.isOneByOne) this.#writing.syncFile(descriptor);
  }

  /** Files under temporary names are about to take their places. @returns 0 or a negative error number. */
  async beforePlacing(target: number): Promise<number> {
    return this.isOneByOne ? 0 : this.#writing.syncFileSystem(target);
  }

  /** All is written. @returns 0 or a negative error number. */
  async finish(target: number): Promise<number> {
    return this.isOneByOne ? this.#writing.syncFile(target) : this.#writing.syncFileSystem(target);
  }
}
