import { errorNumbers } from '../../contracts/file-system.ts';
import type {
  EntryAttributes,
  PackedBlob,
  Pending,
  TreeWriter,
  WriteProblemReason,
  WriteReport,
} from '../../contracts/tree-writer.ts';
import { isPlainName } from '../../domain/plain-name.ts';
import type { Timestamp } from '../../domain/tree-node.ts';
import { findRuns } from '../../domain/zero-runs.ts';
import { AttributeSetter } from './attribute-setter.ts';
import { FileInProgress } from './file-in-progress.ts';
import { LinkMaker } from './link-maker.ts';
import { FolderOpener, pathOf, type OpenFolder } from './open-folder.ts';
import { sweepLeftovers } from './sweep-leftovers.ts';
import { WaitingEntries } from './waiting-entries.ts';
import { writeReason } from './write-reason.ts';
import type { WriterTools } from './writer-tools.ts';

/**
 * Writes below one open folder, in this process and with its rights. It runs in the child that has become the tenant,
 * or where the process is that user anyway.
 */
export class FolderWriter implements TreeWriter {
  readonly #tools: WriterTools;
  readonly #opener: FolderOpener;
  readonly #setter: AttributeSetter;
  readonly #waiting: WaitingEntries;
  readonly #links: LinkMaker;
  readonly #root: OpenFolder;
  #folder: OpenFolder;
  #file: FileInProgress | undefined;
  /** Levels below a folder that could not be entered. */
  #skipped = 0;
  readonly #counts = { files: 0, folders: 0, links: 0, bytes: 0 };

