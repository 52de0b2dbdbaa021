/**
 * Looks around in a live home that its owner changes meanwhile and on purpose: from a pinned descriptor, one name at a
 * time, following no link. Where there is no folder to go into, it goes on in nothing, and finds nothing there.
 */
import type { Arena } from '../contracts/codec.ts';
import { errorNumbers, fileTypes, statusWords, type FileSystem } from '../contracts/file-system.ts';
import type { SkipReason } from '../domain/coverage.ts';
import { Failure } from '../domain/failure.ts';
import type { LiveState } from '../domain/planned-entry.ts';
import type { ExtendedAttribute, NodeType } from '../domain/tree-node.ts';
import { digits64, signed64, unsigned64 } from './stat-row.ts';
import { deepestLevel, refuseEntry, type WalkPolicy } from './walk-policy.ts';
import type { Workspace } from './workspace.ts';

export interface LiveOwner {
  readonly name: string;
  readonly home: string;
  readonly uid: number;
  readonly trustedUids: readonly number[];
}

export interface LiveTools {
  readonly files: FileSystem;
  readonly workspace: Workspace;
}

export type LiveLook =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable' }
  /** `refusal`: it may not be backed up, so it must not be touched either. */
  | { readonly kind: 'there'; readonly state: LiveState; readonly refusal: SkipReason | undefined };

const longestName = 255;
const noFolder = new Set([-errorNumbers.ENOENT, -errorNumbers.ENOTDIR, -errorNumbers.ELOOP]);
/** Instead of descriptors: there is no folder, or none that can be read. */
const nothing = -1;
const closed = -2;

export class LiveHome {
  readonly files: FileSystem;
  readonly #names: Arena;
  readonly #policy: WalkPolicy;
  readonly #descriptors: number[];
  readonly #workspace: Workspace;
  /** Of the home itself, when it was opened. */
  readonly root: LiveState;

