/**
 * Where files are cut. A gear hash rolls over the bytes, and a cut is made where its top bits are zero, so that an
 * insertion moves only the cuts near it (FastCDC: a stricter mask before the average size, a looser one after).
 * The gear table is derived from the repository's secret, so that lengths of chunks tell nothing about known files.
 */
import { createHash } from 'node:crypto';

export interface ChunkSizes {
  readonly smallest: number;
  /** Up to here cuts are rare, beyond it frequent; how much so depends on the power of two below it. */
  readonly average: number;
  readonly largest: number;
}

export const binarySizes: ChunkSizes = { smallest: 524_288, average: 1_048_576, largest: 2_097_152 };
/** Dumps and logs change in rows: finer chunks keep what a day adds small. */
export const textSizes: ChunkSizes = { smallest: 16_384, average: 65_536, largest: 524_288 };
/** Rows of dumps change here and there: what one change stores is a chunk. */
export const fewRowSizes: ChunkSizes = { smallest: 16_384, average: 65_536, largest: 262_144 };
/** About 340 KiB: ten changes store less than 1 MB, and zstd makes hardly more of it than of the whole (docs/decisions/0015). */
export const rowSizes: ChunkSizes = { smallest: 278_528, average: 278_528, largest: 524_288 };
/** Of dumps so large that they would have millions of chunks. */
export const largeRowSizes: ChunkSizes = { smallest: 131_072, average: 524_288, largest: 2_097_152 };

export class Chunker {
  readonly #secret: string;
  #gear: Int32Array | undefined;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /**
   * @returns the end of the chunk that begins at `start`; bytes are known up to `end`. Where `end` is returned, more
   * bytes might move the cut unless the file ends there or the chunk has its largest size.
   */
  cut(bytes: Buffer, start: number, end: number, sizes: ChunkSizes): number {
    if (end - start <= sizes.smallest) return end;
    const last = Math.min(end, start + sizes.largest);
    const middle = Math.min(last, start + sizes.average);
    const bits = 31 - Math.clz32(sizes.average);
    const found = this.#scan(bytes, start + sizes.smallest, middle, topBits(bits + 1));
    return found < middle ? found : this.#scan(bytes, middle, last, topBits(bits - 2));
  }

  /** The hash depends on 32 bytes, so each scan starts afresh. Four steps a turn: twice as fast as one. */
  #scan(bytes: Buffer, from: number, to: number, mask: number): number {
    const gear = (this.#gear ??= makeGear(this.#secret));
    const lastTurn = to - 3;
    let hash = 0;
    let at = from;
    for (; at < lastTurn; at += 4) {
      hash = ((hash << 1) + (gear[bytes[at] as number] as number)) | 0;
      if ((hash & mask) === 0) return at + 1;
      hash = ((hash << 1) + (gear[bytes[at + 1] as number] as number)) | 0;
      if ((hash & mask) === 0) return at + 2;
      hash = ((hash << 1) + (gear[bytes[at + 2] as number] as number)) | 0;
      if ((hash & mask) === 0) return at + 3;
      hash = ((hash << 1) + (gear[bytes[at + 3] as number] as number)) | 0;
      if ((hash & mask) === 0) return at + 4;
    }
    for (; at < to; at++) {
      hash = ((hash << 1) + (gear[bytes[at] as number] as number)) | 0;
      if ((hash & mask) === 0) return at + 1;
    }
    return to;
  }
}

/** A night that finds nothing large has no need of it. */
function makeGear(secret: string): Int32Array {
  const gear = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    gear[byte] = createHash('sha256').update(`larder gear ${secret} ${byte}`).digest().readInt32LE();
  }
  return gear;
}

function topBits(count: number): number {
  return (0xffff_ffff << (32 - count)) | 0;
}

const sniffBytes = 4096;

/** Whether a large file looks like text: no byte below space but tab and line ends in its beginning. */
export function looksLikeText(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < Math.min(end, start + sniffBytes); at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false;
    if (byte === 0x7f) return false;
  }
  return true;
}
