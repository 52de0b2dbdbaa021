/** Puts a tree into a zip, entry by entry: names, modes, times, and what could not be taken as it is. */
import type { ZipEntry, ZipWriter } from '../contracts/zip-writer.ts';
import type { Timestamp } from '../domain/tree-node.ts';
import { isWorthCompressing } from './worth-compressing.ts';
import { decode, isRenamed, ZipPath } from './zip-names.ts';

/** `name-changed`: it is in the zip under another name. Everything else is not in it. */
export type ZipProblemReason = 'damaged' | 'type-refused' | 'name-refused' | 'name-changed';

export interface ZipProblem<Reason extends string = ZipProblemReason> {
  /** Components below the home. */
  readonly path: readonly Buffer[];
  readonly reason: Reason;
}

export interface ZipReport<Reason extends string = ZipProblemReason> {
  readonly files: number;
  /** The first of them. */
  readonly problems: readonly ZipProblem<Reason>[];
  readonly problemCount: number;
}

/** What an entry is, in a snapshot or on disk. */
export interface EntryFacts {
  readonly name: Buffer;
  readonly mode: number;
  readonly modified: Timestamp;
}

/** Files up to this size are read whole before they are put in: one that cannot be read is left out. */
export const wholeFileBytes = 4 * 1024 * 1024;
const mostListed = 1000;
/** What a JavaScript date can hold, in seconds. */
const latestSeconds = 8.64e12;
const permissionBits = 0o777;

export class ZipEntries<Reason extends string = never> {
  readonly #zip: ZipWriter;
  readonly #place = new ZipPath();
  readonly #folders: Buffer[] = [];
  readonly #problems: ZipProblem<Reason | ZipProblemReason>[] = [];
  #problemCount = 0;
  files = 0;

  constructor(zip: ZipWriter) {
    this.#zip = zip;
  }

  /** @param passing only on the way to something below: it gets no entry of its own. */
  async enter(folder: EntryFacts, passing: boolean): Promise<void> {
    const name = passing ? undefined : this.#nameOf(folder.name);
    this.#place.enter(folder.name);
    this.#folders.push(folder.name);
    if (name !== undefined) await this.#zip.folder(entryOf(name, folder, false));
  }

  leave(): void {
    this.#place.leave();
    this.#folders.pop();
  }

  async symlink(link: EntryFacts, target: Buffer): Promise<void> {
    const text = decode(target);
    if (text === undefined) return this.add('name-refused', link.name);
    const name = this.#nameOf(link.name);
    if (name !== undefined) await this.#zip.symlink(entryOf(name, link, false), text);
  }

  async file(file: EntryFacts, content: Buffer): Promise<void> {
    const name = this.#nameOf(file.name);
    if (name === undefined) return;
    await this.#zip.file(entryOf(name, file, isWorthCompressing(file.name, content)), content);
    this.files++;
  }

  /** @returns false when the zip cannot hold it. Else `data` and `endFile` of the zip follow. */
  async beginFile(file: EntryFacts, beginning: Buffer): Promise<boolean> {
    const name = this.#nameOf(file.name);
    if (name === undefined) return false;
    await this.#zip.beginFile(entryOf(name, file, isWorthCompressing(file.name, beginning)));
    this.files++;
    return true;
  }

  /** @param name of an entry of the folder where the walk is. */
  add(reason: Reason | ZipProblemReason, name: Buffer): void {
    this.addAt(reason, () => [...this.#folders, name]);
  }

  /** Something is wrong with the folder where the walk is. */
  addHere(reason: Reason | ZipProblemReason): void {
    this.addAt(reason, () => [...this.#folders]);
  }

  addAt(reason: Reason | ZipProblemReason, path: () => readonly Buffer[]): void {
    this.#problemCount++;
    if (this.#problems.length < mostListed) this.#problems.push({ reason, path: path() });
  }

  report(): ZipReport<Reason | ZipProblemReason> {
    return { files: this.files, problems: this.#problems, problemCount: this.#problemCount };
  }

  #nameOf(name: Buffer): string | undefined {
    const path = this.#place.of(name);
    if (path === undefined) this.add('name-refused', name);
    else if (isRenamed(name, this.#folders.length === 0)) this.add('name-changed', name);
    return path;
  }
}

function entryOf(name: string, { mode, modified }: EntryFacts, compress: boolean): ZipEntry {
  const seconds = Math.min(Math.max(modified.seconds, -latestSeconds), latestSeconds);
  return { name, mode: mode & permissionBits, modified: new Date(seconds * 1000), compress };
}
