import type { Channel } from '../../plugin/protocol/channel.ts';

/** For so long what was sent before the end can still be read. */
const lingerMilliseconds = 20;

/** Two ends of a connection within this process. `send` waits until the other end has read the bytes. */
export function channelPair(): [Channel, Channel] {
  const [there, back] = [new Pipe(), new Pipe()];
  const close = (): void => {
    there.close();
    back.close();
  };
  return [
    { send: (bytes) => there.send(bytes), chunks: back, close },
    { send: (bytes) => back.send(bytes), chunks: there, close },
  ];
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

class Pipe implements AsyncIterable<Uint8Array> {
  readonly #waiting: Waiting[] = [];
  #isClosed = false;
  #wake = (): void => {};

  send(bytes: Uint8Array): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error('closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
      this.#wake();
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#wake();
    if (this.#waiting.length > 0) setTimeout(() => this.#drop(), lingerMilliseconds);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const next = this.#waiting.shift();
        if (next !== undefined) {
          const bytes = Uint8Array.from(next.bytes); // the sender may use them again
          next.resolve();
          yield bytes;
        } else if (this.#isClosed) return;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.#isClosed = true;
      this.#drop();
    }
  }

  #drop(): void {
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('closed'));
  }
}
