import type { ObjectStore } from '../contracts/object-store.ts';
import { packKey } from './format.ts';
import type { PackReading } from './pack-windows.ts';

const blockBytes = 256 * 1024;
const mostBlocks = 16;

interface Block {
  readonly packId: string;
  readonly offset: number;
  readonly bytes: Buffer;
}

/**
 * Reads stretches of packs in blocks that lie side by side, of which the last few stay at hand: for trees, which are
 * read from the top although what is below was stored before it.
 */
export class PackBlocks implements PackReading {
  readonly #store: ObjectStore;
  #blocks: Block[] = [];

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  async read(packId: string, offset: number, length: number): Promise<Buffer> {
    const known = this.#blocks.find((block) => covers(block, packId, offset, length));
    const block = known ?? (await this.#fetch(packId, offset, length));
    if (block !== this.#blocks[0]) this.#moveToFront(block);
    const from = offset - block.offset;
    return block.bytes.subarray(from, from + length);
  }

  clear(): void {
    this.#blocks = [];
  }

  async #fetch(packId: string, offset: number, length: number): Promise<Block> {
    const start = Math.floor(offset / blockBytes) * blockBytes;
    const end = Math.ceil((offset + length) / blockBytes) * blockBytes;
    return { packId, offset: start, bytes: await this.#store.readRange(packKey(packId), start, end - start) };
  }

  #moveToFront(block: Block): void {
    this.#blocks = [block, ...this.#blocks.filter((other) => other !== block).slice(0, mostBlocks - 1)];
  }
}

function covers({ packId, offset, bytes }: Block, wantedId: string, wantedOffset: number, length: number): boolean {
  return packId === wantedId && wantedOffset >= offset && wantedOffset + length <= offset + bytes.length;
}
