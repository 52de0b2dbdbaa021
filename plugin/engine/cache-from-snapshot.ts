/**
 * Makes the stat cache anew from a snapshot's trees: when the cache was lost, or when other software backed up last.
 * Folders never equal what is on disk (their number of links is not stored), so they are listed again; files do, and
 * need not be read again. What is lost is not taken for unchanged: the next run reads and stores it again.
 */
import { crc32 } from 'node:zlib';
import { fileTypes, statusWords } from '../contracts/file-system.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { BlobReader } from './blob-reader.ts';
import type { FolderFrame } from './folder-frame.ts';
import { findHome } from './home-tree.ts';
import { attributesJson } from './node-json.ts';
import { isOneObjectsFault } from './read-fault.ts';
import type { Repository } from './repository.ts';
import type { Snapshot } from './snapshot.ts';
import type { BlockPlace, CacheHeader, StatCacheWriter } from './stat-cache.ts';
import { readTree } from './tree-reader.ts';

interface Level {
  readonly frame: FolderFrame;
  readonly nodes: readonly TreeNode[];
  next: number;
}

export interface SnapshotCacheOptions {
  readonly repository: Repository;
  readonly scope: number;
  /** Ids of the index files that `reader` knows. */
  readonly indexes: readonly string[];
}

/**
 * Fills `cache` from the snapshot's home and commits it. Files with a blob that no index knows, and folders whose tree
 * cannot be read, never equal what is on disk.
 * @throws {Failure} `repository-damaged`, `not-found`, what the store throws: then the cache is to be discarded.
 */
export async function cacheFromSnapshot(
  reader: BlobReader,
  snapshot: Snapshot,
  cache: StatCacheWriter,
  options: SnapshotCacheOptions,
): Promise<void> {
  const home = await findHome(reader, snapshot);
  const tree = home.subtree;
  if (tree === undefined) return cache.discard();
  const root = await new CacheBuilder(reader, cache, options.repository).build(tree);
  cache.commit(headerFor(snapshot, home, root, options));
}

function headerFor(
  snapshot: Snapshot,
  home: TreeNode,
  root: BlockPlace,
  { scope, indexes }: SnapshotCacheOptions,
): CacheHeader {
  return {
    snapshotId: snapshot.id,
    tree: snapshot.tree,
    homeTree: home.subtree ?? '',
    coverage: crc32(''), // unknown: the root tree is made anew
    startedSeconds: Math.floor(snapshot.time.getTime() / 1000),
    scope,
    root,
    rootStatus: statusOf(home),
    indexes,
  };
}

class CacheBuilder {
  readonly #reader: BlobReader;
  readonly #cache: StatCacheWriter;
  readonly #repository: Repository;
  readonly #levels: Level[] = [];
  #root = '';

  constructor(reader: BlobReader, cache: StatCacheWriter, repository: Repository) {
    this.#reader = reader;
    this.#cache = cache;
    this.#repository = repository;
  }

  async build(tree: string): Promise<BlockPlace> {
    this.#root = tree;
    await this.#open(tree);
    for (;;) {
      const level = this.#levels.at(-1);
      if (level === undefined) throw new Error('a cache ended without its root');
      const node = level.nodes[level.next];
      if (node === undefined) {
        const place = this.#close(level);
        if (place !== undefined) return place;
      } else if (node.subtree === undefined || !(await this.#openWhole(node.subtree))) level.next++;
    }
  }

  /** @returns false when the tree is lost: without a block its folder is walked as a new one. */
  async #openWhole(tree: string): Promise<boolean> {
    try {
      await this.#open(tree);
      return true;
    } catch (error) {
      if (await isOneObjectsFault(this.#repository, error)) return false;
      throw error;
    }
  }

  async #open(tree: string): Promise<void> {
    const nodes = await readTree(this.#reader, tree);
    const frame = this.#repository.workspace.frames.at(this.#levels.length);
    frame.begin(-1, -1, Buffer.alloc(0));
    for (const node of nodes) addNode(frame, node, this.#isWhole(node) ? statusOf(node) : neverEqual);
    this.#levels.push({ frame, nodes, next: 0 });
  }

  #isWhole({ content }: TreeNode): boolean {
    return content.every((id) => this.#reader.placeOf('data', id) !== undefined);
  }

  /** @returns the root's place when the root was closed. */
  #close(level: Level): BlockPlace | undefined {
    this.#levels.pop();
    const parent = this.#levels.at(-1);
    const tree = parent === undefined ? this.#root : (parent.nodes[parent.next]?.subtree ?? this.#root);
    const place = this.#cache.add(level.frame.parts(Buffer.from(tree, 'hex')));
    if (parent === undefined) return place;
    parent.frame.setBlock(parent.next, place);
    parent.next++;
    return undefined;
  }
}

/** Of no type, as nothing on disk is. Its row stays: without it a deletion would not be noticed. */
const neverEqual = new Int32Array(statusWords.count);

function addNode(frame: FolderFrame, node: TreeNode, status: Int32Array): void {
  const nameAt = frame.names.append(node.name);
  frame.names.appendByte(0);
  const index = frame.addRow(status, nameAt, node.name.length, -1);
  const offset = frame.content.length;
  for (const id of node.content) frame.content.append(Buffer.from(id, 'hex'));
  if (node.linkTarget !== undefined) frame.content.append(node.linkTarget);
  if (node.type !== 'dir') frame.setContent(index, offset);
  frame.setAttributes(index, attributesJson(node.attributes));
}

const typeBits: { readonly [Type in TreeNode['type']]: number } = {
  file: fileTypes.file,
  dir: fileTypes.folder,
  symlink: fileTypes.symlink,
  fifo: fileTypes.fifo,
  dev: fileTypes.blockDevice,
  chardev: fileTypes.characterDevice,
  socket: fileTypes.socket,
  irregular: 0,
};

function statusOf(node: TreeNode): Int32Array {
  const words = new Int32Array(statusWords.count);
  words[statusWords.links] = node.type === 'dir' ? 0 : node.links;
  words[statusWords.uid] = node.uid | 0;
  words[statusWords.gid] = node.gid | 0;
  words[statusWords.mode] = typeBits[node.type] | node.mode;
  put64(words, statusWords.inode, BigInt(node.inode));
  put64(words, statusWords.size, BigInt(node.sizeBytes));
  put64(words, statusWords.changedSeconds, BigInt(node.changed.seconds));
  words[statusWords.changedNanoseconds] = node.changed.nanoseconds;
  put64(words, statusWords.modifiedSeconds, BigInt(node.modified.seconds));
  words[statusWords.modifiedNanoseconds] = node.modified.nanoseconds;
  return words;
}

function put64(words: Int32Array, at: number, value: bigint): void {
  words[at] = Number(BigInt.asIntN(32, value));
  words[at + 1] = Number(BigInt.asIntN(32, value >> 32n));
}
