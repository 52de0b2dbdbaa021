import { constants, deflateRaw } from 'node:zlib';

/** docs/decisions/0007 */
const level = 1;

/**
 * Compresses one piece in another thread. Pieces that follow one another make one deflate stream (RFC 1951), each but
 * the last ending on a byte without ending the stream; this is how pigz uses all cores.
 */
export function deflatePiece(bytes: Buffer, isLast: boolean): Promise<Buffer> {
  const finishFlush = isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
  return new Promise((resolve, reject) => {
    deflateRaw(bytes, { level, finishFlush, chunkSize: chunkBytes(bytes.length) }, (error, deflated) => {
      if (error === null) resolve(deflated);
      else reject(error);
    });
  });
}

/** One chunk for most: several are put together by copying. */
function chunkBytes(length: number): number {
  return Math.min(Math.max(Math.ceil(length / 2), 4096), 262_144);
}
