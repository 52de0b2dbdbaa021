import { createHash } from 'node:crypto';
import type { ByteSource } from '../contracts/byte-source.ts';

/** The SHA-256 of an object as it lies at its destination: whoever cannot open it can still tell whether it is the same. */
export class SealedHash {
  readonly #hash = createHash('sha256');

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  /** In hex; nothing can be added afterwards. */
  end(): string {
    return this.#hash.digest('hex');
  }
}

const pieceBytes = 4 * 1024 * 1024;

/** @throws {Failure} what the source throws; `signal`'s reason when it fired. */
export async function hashSealed(source: ByteSource, signal: AbortSignal): Promise<string> {
  const hash = new SealedHash();
  for (let at = 0; at < source.sizeBytes; at += pieceBytes) {
    signal.throwIfAborted();
    hash.add(await source.read(at, Math.min(pieceBytes, source.sizeBytes - at)));
  }
  return hash.end();
}
