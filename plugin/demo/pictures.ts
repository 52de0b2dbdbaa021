import { createCipheriv } from 'node:crypto';
import { seedOf } from './random.ts';

/** Bytes like a photo's: the head of a JPEG, then what no program can make smaller, then its end. */
export function drawPicture(seed: number, bytes: number): Buffer {
  const picture = drawNoise(seed, bytes);
  picture.write('ffd8ffe000104a46494600010100', 'hex');
  picture.write('ffd9', Math.max(0, bytes - 2), 'hex');
  return picture;
}

/** Bytes like a PDF's: its plain head and end, and compressed streams between. */
export function drawPdf(title: string, seed: number, bytes: number): Buffer {
  const head = `%PDF-1.7\n1 0 obj\n<< /Title (${title}) /Producer (Shop PDF 3.2) >>\nendobj\n2 0 obj\n<< /Filter /FlateDecode /Length ${bytes} >>\nstream\n`;
  return Buffer.concat([Buffer.from(head), drawNoise(seed, bytes), Buffer.from('\nendstream\nendobj\n%%EOF\n')]);
}

/** An AES key stream. */
function drawNoise(seed: number, bytes: number): Buffer {
  const key = Buffer.alloc(32);
  for (let at = 0; at < key.length; at += 4) key.writeUInt32LE(seedOf(seed, at), at);
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}
