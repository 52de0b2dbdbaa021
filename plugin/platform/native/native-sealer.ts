import { randomFillSync } from 'node:crypto';
import type { Arena, Sealer, SealKey } from '../../contracts/codec.ts';
import { clampMacR } from '../mac-key.ts';
import { allocateArena, checkSpan } from './arena.ts';
import { bind, bindPointer } from './library.ts';

const overhead = 32;
const noncePoolBytes = 65_536;
// Where things stand in the sealer's own arena.
const encryptAt = 0;
const macKAt = 32;
const macRAt = 64;
const oneTimeAt = 80;
const tagAt = 128;
const scratchAt = 160;

type Functions = ReturnType<typeof bindFunctions>;

/** @throws {Error} when this Node does not export OpenSSL 3's functions. */
export function openNativeSealing(): (key: SealKey) => Sealer {
  const functions = bindFunctions();
  return (key) => new NativeSealer(functions, key);
}

function bindFunctions() {
  return {
    newCipher: bindPointer('void* EVP_CIPHER_CTX_new()'),
    aes256ctr: bindPointer('void* EVP_aes_256_ctr()'),
    aes128ecb: bindPointer('void* EVP_aes_128_ecb()'),
    start: bind('int EVP_EncryptInit_ex(void*, void*, void*, uintptr_t, uintptr_t)'),
    update: bind('int EVP_EncryptUpdate(void*, uintptr_t, uintptr_t, uintptr_t, int)'),
    noPadding: bind('int EVP_CIPHER_CTX_set_padding(void*, int)'),
    fetchMac: bindPointer('void* EVP_MAC_fetch(void*, const char*, const char*)'),
    newMac: bindPointer('void* EVP_MAC_CTX_new(void*)'),
    startMac: bind('int EVP_MAC_init(void*, uintptr_t, size_t, void*)'),
    updateMac: bind('int EVP_MAC_update(void*, uintptr_t, size_t)'),
    finishMac: bind('int EVP_MAC_final(void*, uintptr_t, uintptr_t, size_t)'),
  };
}

/** Poly1305-AES: the one-time key is r (clamped) and AES-128 of the nonce under k; the MAC is over the ciphertext alone. */
class NativeSealer implements Sealer {
  readonly #functions: Functions;
  readonly #own = allocateArena(256);
  readonly #nonces = Buffer.allocUnsafeSlow(noncePoolBytes);
  #nextNonce = noncePoolBytes;
  readonly #cipher: unknown;
  readonly #nonceCipher: unknown;
  readonly #mac: unknown;

  constructor(functions: Functions, key: SealKey) {
    this.#functions = functions;
    const { bytes, address } = this.#own;
    key.encrypt.copy(bytes, encryptAt);
    key.macK.copy(bytes, macKAt);
    clampMacR(key.macR).copy(bytes, macRAt);
    this.#cipher = functions.newCipher();
    must(functions.start(this.#cipher, functions.aes256ctr(), null, address + encryptAt, 0));
    this.#nonceCipher = functions.newCipher();
    must(functions.start(this.#nonceCipher, functions.aes128ecb(), null, address + macKAt, 0));
    functions.noPadding(this.#nonceCipher, 0);
    this.#mac = functions.newMac(functions.fetchMac(null, 'POLY1305', null));
  }

  seal(arena: Arena, offset: number, length: number): number {
    checkSpan(arena, offset, length); // a negative length could pass the check of the whole
    checkSpan(arena, offset, length + overhead);
    this.#placeNonce(arena.bytes, offset);
    const at = arena.address + offset;
    this.#crypt(at, length);
    this.#tag(at, length, at + 16 + length);
    return length + overhead;
  }

  open(arena: Arena, offset: number, sealedLength: number): number {
    const length = sealedLength - overhead;
    if (length < 0) return -1;
    checkSpan(arena, offset, sealedLength);
    const at = arena.address + offset;
    this.#tag(at, length, this.#own.address + tagAt);
    if (!this.#tagMatches(arena.bytes, offset + 16 + length)) return -1;
    this.#crypt(at, length);
    return length;
  }

  /** Random nonces are drawn in one go; a pool is never shared with another process. */
  #placeNonce(bytes: Buffer, offset: number): void {
    if (this.#nextNonce >= noncePoolBytes) {
      randomFillSync(this.#nonces);
      this.#nextNonce = 0;
    }
    this.#nonces.copy(bytes, offset, this.#nextNonce, this.#nextNonce + 16);
    this.#nextNonce += 16;
  }

  #crypt(at: number, length: number): void {
    const { start, update } = this.#functions;
    must(start(this.#cipher, null, null, 0, at));
    if (length > 0) must(update(this.#cipher, at + 16, this.#own.address + scratchAt, at + 16, length));
  }

  #tag(at: number, length: number, target: number): void {
    const { update, startMac, updateMac, finishMac } = this.#functions;
    const own = this.#own.address;
    must(update(this.#nonceCipher, own + oneTimeAt, own + scratchAt, at, 16));
    must(startMac(this.#mac, own + macRAt, 32, null));
    must(updateMac(this.#mac, at + 16, length));
    must(finishMac(this.#mac, target, own + scratchAt + 8, 16));
  }

  /** In constant time. */
  #tagMatches(bytes: Buffer, offset: number): boolean {
    let difference = 0;
    for (let index = 0; index < 16; index++) {
      difference |= (bytes[offset + index] ?? 0) ^ (this.#own.bytes[tagAt + index] ?? 0);
    }
    return difference === 0;
  }
}

function must(result: number): void {
  if (result !== 1) throw new Error('OpenSSL refused a call that cannot fail');
}
