/** The age file format, version 1: https://c2sp.org/age. A header that wraps the file key, a nonce, then chunks. */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

export const chunkBytes = 65_536;
export const tagBytes = 16;
export const payloadNonceBytes = 16;
const cipher = 'chacha20-poly1305';

/** The key of the chunks. */
export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
}

/** @returns ciphertext and tag. */
export function sealChunk(key: Buffer, index: number, isLast: boolean, plain: Buffer): [Buffer, Buffer] {
  const sealing = createCipheriv(cipher, key, chunkNonce(index, isLast), { authTagLength: tagBytes });
  const sealed = sealing.update(plain);
  sealing.final();
  return [sealed, sealing.getAuthTag()];
}

/** @returns undefined when it was altered, moved, cut, or sealed with another key. */
export function openChunk(key: Buffer, index: number, isLast: boolean, sealed: Buffer): Buffer | undefined {
  if (sealed.length < tagBytes) return undefined;
  const opening = createDecipheriv(cipher, key, chunkNonce(index, isLast), { authTagLength: tagBytes });
  opening.setAuthTag(sealed.subarray(-tagBytes));
  const plain = opening.update(sealed.subarray(0, -tagBytes));
  try {
    opening.final();
    return plain;
  } catch {
    return undefined;
  }
}

/** Eleven bytes that count the chunks, one that says whether it is the last. */
function chunkNonce(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}