  private constructor(tools: LiveTools, descriptor: number, owner: LiveOwner) {
    this.files = tools.files;
    this.#workspace = tools.workspace;
    this.#names = tools.workspace.borrow(longestName + 1);
    this.#descriptors = [descriptor];
    this.root = this.#stateFound();
    const { words } = tools.files.status;
    this.#policy = {
      ownerUid: owner.uid,
      trustedUids: new Set(owner.trustedUids),
      deviceMinor: words[statusWords.deviceMinor] ?? 0,
      deviceMajor: words[statusWords.deviceMajor] ?? 0,
    };
  }

  /** @throws {Failure} `home-unreadable`; `home-unsafe` when it belongs to somebody else. */
  static open(tools: LiveTools, owner: LiveOwner): LiveHome {
    const { files } = tools;
    const descriptor = files.openRoot(owner.home);
    if (descriptor < 0) {
      const problem = `"${owner.home}" cannot be opened (error ${-descriptor})`;
      throw new Failure('home-unreadable', { account: owner.name, problem });
    }
    const uid = (files.status.words[statusWords.uid] ?? 0) >>> 0;
    if (uid === owner.uid) return new LiveHome(tools, descriptor, owner);
    files.close(descriptor);
    throw new Failure('home-unsafe', { account: owner.name, problem: `"${owner.home}" belongs to user ${uid}` });
  }

  /** Folders below the home on the way here. */
  get depth(): number {
    return this.#descriptors.length - 1;
  }

  /** Whether there is a folder here. */
  get isThere(): boolean {
    return this.#here >= 0;
  }

  /** The open home, for asking about its file system. */
  get descriptor(): number {
    return this.#descriptors[0] ?? nothing;
  }

  look(name: Buffer): LiveLook {
    if (this.#here < 0) return { kind: this.#here === nothing ? 'absent' : 'unreadable' };
    const failed = this.files.statEntry(this.#here, this.#put(name), 0);
    if (failed === -errorNumbers.ENOENT) return { kind: 'absent' };
    if (failed < 0) return { kind: 'unreadable' };
    return { kind: 'there', state: this.#stateFound(), refusal: refuseEntry(this.files.status.words, this.#policy) };
  }

  /** Steps into the folder of this name; where there is none, or none that may be entered, into nothing. */
  enter(name: Buffer): void {
    this.#descriptors.push(this.#openFolder(name));
  }

  /** Steps into nothing. */
  enterNothing(): void {
    this.#descriptors.push(nothing);
  }

  leave(): void {
    if (this.#descriptors.length === 1) throw new Error('the home itself cannot be left');
    const descriptor = this.#descriptors.pop() ?? nothing;
    if (descriptor >= 0) this.files.close(descriptor);
  }

  /** Names of the folder's entries by bytes; none where it cannot be read. */
  names(): Buffer[] {
    const list = this.#here < 0 ? 0 : this.files.listFolder(this.#here);
    if (typeof list === 'number') return [];
    return Array.from({ length: list.count }, (_, index) => {
      const at = list.offset(index);
      return Buffer.from(list.arena.bytes.subarray(at, at + list.length(index)));
    });
  }

  readLink(name: Buffer): Buffer | undefined {
    const target = this.#here < 0 ? nothing : this.files.readLink(this.#here, this.#put(name), 0);
    return typeof target === 'number' ? undefined : target;
  }

  /** @returns a descriptor of a regular file, for the caller to close, or a negative error number. */
  openFile(name: Buffer): number {
    return this.#here < 0 ? -errorNumbers.ENOENT : this.files.openFile(this.#here, this.#put(name), 0);
  }

  /** Of a file or folder; undefined where they cannot be read. */
  attributesOf(name: Buffer, type: 'file' | 'dir'): readonly ExtendedAttribute[] | undefined {
    if (!this.files.readsAttributes || this.#here < 0) return undefined;
    const descriptor = type === 'file' ? this.openFile(name) : this.files.openFolder(this.#here, this.#put(name), 0);
    if (descriptor < 0) return undefined;
    const attributes = this.files.readAttributes(descriptor);
    this.files.close(descriptor);
    return typeof attributes === 'number' ? undefined : attributes;
  }

  close(): void {
    for (const descriptor of this.#descriptors.splice(0)) if (descriptor >= 0) this.files.close(descriptor);
    this.#workspace.giveBack(this.#names);
  }

  get #here(): number {
    return this.#descriptors.at(-1) ?? nothing;
  }

  #openFolder(name: Buffer): number {
    if (this.#here < 0) return this.#here;
    if (this.depth >= deepestLevel) return closed;
    const opened = this.files.openFolder(this.#here, this.#put(name), 0);
    if (noFolder.has(opened)) return nothing;
    if (opened < 0) return closed;
    if (refuseEntry(this.files.status.words, this.#policy) === undefined) return opened;
    this.files.close(opened);
    return closed;
  }

  #put(name: Buffer): Arena {
    if (name.length > longestName) throw new RangeError('a name that no entry can have');
    name.copy(this.#names.bytes);
    this.#names.bytes[name.length] = 0;
    return this.#names;
  }

  #stateFound(): LiveState {
    const { words } = this.files.status;
    const mode = words[statusWords.mode] ?? 0;
    const type = types[mode & fileTypes.mask] ?? 'irregular';
    return {
      type,
      sizeBytes: type === 'file' ? unsigned64(words, statusWords.size) : 0,
      modified: {
        seconds: signed64(words, statusWords.modifiedSeconds),
        nanoseconds: words[statusWords.modifiedNanoseconds] ?? 0,
      },
      mode: mode & 0o7777,
      inode: digits64(words, statusWords.inode),
      changed: {
        seconds: signed64(words, statusWords.changedSeconds),
        nanoseconds: words[statusWords.changedNanoseconds] ?? 0,
      },
      links: (words[statusWords.links] ?? 0) >>> 0,
    };
  }
}

const types: Readonly<Record<number, NodeType>> = {
  [fileTypes.folder]: 'dir',
  [fileTypes.file]: 'file',
  [fileTypes.symlink]: 'symlink',
  [fileTypes.blockDevice]: 'dev',
  [fileTypes.characterDevice]: 'chardev',
  [fileTypes.fifo]: 'fifo',
  [fileTypes.socket]: 'socket',
};
