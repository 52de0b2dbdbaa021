import { Socket } from 'node:net';
import type { PipeEnds } from './native/pipe.ts';

/** What a child writes by the megabyte, read into the same memory again and again. */
export interface WidePipe {
  /** For the child. */
  readonly write: number;
  /** When the child has it. */
  readonly closeWrite: () => void;
  /** Each piece is valid until the next is asked for. */
  readonly pieces: AsyncIterable<Buffer>;
  /** No more is read. */
  close(): void;
}

const sizeBytes = 1024 * 1024;

/** Undefined where this process can make none: then an ordinary one must do. */
export async function openWidePipe(): Promise<WidePipe | undefined> {
  try {
    const { makePipe } = await import('./native/pipe.ts');
    return new Reader(makePipe(sizeBytes));
  } catch {
    return undefined;
  }
}

class Reader implements WidePipe {
  readonly write: number;
  readonly #socket: Socket;
  readonly #buffer = Buffer.allocUnsafeSlow(sizeBytes);
  #length = 0;
  #end: { readonly error: Error | undefined } | undefined;
  #wake: () => void = () => undefined;

  readonly closeWrite: () => void;

  constructor({ read, write, closeWrite }: PipeEnds) {
    this.write = write;
    this.closeWrite = closeWrite;
    const callback = (length: number): boolean => {
      this.#length = length;
      this.#wake();
      return false; // until this piece was taken
    };
    this.#socket = new Socket({
      fd: read,
      readable: true,
      writable: false,
      onread: { buffer: this.#buffer, callback },
    });
    this.#socket.once('error', (error) => this.#finish(error));
    this.#socket.once('close', () => this.#finish(undefined));
    this.#socket.once('end', () => this.#finish(undefined));
  }

  get pieces(): AsyncIterable<Buffer> {
    return this.#read();
  }

  async *#read(): AsyncGenerator<Buffer, void> {
    for (;;) {
      this.#length = 0;
      this.#socket.resume();
      while (this.#length === 0 && this.#end === undefined) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
      if (this.#length > 0) yield this.#buffer.subarray(0, this.#length);
      else if (this.#end?.error !== undefined) throw this.#end.error;
      else return;
    }
  }

  #finish(error: Error | undefined): void {
    this.#end ??= { error };
    this.#wake();
  }

  close(): void {
    this.#socket.destroy();
  }
}
