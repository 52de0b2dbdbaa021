import type { Arena } from '../../contracts/codec.ts';
import { addressOf } from './library.ts';

/** Small typed arrays live on the moving heap; from this size on their memory stays where it is. */
const smallestFixedBytes = 4096;

export function allocateArena(sizeBytes: number): Arena {
  const bytes = Buffer.allocUnsafeSlow(Math.max(sizeBytes, smallestFixedBytes));
  return { bytes, address: addressOf(bytes) };
}

/** Shared memory never moves. */
export function arenaOver(memory: SharedArrayBuffer): Arena {
  const bytes = Buffer.from(memory);
  return { bytes, address: addressOf(bytes) };
}

/** @throws {RangeError} when the bytes from `offset` do not lie inside the arena. */
export function checkSpan(arena: Arena, offset: number, length: number): void {
  if (!(offset >= 0 && length >= 0 && offset + length <= arena.bytes.length)) {
    throw new RangeError(`bytes ${offset}+${length} lie outside an arena of ${arena.bytes.length}`);
  }
}