  /** @param target a descriptor that becomes the writer's to close. */
  constructor(target: number, tools: WriterTools) {
    this.#tools = tools;
    this.#opener = new FolderOpener(tools);
    this.#setter = new AttributeSetter(tools);
    this.#root = this.#opener.openTarget(target);
    this.#folder = this.#root;
    this.#waiting = new WaitingEntries(tools, target, {
      onPlaced: ({ bytes }) => this.#count('file', bytes),
      onLeft: (folder, attributes) => this.#closeFolder(folder, attributes),
    });
    this.#links = new LinkMaker(tools, this.#waiting, this.#root);
  }

  expectMany(): undefined {
    this.#tools.syncing.expectMany();
  }

  enter(name: Buffer, passing: boolean): undefined {
    const entered = this.#refuses(name) ? undefined : this.#opener.enter(this.#folder, name, passing);
    if (typeof entered === 'object') {
      this.#folder = entered;
      if (!passing) this.#counts.folders++;
      return;
    }
    if (entered !== undefined) this.#tools.problems.add(entered, pathOf(this.#folder, name), true);
    this.#skipped++;
  }

  leave(attributes: EntryAttributes): Pending {
    if (this.#skipped > 0) {
      this.#skipped--;
      return;
    }
    const folder = this.#folder;
    if (folder.parent === undefined) throw new Error('the target itself cannot be left');
    this.#folder = folder.parent;
    if (folder.waiting === 0) {
      this.#closeFolder(folder, attributes);
      return;
    }
    this.#waiting.leaveLater(folder, attributes);
    return this.#waiting.commitIfMany();
  }

  beginFile(name: Buffer, attributes: EntryAttributes): undefined {
    this.abortFile();
    if (this.#refuses(name)) return;
    sweepLeftovers(this.#folder, this.#tools);
    const file = FileInProgress.begin({ folder: this.#folder, name, attributes }, this.#tools);
    if (typeof file === 'number') this.#lose(file, name);
    else this.#file = file;
  }

  data(bytes: Uint8Array): undefined {
    const result = this.#file?.write(bytes) ?? 0;
    if (result < 0) this.#loseFile(result);
  }

  get hasTime(): boolean {
    return true;
  }

  packed(blob: PackedBlob): undefined {
    if (this.#file === undefined) return;
    const content = this.#tools.unpacker.unpack(blob);
    if (content === undefined) return this.#dropFile();
    for (const { isZeros, start, end } of findRuns(content)) {
      if (isZeros) this.zeros(end - start);
      else this.data(content.subarray(start, end));
    }
  }

  zeros(length: number): undefined {
    this.#file?.skip(length);
  }

  endFile(): Pending {
    const file = this.#file;
    if (file === undefined) return;
    const result = file.end(this.#setter, (reason) => this.#note(reason, file.name));
    if (result < 0) return this.#loseFile(result);
    this.#file = undefined;
    const { folder, name, temporary, length: bytes } = file;
    if (temporary === undefined) return this.#count('file', bytes);
    this.#waiting.add({ folder, name, temporary, kind: 'file', bytes });
    return this.#waiting.commitIfMany();
  }

  abortFile(): undefined {
    this.#file?.abort();
    this.#file = undefined;
  }

  symlink(name: Buffer, target: Buffer, attributes: EntryAttributes): undefined {
    if (this.#refuses(name)) return;
    const result = this.#links.makeLink(this.#folder, name, { target, attributes });
    if (result < 0) return this.#lose(result, name);
    this.#count('link', 0);
    if (!this.#setter.hasOwner(this.#folder, attributes)) this.#note('owner-not-set', name);
  }

  hardLink(name: Buffer, path: readonly Buffer[]): Pending {
    if (this.#refuses(name)) return;
    const result = this.#links.makeHardLink(this.#folder, name, path);
    if (result === 'made') this.#count('file', 0);
    else if (typeof result === 'number') this.#lose(result, name);
    else if (result !== 'waiting') this.#tools.problems.add(result, pathOf(this.#folder, name), true);
    return this.#waiting.commitIfMany();
  }

  fifo(name: Buffer, attributes: EntryAttributes): undefined {
    if (this.#refuses(name)) return;
    const result = this.#links.makeFifo(this.#folder, name, attributes);
    if (result < 0) return this.#lose(result, name);
    this.#count('file', 0);
    if (!this.#setter.hasOwner(this.#folder, attributes)) this.#note('owner-not-set', name);
  }

  remove(name: Buffer): undefined {
    if (this.#refuses(name)) return;
    const { writing } = this.#tools;
    const { descriptor } = this.#folder;
    const removed = writing.remove(descriptor, name);
    const isFolder = removed === -errorNumbers.EISDIR || removed === -errorNumbers.EPERM;
    const result = isFolder ? writing.removeFolder(descriptor, name) : removed;
    if (result < 0 && result !== -errorNumbers.ENOENT) this.#lose(result, name);
  }

  setTime(modified: Timestamp): undefined {
    if (this.#skipped === 0) this.#folder.time = modified;
  }

  async finish(attributes: EntryAttributes | undefined): Promise<WriteReport> {
    if (this.#folder !== this.#root || this.#skipped > 0) throw new Error('a folder was not left');
    this.abortFile();
    await this.#waiting.commit();
    if (attributes === undefined) this.#restoreMode(this.#root);
    else this.#setFolder(this.#root, attributes);
    this.#setTimes(this.#root);
    const synced = await this.#tools.syncing.finish(this.#root.descriptor);
    if (synced < 0) this.#tools.problems.add(writeReason(synced), [], true);
    const { listed: problems, count: problemCount } = this.#tools.problems;
    return { ...this.#counts, problems, problemCount };
  }

  async close(): Promise<void> {
    this.abortFile();
    this.#waiting.discard();
    for (let at: OpenFolder | undefined = this.#folder; at !== undefined; at = at.parent) {
      this.#restoreMode(at);
      this.#tools.writing.close(at.descriptor);
    }
    this.#folder = this.#root;
  }

  #closeFolder(folder: OpenFolder, attributes: EntryAttributes): void {
    if (folder.keepsAttributes) this.#restoreMode(folder);
    else this.#setFolder(folder, attributes);
    this.#setTimes(folder);
    this.#tools.syncing.endFolder(folder.descriptor);
    this.#tools.writing.close(folder.descriptor);
  }

  #setFolder(folder: OpenFolder, attributes: EntryAttributes): void {
    const { descriptor, group, isNew } = folder;
    const target = {
      kind: 'folder',
      descriptor,
      group,
      mayHaveAcl: !isNew || folder.givesAcl,
      mayHaveOthers: !isNew,
    } as const;
    const problems = this.#setter.apply(target, attributes);
    problems.forEach((reason) => this.#tools.problems.add(reason, pathOf(folder), false));
  }

  #setTimes(folder: OpenFolder): void {
    if (folder.time === undefined || this.#tools.writing.setTimes(folder.descriptor, folder.time) >= 0) return;
    this.#tools.problems.add('attribute-not-set', pathOf(folder), false);
  }

  #restoreMode({ descriptor, modeBefore }: OpenFolder): void {
    if (modeBefore !== undefined) this.#tools.writing.setMode(descriptor, modeBefore);
  }

  /** Whether nothing is to be done about the entry; it is counted then. */
  #refuses(name: Buffer): boolean {
    if (this.#skipped > 0) this.#tools.problems.countOnly();
    else if (isPlainName(name)) return false;
    else this.#tools.problems.add('name-refused', pathOf(this.#folder, name), true);
    return true;
  }

  #lose(result: number, name: Buffer): undefined {
    this.#tools.problems.add(writeReason(result), pathOf(this.#folder, name), true);
  }

  #loseFile(result: number): undefined {
    if (this.#file !== undefined) this.#lose(result, this.#file.name);
    this.#file = undefined;
  }

  #dropFile(): undefined {
    if (this.#file !== undefined)
      this.#tools.problems.add('content-missing', pathOf(this.#folder, this.#file.name), true);
    this.abortFile();
  }

  #note(reason: WriteProblemReason, name: Buffer): void {
    this.#tools.problems.add(reason, pathOf(this.#folder, name), false);
  }

  #count(kind: 'file' | 'link', bytes: number): undefined {
    if (kind === 'file') this.#counts.files++;
    else this.#counts.links++;
    this.#counts.bytes += bytes;
  }
}
