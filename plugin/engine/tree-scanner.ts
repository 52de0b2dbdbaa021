/**
 * Reads a tree's nodes one by one out of its bytes. Plain nodes are taken as they stand, any other is cut out and
 * parsed as JSON. If every piece between the commas is JSON, so is the whole, and nothing else stands in it: what is
 * read is what parsing all of it at once would give.
 */
import { isFailure } from '../domain/failure.ts';
import { isPlainName } from '../domain/plain-name.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { TreeBytes } from './tree-bytes.ts';
import { parseNode } from './tree-json.ts';
import { TreeObjects } from './tree-objects.ts';
import { nameOffset, PlainForm } from './tree-plain-form.ts';
import { PlainNode } from './tree-plain-node.ts';

const opening = Buffer.from('{"nodes":[');
const closings = [Buffer.from(']}\n'), Buffer.from(']}')];
const comma = 0x2c;
const bracketClose = 0x5d;

/** Between two nodes of a tree. */
export interface TreePlace {
  readonly next: number;
  /** The name before; empty at the beginning. */
  readonly last: Buffer;
}

export const beginning: TreePlace = { next: opening.length, last: Buffer.alloc(0) };

export class TreeScanner {
  readonly #id: string;
  readonly #from: TreeBytes;
  readonly #objects: TreeObjects;
  readonly #form = new PlainForm();
  #next: number;
  readonly #last: { bytes: Buffer; at: number; end: number };

  /** @param bytes must never change: nodes refer to them. @param place where another scanner of them came to. */
  constructor(bytes: Buffer, id: string, place = beginning) {
    this.#from = new TreeBytes(bytes);
    this.#objects = new TreeObjects(bytes);
    this.#id = id;
    this.#next = place.next;
    this.#last = { bytes: place.last, at: 0, end: place.last.length };
  }

  /** Where it has come to. */
  get place(): TreePlace {
    const { bytes, at, end } = this.#last;
    return { next: this.#next, last: Buffer.from(bytes.subarray(at, end)) };
  }

  /**
   * @returns the next node; `end` after the last; `other` when the tree is not written as restic does, or damaged, or
   * its names are not what `readTree` promises: then no more can be taken.
   */
  take(): TreeNode | 'end' | 'other' {
    const { bytes } = this.#from;
    const isFirst = this.#next === opening.length;
    if (isFirst && !hasForm(bytes)) return 'other';
    if (bytes[this.#next] === bracketClose) return endsAt(bytes, this.#next) ? 'end' : 'other';
    if (!isFirst && bytes[this.#next] !== comma) return 'other';
    const start = isFirst ? this.#next : this.#next + 1;
    const node = this.#plainNode(start) ?? this.#otherNode(start);
    if (node !== undefined) this.#next = this.#from.at;
    return node ?? 'other';
  }

  #plainNode(start: number): TreeNode | undefined {
    const from = this.#from;
    from.at = start;
    if (!this.#form.pass(from) || !this.#follows(from.bytes, start + nameOffset, this.#form.nameEnd)) return undefined;
    return new PlainNode(from, start, this.#form);
  }

  #otherNode(start: number): TreeNode | undefined {
    const object = this.#objects.take(start);
    const node = object === undefined ? undefined : this.#parse(object.value);
    if (object === undefined || node === undefined) return undefined;
    if (!isPlainName(node.name) || !this.#follows(node.name, 0, node.name.length)) return undefined;
    this.#from.at = object.end;
    return node;
  }

  #parse(value: unknown): TreeNode | undefined {
    try {
      return parseNode(value, this.#id);
    } catch (error) {
      if (isFailure(error, 'repository-damaged')) return undefined;
      throw error;
    }
  }

  /** Whether the name sorts after the last, byte by byte; then it is the last. */
  #follows(bytes: Buffer, at: number, end: number): boolean {
    const last = this.#last;
    const shared = Math.min(end - at, last.end - last.at);
    let same = 0;
    while (same < shared && bytes[at + same] === last.bytes[last.at + same]) same++;
    const isAfter =
      same < shared ? (bytes[at + same] ?? 0) > (last.bytes[last.at + same] ?? 0) : end - at > last.end - last.at;
    last.bytes = bytes;
    last.at = at;
    last.end = end;
    return isAfter;
  }
}

function hasForm(bytes: Buffer): boolean {
  const isOpened = bytes.subarray(0, opening.length).equals(opening);
  return isOpened && closings.some((closing) => bytes.subarray(-closing.length).equals(closing));
}

function endsAt(bytes: Buffer, at: number): boolean {
  const rest = bytes.subarray(at);
  return closings.some((closing) => rest.equals(closing));
}
