/**
 * Looks at a live home that its owner changes meanwhile and on purpose: status only, no contents. From the pinned home,
 * one name at a time, following no link.
 */
import type { Arena, Codec } from '../contracts/codec.ts';
import { errorNumbers, fileTypes, statusWords, type FileSystem } from '../contracts/file-system.ts';
import { Failure } from '../domain/failure.ts';
import { isPlainName } from '../domain/plain-name.ts';
import type { NodeType, TreeNode } from '../domain/tree-node.ts';
import { isSameTime } from './node-identity.ts';
import { digits64, signed64, unsigned64 } from './stat-row.ts';

/** How something compares with what is at its place now. */
export type LiveMark = 'same' | 'changed' | 'gone';

/** What is at a place: `unknown` when it could not be looked at. */
export type LiveNode = TreeNode | 'gone' | 'unknown';

const longestNameBytes = 256;
const gone: ReadonlySet<number> = new Set([
  errorNumbers.ENOENT,
  errorNumbers.ENOTDIR,
  errorNumbers.ELOOP,
  errorNumbers.ENAMETOOLONG,
]);

export class LivePlaces {
  readonly files: FileSystem;
  readonly #name: Arena;
  readonly #home: string;

  /** Opens nothing yet. */
  constructor(files: FileSystem, codec: Codec, home: string) {
    this.files = files;
    this.#name = codec.allocate(longestNameBytes);
    this.#home = home;
  }

  /** Opens a folder below the home, for the caller to close. @returns a descriptor, or a negative error number. */
  openFolder(path: readonly Uint8Array[]): number {
    let folder = this.files.openRoot(this.#home);
    for (const name of path) {
      if (folder < 0) return folder;
      const inner = this.enter(folder, name);
      this.files.close(folder);
      folder = inner;
    }
    return folder;
  }

  /** Opens a folder in an open one; leaves its status. @returns a descriptor, or a negative error number. */
  enter(folder: number, name: Uint8Array): number {
    return isPlainName(name) ? this.files.openFolder(folder, this.#put(name), 0) : -errorNumbers.ENOENT;
  }

  /** Does `work` in a folder below the home. @returns undefined when there is none; 'unknown' when it cannot be opened. */
  within<Result>(path: readonly Uint8Array[], work: (folder: number) => Result): Result | undefined | 'unknown' {
    const folder = this.openFolder(path);
    if (folder < 0) return gone.has(-folder) ? undefined : 'unknown';
    try {
      return work(folder);
    } finally {
      this.files.close(folder);
    }
  }

  /** What is at a path below the home. */
  look(path: readonly Uint8Array[]): LiveNode {
    const name = path.at(-1);
    const found = this.within(path.slice(0, -1), (folder) => {
      if (name !== undefined) return this.lookAt(folder, name);
      this.files.statOpen(folder);
      return nodeOf(this.files.status.words, Buffer.alloc(0), undefined);
    });
    return found ?? 'gone';
  }

  /** What is in an open folder under a name. */
  lookAt(folder: number, name: Uint8Array): LiveNode {
    if (!isPlainName(name)) return 'gone';
    const arena = this.#put(name);
    const failed = this.files.statEntry(folder, arena, 0);
    if (failed < 0) return gone.has(-failed) ? 'gone' : 'unknown';
    const node = nodeOf(this.files.status.words, Buffer.from(name), this.files.status.device);
    if (node.type !== 'symlink') return node;
    const target = this.files.readLink(folder, arena, 0);
    return typeof target === 'number' ? 'gone' : { ...node, linkTarget: target };
  }

  /**
   * How what is in an open folder under the node's name compares with it, as `isSameAsLive` does; a folder is there or
   * it is gone. 'unknown' when it could not be looked at.
   */
  compare(folder: number, node: TreeNode): LiveMark | 'unknown' {
    if (node.type !== 'file' && node.type !== 'dir') return this.#compareWhole(folder, node);
    const failed = this.files.statEntry(folder, this.#put(node.name), 0);
    if (failed < 0) return gone.has(-failed) ? 'gone' : 'unknown';
    const { words } = this.files.status;
    const type = (words[statusWords.mode] ?? 0) & fileTypes.mask;
    if (node.type === 'dir') return type === fileTypes.folder ? 'same' : 'gone';
    return type === fileTypes.file && isSameFile(node, words) ? 'same' : 'changed';
  }

  #compareWhole(folder: number, node: TreeNode): LiveMark | 'unknown' {
    const now = this.lookAt(folder, node.name);
    if (typeof now === 'string') return now;
    return isSameAsLive(node, now) ? 'same' : 'changed';
  }

  /** @throws {Failure} `home-unreadable`. */
  unreadable(error: number): Failure {
    return new Failure('home-unreadable', { account: this.#home, problem: `cannot be read (error ${error})` });
  }

  #put(name: Uint8Array): Arena {
    this.#name.bytes.set(name);
    this.#name.bytes[name.length] = 0;
    return this.#name;
  }
}

/**
 * Whether what is there now is what the node was, by all that tells without reading it: type, of files size and time of
 * change, of links the target. A folder is the same as long as it is there.
 */
export function isSameAsLive(node: TreeNode, live: TreeNode): boolean {
  if (node.type !== live.type) return false;
  if (node.type === 'dir') return true;
  if (node.type === 'symlink') return (node.linkTarget ?? Buffer.alloc(0)).equals(live.linkTarget ?? Buffer.alloc(0));
  return isSameTime(node, live) && node.sizeBytes === live.sizeBytes;
}

function isSameFile({ sizeBytes, modified }: TreeNode, words: Int32Array): boolean {
  return (
    unsigned64(words, statusWords.size) === sizeBytes &&
    signed64(words, statusWords.modifiedSeconds) === modified.seconds &&
    words[statusWords.modifiedNanoseconds] === modified.nanoseconds
  );
}

const nodeTypes: ReadonlyMap<number, NodeType> = new Map<number, NodeType>([
  [fileTypes.folder, 'dir'],
  [fileTypes.file, 'file'],
  [fileTypes.symlink, 'symlink'],
  [fileTypes.blockDevice, 'dev'],
  [fileTypes.characterDevice, 'chardev'],
  [fileTypes.fifo, 'fifo'],
  [fileTypes.socket, 'socket'],
]);

/** Contents, attributes and sub-trees of what lives are not known. */
function nodeOf(words: Int32Array, name: Buffer, device: number | undefined): TreeNode {
  const mode = words[statusWords.mode] ?? 0;
  const type = nodeTypes.get(mode & fileTypes.mask) ?? 'irregular';
  return {
    name,
    type,
    mode: mode & 0o7777,
    modified: timeAt(words, statusWords.modifiedSeconds, statusWords.modifiedNanoseconds),
    changed: timeAt(words, statusWords.changedSeconds, statusWords.changedNanoseconds),
    uid: (words[statusWords.uid] ?? 0) >>> 0,
    gid: (words[statusWords.gid] ?? 0) >>> 0,
    inode: digits64(words, statusWords.inode),
    deviceId: '0',
    sizeBytes: type === 'file' ? unsigned64(words, statusWords.size) : 0,
    links: (words[statusWords.links] ?? 0) >>> 0,
    linkTarget: undefined,
    attributes: [],
    device: type === 'dev' || type === 'chardev' ? (device ?? 0) : 0,
    content: [],
    subtree: undefined,
  };
}

function timeAt(words: Int32Array, seconds: number, nanoseconds: number): TreeNode['modified'] {
  return { seconds: signed64(words, seconds), nanoseconds: words[nanoseconds] ?? 0 };
}
