import type { Codec, Sealer } from '../contracts/codec.ts';
import { nonceBytes, sealOverheadBytes } from './format.ts';

/** Seals a copy of `plain`; for objects that are sealed rarely. Hot paths seal in place. */
export function sealBytes(codec: Codec, sealer: Sealer, plain: Uint8Array): Buffer {
  const arena = codec.allocate(plain.length + sealOverheadBytes);
  arena.bytes.set(plain, nonceBytes);
  const length = sealer.seal(arena, 0, plain.length);
  return arena.bytes.subarray(0, length);
}

/** Opens a copy of `sealed`. @returns undefined when it is not authentic. */
export function openBytes(codec: Codec, sealer: Sealer, sealed: Uint8Array): Buffer | undefined {
  const arena = codec.allocate(sealed.length);
  arena.bytes.set(sealed);
  const length = sealer.open(arena, 0, sealed.length);
  return length < 0 ? undefined : arena.bytes.subarray(nonceBytes, nonceBytes + length);
}
