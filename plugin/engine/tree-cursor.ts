/**
 * Goes through a tree node by node. A folder can have millions of entries: what is held is the tree's bytes, and
 * never more than a few hundred nodes of it.
 */
import { Failure } from '../domain/failure.ts';
import type { BlobId } from '../domain/ids.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { BlobReader } from './blob-reader.ts';
import { parseTree } from './tree-reader.ts';

const nodesAtOnce = 128;
/** A rough guess at what a parsed node takes. */
const nodeBytes = 1024;
const opening = Buffer.from('{"nodes":[');
/** Trees in another form than restic's are parsed whole, up to this size. */
const largestOtherForm = 8 * 1024 * 1024;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const bracketClose = 0x5d;
/** How much deeper a byte leads, outside strings. */
const steps = new Int8Array(256);
for (const byte of Buffer.from('[{')) steps[byte] = 1;
for (const byte of Buffer.from(']}')) steps[byte] = -1;

export class TreeCursor {
  readonly #reader: BlobReader;
  readonly #id: BlobId;
  #bytes: Buffer | undefined;
  /** Where the nodes at hand begin, and where the next begin; -1 where there are no more. */
  #from = 0;
  #next = opening.length;
  #nodes: readonly TreeNode[] = [];
  #index = 0;
  #last: TreeNode | undefined;

  private constructor(reader: BlobReader, id: BlobId) {
    this.#reader = reader;
    this.#id = id;
  }

  /** @throws {Failure} `repository-damaged`; also from `next`, when a later part is damaged. */
  static async open(reader: BlobReader, id: BlobId): Promise<TreeCursor> {
    const cursor = new TreeCursor(reader, id);
    await cursor.#parse(opening.length);
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
      if (this.#next < 0) return undefined;
      this.#last = this.#nodes.at(-1);
      this.#index = 0;
      await this.#parse(this.#next);
    }
    return this.#nodes[this.#index++];
  }

  async #parse(from: number): Promise<void> {
    this.#bytes ??= Buffer.from(await this.#reader.read('tree', this.#id));
    this.#from = from;
    if (this.#bytes.subarray(0, opening.length).equals(opening)) this.#parseSome(this.#bytes);
    else this.#parseWhole(this.#bytes);
    if (this.#next < 0) this.#bytes = undefined;
  }

  #parseSome(bytes: Buffer): void {
    const end = endOfNodes(bytes, this.#from, nodesAtOnce);
    if (end < 0) throw this.#damaged('is not valid JSON');
    this.#nodes = parseTree(`{"nodes":[${bytes.toString('utf8', this.#from, end)}]}`, this.#id);
    this.#checkOrder();
    this.#next = bytes[end] === bracketClose ? -1 : end + 1;
  }

  #parseWhole(bytes: Buffer): void {
    if (bytes.length > largestOtherForm) throw this.#damaged('is in another form and too large');
    this.#nodes = parseTree(bytes.toString('utf8'), this.#id);
    this.#next = -1;
  }

  /** Within one part `parseTree` looks at the order. */
  #checkOrder(): void {
    const [first] = this.#nodes;
    if (first !== undefined && this.#last !== undefined && Buffer.compare(this.#last.name, first.name) >= 0) {
      throw this.#damaged('holds names twice or out of order');
    }
  }

  #damaged(problem: string): Failure {
    return new Failure('repository-damaged', { object: `tree ${this.#id}`, problem });
  }
}

/**
 * @returns where the comma after the node number `most` stands, or the bracket that ends the list; -1 where neither
 * comes. Strings are jumped over, whatever they hold.
 */
function endOfNodes(bytes: Buffer, from: number, most: number): number {
  let depth = 0;
  let nodes = 0;
  for (let at = from; at < bytes.length; at++) {
    if (bytes[at] === quote) at = endOfString(bytes, at);
    const step = steps[bytes[at] ?? 0] ?? 0;
    if (step === 0) continue;
    depth += step;
    if (depth < 0) return at;
    if (depth === 0 && step < 0 && ++nodes === most) return isEndOfNode(bytes[at + 1]) ? at + 1 : -1;
  }
  return -1;
}

const isEndOfNode = (byte: number | undefined): boolean => byte === comma || byte === bracketClose;

/** @returns where the string's closing quote stands, or the end of the bytes. */
function endOfString(bytes: Buffer, opened: number): number {
  for (let at = bytes.indexOf(quote, opened + 1); at >= 0; at = bytes.indexOf(quote, at + 1)) {
    let slashes = 0;
    while (bytes[at - 1 - slashes] === backslash) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return bytes.length;
}
