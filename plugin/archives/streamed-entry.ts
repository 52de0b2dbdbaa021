import { crc32 } from 'node:zlib';
import { deflatePiece } from './deflate-piece.ts';
import type { EntryHeader, EntrySizes } from './zip-format.ts';

/** Large enough that compressing pieces apart costs little, small enough that both cores have some. */
const pieceBytes = 524_288;

/** A piece of a file on its way, as it will stand in the zip. */
export interface Piece {
  readonly plainBytes: number;
  readonly stored: Promise<Buffer> | Buffer;
}

/** A file whose size is known when its last byte has come. */
export class StreamedEntry {
  readonly header: EntryHeader;
  #gathered: Buffer[] = [];
  #gatheredBytes = 0;
  #crc = 0;
  #plainBytes = 0;
  storedBytes = 0;
  /** Where it begins in the zip. */
  offset = 0;

  constructor(header: EntryHeader) {
    this.header = header;
  }

  get sizes(): EntrySizes {
    return { crc: this.#crc, plainBytes: this.#plainBytes, storedBytes: this.storedBytes };
  }

  /** @returns what is ready to be compressed, or stored as it is. */
  add(bytes: Buffer): Piece[] {
    this.#crc = crc32(bytes, this.#crc);
    this.#plainBytes += bytes.length;
    if (!this.header.isDeflated) return [{ plainBytes: bytes.length, stored: bytes }];
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.length;
    return this.#gatheredBytes < pieceBytes ? [] : [this.#take(false)];
  }

  end(): Piece[] {
    return this.header.isDeflated ? [this.#take(true)] : [];
  }

  #take(isLast: boolean): Piece {
    const plain = Buffer.concat(this.#gathered, this.#gatheredBytes);
    this.#gathered = [];
    this.#gatheredBytes = 0;
    return { plainBytes: plain.length, stored: deflatePiece(plain, isLast) };
  }
}
