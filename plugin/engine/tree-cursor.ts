/**
 * Goes through a tree node by node. A folder can have millions of entries: what is held is the tree's bytes, and
 * never more than a few hundred nodes of it.
 */
import type { BlobId } from '../domain/ids.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { BlobReader } from './blob-reader.ts';
import { damagedTree } from './tree-json.ts';
import { detach } from './tree-plain-node.ts';
import { parseTree } from './tree-reader.ts';
import { beginning, TreeScanner, type TreePlace } from './tree-scanner.ts';

const nodesAtOnce = 128;
/** A rough guess at what a parsed node takes. */
const nodeBytes = 1024;
/** Trees in another form than restic's are parsed whole, up to this size. */
const largestOtherForm = 8 * 1024 * 1024;

export class TreeCursor {
  readonly #reader: BlobReader;
  readonly #id: BlobId;
  #bytes: Buffer | undefined;
  /** Where the nodes at hand begin, and where the next begin; undefined where there are no more. */
  #from = beginning;
  #next: TreePlace | undefined = beginning;
  #nodes: readonly TreeNode[] = [];
  #index = 0;

  private constructor(reader: BlobReader, id: BlobId) {
    this.#reader = reader;
    this.#id = id;
  }

  /** @throws {Failure} `repository-damaged`; also from `next`, when a later part is damaged. */
  static async open(reader: BlobReader, id: BlobId): Promise<TreeCursor> {
    const cursor = new TreeCursor(reader, id);
    await cursor.#parse(beginning);
    return cursor;
  }

  /** About what it holds. */
  get heldBytes(): number {
    return (this.#bytes?.length ?? 0) + this.#nodes.length * nodeBytes;
  }

  /** Forgets what it holds; it is read again when it is needed. */
  release(): void {
    this.#bytes = undefined;
    this.#nodes = [];
  }

  /** The next node, in the order of names; undefined after the last. */
  async next(): Promise<TreeNode | undefined> {
    const wasReleased = this.#nodes.length === 0 && this.#index > 0;
    if (wasReleased) await this.#parse(this.#from);
    if (this.#index >= this.#nodes.length) {
      if (this.#next === undefined) return undefined;
      this.#index = 0;
      await this.#parse(this.#next);
    }
    return this.#nodes[this.#index++];
  }

  async #parse(from: TreePlace): Promise<void> {
    this.#bytes ??= Buffer.from(await this.#reader.read('tree', this.#id));
    this.#from = from;
    this.#next = this.#takeSome(this.#bytes, from);
    if (this.#next === undefined) this.#bytes = undefined;
  }

  /** @returns where the next nodes begin. */
  #takeSome(bytes: Buffer, from: TreePlace): TreePlace | undefined {
    const scanner = new TreeScanner(bytes, this.#id, from);
    const nodes: TreeNode[] = [];
    this.#nodes = nodes;
    while (nodes.length < nodesAtOnce) {
      const taken = scanner.take();
      if (taken === 'end') return undefined;
      if (taken === 'other') return this.#takeWhole(bytes, from);
      nodes.push(detach(taken));
    }
    return scanner.place;
  }

  /** Only from its beginning: what was handed out must not turn out to be something else. */
  #takeWhole(bytes: Buffer, from: TreePlace): undefined {
    if (from !== beginning) throw damagedTree(this.#id, 'holds something that is no node');
    if (bytes.length > largestOtherForm) throw damagedTree(this.#id, 'is in another form and too large');
    this.#nodes = parseTree(bytes.toString('utf8'), this.#id);
  }
}
