import type { BlobId } from '../domain/ids.ts';
import type { Timestamp, TreeNode } from '../domain/tree-node.ts';
import { fromGoMode } from './go-mode.ts';
import type { TreeBytes } from './tree-bytes.ts';
import { readDetails, type Details } from './tree-plain-details.ts';
import { nameOffset, type PlainForm } from './tree-plain-form.ts';

const none: readonly never[] = [];

/**
 * A node of the plain form. What a listing shows is at hand; the rest is read again from the tree's bytes when it is
 * first asked for, because who lists a long folder never asks. It is what its JSON says.
 */
export class PlainNode implements TreeNode {
  readonly type: PlainForm['type'];
  readonly mode: number;
  readonly sizeBytes: number;
  readonly #from: TreeBytes;
  readonly #start: number;
  readonly #nameEnd: number;
  readonly #end: number;
  readonly #seconds: number;
  readonly #nanoseconds: number;
  #name: Buffer | undefined;
  #details: Details | undefined;

  /** @param start where the node that `passed` says begins; `from` stands where it ends. */
  constructor(from: TreeBytes, start: number, passed: PlainForm) {
    this.#from = from;
    this.#start = start;
    this.#nameEnd = passed.nameEnd;
    this.#end = from.at;
    this.#seconds = passed.modified.seconds;
    this.#nanoseconds = passed.modified.nanoseconds;
    this.type = passed.type;
    this.mode = fromGoMode(passed.mode);
    this.sizeBytes = passed.sizeBytes;
  }

  /** Whether both are written alike, byte by byte. */
  isWrittenAs(other: PlainNode): boolean {
    const { bytes } = other.#from;
    return this.#from.bytes.compare(bytes, other.#start, other.#end, this.#start, this.#end) === 0;
  }

  get name(): Buffer {
    return (this.#name ??= this.#from.bytes.subarray(this.#start + nameOffset, this.#nameEnd));
  }

  get modified(): Timestamp {
    return { seconds: this.#seconds, nanoseconds: this.#nanoseconds };
  }

  get changed(): Timestamp {
    return this.#rest().changed;
  }

  get uid(): number {
    return this.#rest().uid;
  }

  get gid(): number {
    return this.#rest().gid;
  }

  get inode(): string {
    return this.#rest().inode;
  }

  get deviceId(): string {
    return this.#rest().deviceId;
  }

  get links(): number {
    return this.#rest().links;
  }

  get linkTarget(): Buffer | undefined {
    return this.type === 'symlink' ? this.#rest().linkTarget : undefined;
  }

  get attributes(): TreeNode['attributes'] {
    return this.#rest().attributes;
  }

  get device(): number {
    return 0;
  }

  get content(): readonly BlobId[] {
    return this.type === 'file' ? this.#rest().content : none;
  }

  get subtree(): BlobId | undefined {
    return this.type === 'dir' ? this.#rest().subtree : undefined;
  }

  #rest(): Details {
    return (this.#details ??= readDetails(this.#from, this.#start));
  }
}

/** The node without the bytes of its tree, which it would keep in memory otherwise. */
export function detach(node: TreeNode): TreeNode {
  if (!(node instanceof PlainNode)) return node;
  const { linkTarget } = node;
  return {
    name: Buffer.from(node.name),
    type: node.type,
    mode: node.mode,
    modified: node.modified,
    changed: node.changed,
    uid: node.uid,
    gid: node.gid,
    inode: node.inode,
    deviceId: node.deviceId,
    sizeBytes: node.sizeBytes,
    links: node.links,
    linkTarget: linkTarget === undefined ? undefined : Buffer.from(linkTarget),
    attributes: node.attributes,
    device: node.device,
    content: node.content,
    subtree: node.subtree,
  };
}
