import { crc32 } from 'node:zlib';
import type { ZipEntry, ZipSink, ZipWriter } from '../contracts/zip-writer.ts';
import { deflatePiece } from './deflate-piece.ts';
import { OutputQueue } from './output-queue.ts';
import { StreamedEntry, type Piece } from './streamed-entry.ts';
import {
  descriptorRecord,
  directoryRecord,
  endRecords,
  headerOf,
  localRecord,
  type EntryHeader,
  type EntrySizes,
} from './zip-format.ts';

const mostPieces = 16;
const mostHeldBytes = 8 * 1024 * 1024;
const mostOutputBytes = 4 * 1024 * 1024;
const nothing: EntrySizes = { crc: 0, plainBytes: 0, storedBytes: 0 };

/**
 * A zip whose entries are compressed beside one another, in libuv's threads; large files piece by piece. Archiver
 * compresses one after the other, and computes checksums in JavaScript (docs/decisions/0007).
 */
export function openParallelZip(sink: ZipSink): ZipWriter {
  return new ParallelZip(sink);
}

class ParallelZip implements ZipWriter {
  readonly #output: OutputQueue;
  readonly #directory: Buffer[] = [];
  /** Whatever was begun, in order; never rejects. */
  #last: Promise<void> = Promise.resolve();
  #pieces = 0;
  #heldBytes = 0;
  #offset = 0;
  #streamed: StreamedEntry | undefined;
  #isClosed = false;
  #problem: { readonly error: unknown } | undefined;
  #wake = (): void => {};

  constructor(sink: ZipSink) {
    this.#output = new OutputQueue(sink, () => this.#wake());
  }

  folder(entry: ZipEntry): Promise<void> {
    return this.#stored(headerOf(entry, 'folder', { isDeflated: false, isStreamed: false }), Buffer.alloc(0));
  }

  symlink(entry: ZipEntry, target: string): Promise<void> {
    return this.#stored(headerOf(entry, 'symlink', { isDeflated: false, isStreamed: false }), Buffer.from(target));
  }

  async file(entry: ZipEntry, content: Buffer): Promise<void> {
    const isDeflated = entry.compress && content.length > 0;
    const header = headerOf(entry, 'file', { isDeflated, isStreamed: false });
    if (!isDeflated) return this.#stored(header, content);
    await this.#until(() => this.#hasRoom());
    const crc = crc32(content);
    const plainBytes = content.length;
    this.#inOrder(plainBytes, deflatePiece(content, true), (deflated) =>
      this.#whole(header, { crc, plainBytes, storedBytes: deflated.length }, deflated),
    );
  }

  async beginFile(entry: ZipEntry): Promise<void> {
    await this.#until(() => this.#hasRoom());
    const header = headerOf(entry, 'file', { isDeflated: entry.compress, isStreamed: true });
    const streamed = new StreamedEntry(header);
    this.#streamed = streamed;
    this.#inOrder(0, undefined, () => {
      streamed.offset = this.#offset;
      this.#write(localRecord(header, nothing));
    });
  }

  async data(bytes: Buffer): Promise<void> {
    const streamed = this.#streamed;
    if (streamed === undefined) throw new Error('no file was begun');
    this.#begin(streamed, streamed.add(bytes));
    await this.#until(() => this.#hasRoom());
  }

  async endFile(): Promise<void> {
    const streamed = this.#streamed;
    if (streamed === undefined) throw new Error('no file was begun');
    this.#streamed = undefined;
    this.#begin(streamed, streamed.end());
    this.#inOrder(0, undefined, () => {
      this.#write(descriptorRecord(streamed.sizes));
      this.#directory.push(directoryRecord(streamed.header, streamed.sizes, streamed.offset));
    });
    await this.#until(() => this.#hasRoom());
  }

  async finish(): Promise<number> {
    await this.#until(() => this.#pieces === 0);
    const offset = this.#offset;
    for (const record of this.#directory) this.#write(record);
    this.#write(endRecords(this.#directory.length, { offset, length: this.#offset - offset }));
    await this.#until(() => this.#output.heldBytes === 0);
    return this.#output.takenBytes;
  }

  /** What is being compressed is let through to nowhere. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#output.close();
    this.#wake();
    await this.#last;
  }

  async #stored(header: EntryHeader, content: Buffer): Promise<void> {
    await this.#until(() => this.#hasRoom());
    const sizes = { crc: crc32(content), plainBytes: content.length, storedBytes: content.length };
    this.#inOrder(content.length, undefined, () => this.#whole(header, sizes, content));
  }

  #whole(header: EntryHeader, sizes: EntrySizes, stored: Buffer): void {
    this.#directory.push(directoryRecord(header, sizes, this.#offset));
    this.#write(localRecord(header, sizes));
    this.#write(stored);
  }

  #begin(streamed: StreamedEntry, pieces: readonly Piece[]): void {
    for (const { plainBytes, stored } of pieces) {
      this.#inOrder(plainBytes, stored, (bytes) => {
        streamed.storedBytes += bytes.length;
        this.#write(bytes);
      });
    }
  }

  /** Has `emit` called when everything before it was emitted and `made` is there. */
  #inOrder<Made>(heldBytes: number, made: Promise<Made> | Made, emit: (made: Made) => void): void {
    this.#pieces++;
    this.#heldBytes += heldBytes;
    this.#last = this.#after(this.#last, made, emit).then(() => {
      this.#pieces--;
      this.#heldBytes -= heldBytes;
      this.#wake();
    });
  }

  async #after<Made>(before: Promise<void>, made: Promise<Made> | Made, emit: (made: Made) => void): Promise<void> {
    try {
      const [ready] = await Promise.all([made, before]);
      if (!this.#isClosed) emit(ready);
    } catch (error) {
      this.#problem ??= { error };
    }
  }

  #write(bytes: Buffer): void {
    this.#offset += bytes.length;
    this.#output.push(bytes);
  }

  #hasRoom(): boolean {
    const isFull = this.#pieces >= mostPieces || this.#heldBytes >= mostHeldBytes;
    return !isFull && this.#output.heldBytes < mostOutputBytes;
  }

  async #until(isDone: () => boolean): Promise<void> {
    for (;;) {
      const problem = this.#output.problem ?? this.#problem;
      if (problem !== undefined) throw problem.error;
      if (this.#isClosed) throw new Error('the zip was closed');
      if (isDone()) return;
      await this.#change();
    }
  }

  /** Several may wait: one who adds, and one who closes. */
  #change(): Promise<void> {
    const before = this.#wake;
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = () => {};
        before();
        resolve();
      };
    });
  }
}
