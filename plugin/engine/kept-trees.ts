import type { TreeNode } from '../domain/tree-node.ts';
import type { LiveMark } from './live-places.ts';

/** Of a shorter one less time goes into reading it than into everything else. */
const longFolderNodes = 1000;
/** Of memory for each byte of a tree's JSON, with its nodes. */
const bytesPerByte = 2;

/** How the entries of a long folder compared with the live one, in their order, and when that was seen. */
export interface KeptLook {
  /** Whose folder it was. */
  readonly place: string;
  /** By a clock that never goes back. */
  readonly atMilliseconds: number;
  readonly marks: readonly (LiveMark | undefined)[];
}

interface KeptTree {
  readonly nodes: readonly TreeNode[];
  readonly bytes: number;
}

/**
 * Long folders that were read last, for whoever goes through one page by page. A tree never changes under its id. What
 * is kept of one repository is never found for another.
 */
export class KeptTrees {
  readonly #mostBytes: number;
  /** The one used last is the last. */
  readonly #trees = new Map<string, KeptTree>();
  #bytes = 0;
  /** By the nodes as they are kept: they go together. */
  readonly looks = new WeakMap<readonly TreeNode[], KeptLook>();

  /** @param mostBytes of memory, of all together. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  find(repository: string, id: string): readonly TreeNode[] | undefined {
    const key = `${repository} ${id}`;
    const found = this.#trees.get(key);
    if (found === undefined) return undefined;
    this.#trees.delete(key);
    this.#trees.set(key, found);
    return found.nodes;
  }

  /** @param jsonBytes of the tree. Short ones, and those for which there is no room at all, are not kept. */
  keep(repository: string, id: string, nodes: readonly TreeNode[], jsonBytes: number): void {
    const bytes = jsonBytes * bytesPerByte;
    const key = `${repository} ${id}`;
    if (nodes.length < longFolderNodes || bytes > this.#mostBytes || this.#trees.has(key)) return;
    this.#trees.set(key, { nodes, bytes });
    this.#bytes += bytes;
    for (const [first, tree] of this.#trees) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#trees.delete(first);
      this.#bytes -= tree.bytes;
    }
  }
}
