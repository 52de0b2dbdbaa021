import { PassThrough } from 'node:stream';
import { ZipArchive, type ZipEntryData } from 'archiver';
import type { ZipEntry, ZipSink, ZipWriter } from '../contracts/zip-writer.ts';
import { OutputQueue } from './output-queue.ts';

/** docs/decisions/0007 */
const level = 1;
/** With many entries in hand archiver gets slow and large. */
const mostEntries = 16;
const mostContentBytes = 8 * 1024 * 1024;
const mostOutputBytes = 4 * 1024 * 1024;

/** A zip by archiver, with zip64 where it is needed. */
export function openArchiverZip(sink: ZipSink): ZipWriter {
  return new ArchiverZip(sink);
}

interface WaitingEntry {
  readonly contentBytes: number;
}

/**
 * Archiver's output is always taken at once, into a queue: it stops for nobody when entries are buffers. So whoever
 * adds something waits for the queue instead.
 */
class ArchiverZip implements ZipWriter {
  readonly #archive = new ZipArchive({ zlib: { level, chunkSize: 65_536 } });
  readonly #output: OutputQueue;
  /** Given to archiver and not yet in the output, oldest first. */
  readonly #waiting: WaitingEntry[] = [];
  #contentBytes = 0;
  #content: PassThrough | undefined;
  #hasEnded = false;
  #isClosed = false;
  #problem: { readonly error: unknown } | undefined;
  #wake = (): void => {};

  constructor(sink: ZipSink) {
    this.#output = new OutputQueue(sink, () => this.#wake());
    this.#archive.on('data', (bytes) => this.#output.push(bytes));
    this.#archive.on('entry', () => this.#onEntry());
    this.#archive.on('end', () => {
      this.#hasEnded = true;
      this.#wake();
    });
    this.#archive.on('error', (error) => {
      this.#problem ??= { error };
      this.#wake();
    });
  }

  async folder(entry: ZipEntry): Promise<void> {
    await this.#append(Buffer.alloc(0), 0, { ...dataOf(entry), type: 'directory' });
  }

  async file(entry: ZipEntry, content: Buffer): Promise<void> {
    await this.#append(content, content.length, { ...dataOf(entry), store: !entry.compress });
  }

  async beginFile(entry: ZipEntry): Promise<void> {
    const content = new PassThrough({ highWaterMark: mostOutputBytes });
    content.on('drain', () => this.#wake());
    await this.#append(content, 0, { ...dataOf(entry), store: !entry.compress });
    this.#content = content;
  }

  async data(bytes: Buffer): Promise<void> {
    const content = this.#content;
    if (content === undefined) throw new Error('no file was begun');
    if (bytes.length === 0) return;
    content.write(bytes);
    await this.#until(() => !content.writableNeedDrain && this.#hasOutputRoom());
  }

  endFile(): Promise<void> {
    this.#content?.end();
    this.#content = undefined;
    return this.#until(() => this.#hasRoom());
  }

  async symlink(entry: ZipEntry, target: string): Promise<void> {
    const data = { ...dataOf(entry), type: 'symlink', linkname: target } as const;
    await this.#append(Buffer.alloc(0), 0, data);
  }

  async finish(): Promise<number> {
    await this.#until(() => this.#waiting.length === 0);
    await this.#archive.finalize();
    await this.#until(() => this.#hasEnded && this.#output.heldBytes === 0);
    return this.#output.takenBytes;
  }

  /** Entries in hand are let through to nowhere, so that each deflater ends and gives its memory back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#output.close();
    this.#wake();
    this.#content?.end();
    this.#content = undefined;
    while (this.#waiting.length > 0 && this.#problem === undefined) await this.#change();
    this.#archive.destroy();
  }

  async #append(source: Buffer | PassThrough, contentBytes: number, data: ZipEntryData): Promise<void> {
    await this.#until(() => this.#hasRoom());
    this.#waiting.push({ contentBytes });
    this.#contentBytes += contentBytes;
    this.#archive.append(source, data);
  }

  #onEntry(): void {
    this.#contentBytes -= this.#waiting.shift()?.contentBytes ?? 0;
    this.#wake();
  }

  #hasRoom(): boolean {
    return this.#waiting.length < mostEntries && this.#contentBytes < mostContentBytes && this.#hasOutputRoom();
  }

  #hasOutputRoom(): boolean {
    return this.#output.heldBytes < mostOutputBytes;
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

function dataOf({ name, mode, modified }: ZipEntry): { name: string; mode: number; date: Date } {
  return { name, mode, date: modified };
}
