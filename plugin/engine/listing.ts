import type { BlobId } from '../domain/ids.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { BlobReader } from './blob-reader.ts';
import { TreeCursor } from './tree-cursor.ts';
import { nodesOfTree } from './tree-reader.ts';

/** The entries of a folder, in the order of their names, a few at a time: of a snapshot, or of a live home. */
export interface Listing {
  /** The next; undefined after the last. @throws {Failure} `repository-damaged`. */
  next(): TreeNode | undefined | Promise<TreeNode | undefined>;
  /** What is in a folder that `next` gave. @throws {Failure} `repository-damaged`. */
  enter(folder: TreeNode): Promise<Listing>;
  /** About what it holds. */
  readonly heldBytes: number;
  /** Forgets what it holds; it is read again when it is needed. */
  release(): void;
  close(): void;
}

/** Trees of up to so many bytes are taken apart at once. */
const smallTreeBytes = 256 * 1024;

/** @throws {Failure} `repository-damaged`. */
export async function listTree(reader: BlobReader, tree: BlobId): Promise<Listing> {
  const bytes = await reader.read('tree', tree);
  if (bytes.length <= smallTreeBytes) return new SmallListing(reader, tree, Buffer.from(bytes));
  return listLargeTree(reader, await TreeCursor.open(reader, tree));
}

class SmallListing implements Listing {
  readonly #reader: BlobReader;
  readonly #tree: BlobId;
  readonly #bytes: number;
  #nodes: readonly TreeNode[] | undefined;
  #index = 0;

  /** @param bytes of the tree, which nobody changes. */
  constructor(reader: BlobReader, tree: BlobId, bytes: Buffer) {
    this.#reader = reader;
    this.#tree = tree;
    this.#bytes = bytes.length;
    this.#nodes = nodesOfTree(bytes, tree);
  }

  next(): TreeNode | undefined | Promise<TreeNode | undefined> {
    return this.#nodes === undefined ? this.#nextOfAnew() : this.#nodes[this.#index++];
  }

  enter(folder: TreeNode): Promise<Listing> {
    return listTree(this.#reader, treeOf(folder));
  }

  /** Nodes refer to the bytes, and are about as large again. */
  get heldBytes(): number {
    return this.#nodes === undefined ? 0 : 2 * this.#bytes;
  }

  release(): void {
    this.#nodes = undefined;
  }

  close(): void {
    this.release();
  }

  async #nextOfAnew(): Promise<TreeNode | undefined> {
    this.#nodes = nodesOfTree(Buffer.from(await this.#reader.read('tree', this.#tree)), this.#tree);
    return this.#nodes[this.#index++];
  }
}

function listLargeTree(reader: BlobReader, cursor: TreeCursor): Listing {
  return {
    next: () => cursor.next(),
    enter: (folder) => listTree(reader, treeOf(folder)),
    get heldBytes() {
      return cursor.heldBytes;
    },
    release: () => cursor.release(),
    close: () => cursor.release(),
  };
}

function treeOf({ type, subtree }: TreeNode): BlobId {
  if (subtree === undefined) throw new Error(`a ${type} was entered as a folder`);
  return subtree;
}
