import type { Arena } from '../contracts/codec.ts';
import type { BlobWriter } from './blob-writer.ts';
import { ByteList } from './byte-list.ts';
import type { FolderFrame } from './folder-frame.ts';
import { nodeJson, type OwnerNames } from './node-json.ts';
import { row } from './stat-row.ts';

/** Beyond this a tree's memory is not kept for the next. */
const keptBytes = 4 * 1024 * 1024;

/** Of a node's JSON without its name and contents. */
const usualNodeBytes = 256;

/** Writes trees: `{"nodes":[…]}` and a newline, as restic does. */
export class TreeEncoder {
  readonly #writer: BlobWriter;
  readonly #owners: OwnerNames;
  readonly #allocate: (sizeBytes: number) => Arena;
  #json: ByteList;

  constructor(writer: BlobWriter, owners: OwnerNames, allocate: (sizeBytes: number) => Arena) {
    this.#writer = writer;
    this.#owners = owners;
    this.#allocate = allocate;
    this.#json = new ByteList(allocate, 65_536);
  }

  /** Stores the tree of a folder whose rows are complete. @returns its hex id. */
  async store(frame: FolderFrame): Promise<string> {
    this.#json.clear();
    this.#json.reserve(frame.count * usualNodeBytes + frame.names.length + frame.content.length * 2);
    this.#json.appendText('{"nodes":[');
    for (let index = 0; index < frame.count; index++) {
      if (index > 0) this.#json.appendByte(0x2c);
      this.#json.appendText(this.#node(frame, index));
    }
    this.#json.appendText(']}\n');
    return this.#put();
  }

  /** Stores a tree of nodes given as JSON. @returns its hex id. */
  async storeNodes(nodes: readonly string[]): Promise<string> {
    this.#json.clear();
    this.#json.appendText(`{"nodes":[${nodes.join(',')}]}\n`);
    return this.#put();
  }

  #node(frame: FolderFrame, index: number): string {
    const parts = {
      words: frame.words,
      at: index * row.words,
      name: frame.nameOf(index),
      content: frame.contentOf(index),
      attributes: frame.attributesOf(index),
      subtree: frame.subtrees.get(index) ?? '',
      device: 0,
    };
    return nodeJson(parts, this.#owners);
  }

  async #put(): Promise<string> {
    if (this.#writer.mustWait) await this.#writer.ready();
    this.#writer.store('tree', this.#json.arena, 0, this.#json.length);
    if (this.#json.arena.bytes.length > keptBytes) this.#json = new ByteList(this.#allocate, 65_536);
    return this.#writer.id.toString('hex');
  }
}
