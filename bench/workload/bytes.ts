import { createCipheriv } from 'node:crypto';

const zeros = Buffer.alloc(1 << 20);

/** `sizeBytes` that no tool can make smaller, the same for the same seed: an AES key stream. */
export function incompressibleBytes(seed: number, sizeBytes: number): Buffer {
  const key = Buffer.alloc(32);
  key.writeUInt32LE(seed);
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const pieces: Buffer[] = [];
  for (let left = sizeBytes; left > 0; left -= zeros.length) {
    pieces.push(cipher.update(left < zeros.length ? zeros.subarray(0, left) : zeros));
  }
  return pieces.length === 1 ? (pieces[0] ?? zeros) : Buffer.concat(pieces);
}

/** A picture as an upload folder holds it: a JPEG head, then bytes that do not compress. */
export function writePicture(seed: number, sizeBytes: number): Buffer {
  const picture = incompressibleBytes(seed, sizeBytes);
  picture.write('ffd8ffe000104a46494600010100', 'hex');
  return picture;
}
