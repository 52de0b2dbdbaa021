import {
  createCipheriv,
  createHash,
  createSecretKey,
  randomFillSync,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Arena, Codec, CompressionEffort, Sealer, SealKey } from '../contracts/codec.ts';
import { clampMacR } from './mac-key.ts';
import { poly1305 } from './poly1305.ts';
import { zstdParameters } from './zstd-parameters.ts';

const params = { quick: paramsOf('quick'), dense: paramsOf('dense') };

function paramsOf(effort: CompressionEffort): { [parameter: number]: number } {
  return Object.fromEntries(zstdParameters[effort].map(({ parameter, value }) => [parameter, value]));
}

/** The codec with Node's own modules only: the same bytes, slower on small files. */
export function openNodeCodec(): Codec {
  const digest = Buffer.alloc(32);
  return {
    kind: 'node',
    allocate: (sizeBytes) => ({ bytes: Buffer.allocUnsafeSlow(Math.max(sizeBytes, 4096)), address: 0 }),
    share: (memory) => ({ bytes: Buffer.from(memory), address: 0 }),
    digest,
    digestWords: new Int32Array(digest.buffer, digest.byteOffset, 8),
    hash(source, offset, length) {
      createHash('sha256')
        .update(span(source, offset, length))
        .digest()
        .copy(digest);
    },
    compress,
    decompress,
    sealer: (key) => new NodeSealer(key),
  };
}

function compress(
  source: Arena,
  offset: number,
  length: number,
  target: Arena,
  targetOffset: number,
  effort: CompressionEffort = 'quick',
): number {
  const frame = zstdCompressSync(span(source, offset, length), { params: params[effort] });
  if (frame.length >= length || frame.length > target.bytes.length - targetOffset) return 0;
  frame.copy(target.bytes, targetOffset);
  return frame.length;
}

function decompress(
  source: Arena,
  offset: number,
  length: number,
  target: Arena,
  targetOffset: number,
  expected: number,
): boolean {
  const room = span(target, targetOffset, expected);
  const frame = span(source, offset, length);
  try {
    const plain = zstdDecompressSync(frame, { maxOutputLength: Math.max(expected, 1) });
    if (plain.length !== expected) return false;
    plain.copy(room);
    return true;
  } catch {
    return false;
  }
}

class NodeSealer implements Sealer {
  readonly #encrypt: KeyObject;
  readonly #macK: KeyObject;
  readonly #macR: Buffer;

  constructor(key: SealKey) {
    this.#encrypt = createSecretKey(key.encrypt);
    this.#macK = createSecretKey(key.macK);
    this.#macR = clampMacR(key.macR);
  }

  seal(arena: Arena, offset: number, length: number): number {
    if (length < 0) throw new RangeError(`${length} bytes cannot be sealed`);
    const all = span(arena, offset, length + 32);
    const nonce = randomFillSync(all.subarray(0, 16));
    const content = all.subarray(16, 16 + length);
    this.#crypt(nonce, content);
    this.#tag(nonce, content).copy(all, 16 + length);
    return length + 32;
  }

  open(arena: Arena, offset: number, sealedLength: number): number {
    const length = sealedLength - 32;
    if (length < 0) return -1;
    const all = span(arena, offset, sealedLength);
    const nonce = all.subarray(0, 16);
    const content = all.subarray(16, 16 + length);
    if (!timingSafeEqual(this.#tag(nonce, content), all.subarray(16 + length))) return -1;
    this.#crypt(nonce, content);
    return length;
  }

  #crypt(nonce: Buffer, content: Buffer): void {
    createCipheriv('aes-256-ctr', this.#encrypt, nonce).update(content).copy(content);
  }

  #tag(nonce: Buffer, content: Buffer): Buffer {
    const cipher = createCipheriv('aes-128-ecb', this.#macK, null).setAutoPadding(false);
    return poly1305(Buffer.concat([this.#macR, cipher.update(nonce)]), content);
  }
}

function span(arena: Arena, offset: number, length: number): Buffer {
  if (!(offset >= 0 && length >= 0 && offset + length <= arena.bytes.length)) {
    throw new RangeError(`bytes ${offset}+${length} lie outside an arena of ${arena.bytes.length}`);
  }
  return arena.bytes.subarray(offset, offset + length);
}
