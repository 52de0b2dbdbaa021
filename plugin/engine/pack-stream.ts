import { createHash } from 'node:crypto';
import { packKey } from './format.ts';
import type { Repository } from './repository.ts';

const stepBytes = 4 * 1024 * 1024;

/** Reads a pack once from its beginning to its end, hashing it on the way; holds only what was asked for last. */
export class PackStream {
  readonly #repository: Repository;
  readonly #key: string;
  readonly #size: number;
  readonly #hash = createHash('sha256');
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  constructor(repository: Repository, packId: string, size: number) {
    this.#repository = repository;
    this.#key = packKey(packId);
    this.#size = size;
  }

  /** How much was fetched so far. */
  get position(): number {
    return this.#windowStart + this.#window.length;
  }

  /**
   * Bytes of the pack, valid until the next call; fewer where it ends before. Each call begins where, or after, the
   * one before began. @throws what the store throws.
   */
  async take(offset: number, length: number): Promise<Buffer> {
    if (offset < this.#windowStart) throw new RangeError('a pack is read forwards only');
    const end = Math.min(offset + length, this.#size);
    while (this.position < end && (await this.#step(offset))) continue;
    const from = offset - this.#windowStart;
    return this.#window.subarray(Math.min(from, this.#window.length), Math.max(from, 0) + Math.max(0, end - offset));
  }

  /** Reads the rest. @returns SHA-256 of the whole pack. */
  async finish(): Promise<string> {
    while (this.position < this.#size && (await this.#step(this.position))) continue;
    return this.#hash.digest('hex');
  }

  /** Fetches the next piece and drops what lies before `keepFrom`. @returns false at the end. */
  async #step(keepFrom: number): Promise<boolean> {
    const piece = await this.#repository.store.readRange(
      this.#key,
      this.position,
      Math.min(stepBytes, this.#size - this.position),
    );
    if (piece.length === 0) return false;
    this.#hash.update(piece);
    const drop = Math.min(keepFrom - this.#windowStart, this.#window.length);
    const kept = this.#window.subarray(drop);
    this.#windowStart += drop;
    this.#window = kept.length === 0 ? piece : Buffer.concat([kept, piece]);
    return true;
  }
}
