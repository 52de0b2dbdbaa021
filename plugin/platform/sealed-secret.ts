import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const nonceSize = 12;
const tagSize = 16;

/** AES-256-GCM under a fresh random nonce. @returns nonce, ciphertext, tag. Opens only with the same `purpose`. */
export function sealSecret(key: Buffer, purpose: string, secret: Buffer): Buffer {
  const nonce = randomBytes(nonceSize);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
}

/** @returns undefined when it was altered, or sealed with another key or for another purpose. */
export function openSecret(key: Buffer, purpose: string, sealed: Buffer): Buffer | undefined {
  if (sealed.length < nonceSize + tagSize) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceSize), { authTagLength: tagSize });
  decipher.setAAD(Buffer.from(purpose)).setAuthTag(sealed.subarray(-tagSize));
  const secret = decipher.update(sealed.subarray(nonceSize, -tagSize));
  try {
    return Buffer.concat([secret, decipher.final()]);
  } catch {
    return undefined;
  }
}
