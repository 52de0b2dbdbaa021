import { createHash } from 'node:crypto';
import type { BlobId } from '../domain/ids.ts';
import { binarySizes } from './chunker.ts';

/** How long the chunk is that long holes are made of. */
export const holeBytes = binarySizes.largest;
let holeId: string | undefined;

/** Whether the blob is such a chunk: its content is known without reading it. */
export function isHole(id: BlobId): boolean {
  holeId ??= createHash('sha256').update(Buffer.alloc(holeBytes)).digest('hex');
  return id === holeId;
}
