import { errorNumbers, fileTypes, statusWords } from '../../contracts/file-system.ts';
import type { WriteProblemReason } from '../../contracts/tree-writer.ts';
import type { Timestamp } from '../../domain/tree-node.ts';
import { writeReason } from './write-reason.ts';
import type { WriterTools } from './writer-tools.ts';

/** A folder that the writer stands in, or has left with entries still waiting. */
export interface OpenFolder {
  readonly descriptor: number;
  readonly name: Buffer;
  readonly parent: OpenFolder | undefined;
  /** Made by this writer: nothing of the tenant's was in it. */
  readonly isNew: boolean;
  readonly keepsAttributes: boolean;
  /** Its mode before it was opened up for writing, where that was needed. */
  readonly modeBefore: number | undefined;
  readonly group: number;
  /** The group that new entries get. */
  readonly entryGroup: number;
  /** Whether new entries get an ACL by themselves. */
  readonly givesAcl: boolean;
  /** Entries that have not taken their place yet. */
  waiting: number;
  /** The time it gets when it is left, whatever is done in it. */
  time: Timestamp | undefined;
  isSwept: boolean;
}

export const accessAcl = 'system.posix_acl_access';
export const defaultAcl = 'system.posix_acl_default';
const writable = 0o300;
const fullyOpen = 0o700;
const setGroupBit = 0o2000;

/** Steps from folder to folder, each opened by one name below the last, never through a link. */
export class FolderOpener {
  readonly #tools: WriterTools;
  #device: readonly [number, number] = [0, 0];

  constructor(tools: WriterTools) {
    this.#tools = tools;
  }

  /** The target itself: it was there, whoever made it. */
  openTarget(descriptor: number): OpenFolder {
    this.#tools.files.statOpen(descriptor);
    this.#device = this.#deviceFound();
    const folder = { descriptor, name: Buffer.alloc(0), parent: undefined, isNew: false, passing: false };
    return this.#describe(folder);
  }

  /** Makes the folder where it is missing. @returns why it cannot be entered, where it cannot. */
  enter(parent: OpenFolder, name: Buffer, passing: boolean): OpenFolder | WriteProblemReason {
    const made = this.#tools.writing.makeFolder(parent.descriptor, name);
    if (made === 0) return this.#open({ parent, name, isNew: true, passing });
    if (made !== -errorNumbers.EEXIST) return writeReason(made);
    if (passing || !this.#removeLink(parent, name)) return this.#open({ parent, name, isNew: false, passing });
    const again = this.#tools.writing.makeFolder(parent.descriptor, name);
    return again === 0 ? this.#open({ parent, name, isNew: true, passing }) : writeReason(again);
  }

  #open(folder: {
    parent: OpenFolder;
    name: Buffer;
    isNew: boolean;
    passing: boolean;
  }): OpenFolder | WriteProblemReason {
    const descriptor = this.#openDescriptor(folder.parent, folder.name);
    if (descriptor < 0) return writeReason(descriptor);
    const [minor, major] = this.#deviceFound();
    if (minor === this.#device[0] && major === this.#device[1]) return this.#describe({ ...folder, descriptor });
    this.#tools.writing.close(descriptor);
    return 'in-the-way'; // another file system is mounted there
  }

  /** A folder that its owner closed even to themselves is opened up; leaving it sets its mode again. */
  #openDescriptor(parent: OpenFolder, name: Buffer): number {
    const { files, writing } = this.#tools;
    const opened = files.openFolder(parent.descriptor, writing.nameArena(name), 0);
    if (opened !== -errorNumbers.EACCES) return opened;
    const mode = this.#modeOfOwn(parent, name);
    if (mode === undefined || writing.setEntryMode(parent.descriptor, name, mode | fullyOpen) < 0) return opened;
    const again = files.openFolder(parent.descriptor, writing.nameArena(name), 0);
    if (again >= 0) files.status.words[statusWords.mode] = mode;
    return again;
  }

  #modeOfOwn(parent: OpenFolder, name: Buffer): number | undefined {
    const { files, writing, owner } = this.#tools;
    if (files.statEntry(parent.descriptor, writing.nameArena(name), 0) < 0) return undefined;
    const mode = files.status.words[statusWords.mode] ?? 0;
    const isOwn = (files.status.words[statusWords.uid] ?? 0) >>> 0 === owner.uid;
    return isOwn && (mode & fileTypes.mask) === fileTypes.folder ? mode & 0o7777 : undefined;
  }

  #removeLink(parent: OpenFolder, name: Buffer): boolean {
    const { files, writing } = this.#tools;
    if (files.statEntry(parent.descriptor, writing.nameArena(name), 0) < 0) return false;
    const type = (files.status.words[statusWords.mode] ?? 0) & fileTypes.mask;
    return type === fileTypes.symlink && writing.remove(parent.descriptor, name) === 0;
  }

  /** Takes the status of the folder from the call before. */
  #describe(folder: {
    descriptor: number;
    name: Buffer;
    parent: OpenFolder | undefined;
    isNew: boolean;
    passing: boolean;
  }): OpenFolder {
    const { files, owner } = this.#tools;
    const mode = (files.status.words[statusWords.mode] ?? 0) & 0o7777;
    const gid = (files.status.words[statusWords.gid] ?? 0) >>> 0;
    const isOwn = (files.status.words[statusWords.uid] ?? 0) >>> 0 === owner.uid;
    const { passing, ...known } = folder;
    return {
      ...known,
      keepsAttributes: passing && !folder.isNew,
      modeBefore: isOwn && (mode & writable) !== writable ? this.#openUp(folder.descriptor, mode) : undefined,
      group: gid,
      entryGroup: (mode & setGroupBit) === 0 ? owner.gid : gid,
      givesAcl: this.#givesAcl(folder),
      waiting: 0,
      time: undefined,
      isSwept: folder.isNew,
    };
  }

  #openUp(descriptor: number, mode: number): number {
    this.#tools.writing.setMode(descriptor, mode | fullyOpen);
    return mode;
  }

  /** A folder made below one with a default ACL has got it too: away with it, so that its entries do not. */
  #givesAcl(folder: { descriptor: number; parent: OpenFolder | undefined; isNew: boolean }): boolean {
    const { writing } = this.#tools;
    if (!folder.isNew) return writing.hasAttribute(folder.descriptor, defaultAcl);
    if (folder.parent?.givesAcl !== true) return false;
    return writing.removeAttribute(folder.descriptor, defaultAcl) < 0;
  }

  #deviceFound(): [number, number] {
    const { words } = this.#tools.files.status;
    return [words[statusWords.deviceMinor] ?? 0, words[statusWords.deviceMajor] ?? 0];
  }
}

/** Components below the target of an entry of the folder; of the folder itself without a name. */
export function pathOf(folder: OpenFolder, name?: Buffer): Buffer[] {
  const path = name === undefined ? [] : [name];
  for (let at: OpenFolder | undefined = folder; at?.parent !== undefined; at = at.parent) path.push(at.name);
  return path.reverse();
}
