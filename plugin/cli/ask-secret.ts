import type { Input } from './ask.ts';

const keys = { enter: [10, 13], backspace: [8, 127], stop: 3, end: 4, clear: 21 } as const;
const mostBytes = 4096;

/** A terminal that can keep quiet. */
interface Terminal {
  setRawMode?(isRaw: boolean): unknown;
}

/**
 * A line that is typed and not shown. The bytes are the caller's, to be overwritten.
 * @param ask called when nothing is shown any more.
 * @returns undefined when the person or `signal` says stop.
 */
export function readSecretLine({ stream }: Input, signal: AbortSignal, ask: () => void): Promise<Buffer | undefined> {
  if (signal.aborted || stream.readableEnded === true) return Promise.resolve(undefined);
  const terminal: Terminal = stream as NodeJS.ReadableStream & Terminal;
  const line = new SecretLine();
  return new Promise((resolve) => {
    const end = (result: Buffer | undefined) => {
      stream.off('data', take).off('end', finish);
      signal.removeEventListener('abort', stop);
      terminal.setRawMode?.(false);
      stream.pause();
      resolve(result);
    };
    const stop = () => (line.wipe(), end(undefined));
    const finish = () => end(line.take());
    const take = (chunk: Buffer | string) => {
      const word = line.add(Buffer.from(chunk as string));
      if (word === 'stopped') stop();
      if (word === 'done') finish();
    };
    terminal.setRawMode?.(true);
    signal.addEventListener('abort', stop, { once: true });
    stream.on('data', take).once('end', finish).resume();
    ask();
  });
}

const mostInputBytes = 64 * 1024;

/** All of standard input, where it is small. The bytes are the caller's, to be overwritten. @returns undefined for more. */
export async function readAll({ stream }: Input): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream) {
    parts.push(Buffer.from(part));
    length += part.length;
    if (length > mostInputBytes) return undefined;
  }
  const all = Buffer.concat(parts);
  for (const part of parts) part.fill(0);
  return all;
}

/** What has been typed, in memory that can be overwritten. */
class SecretLine {
  readonly #bytes = Buffer.alloc(mostBytes);
  #length = 0;

  add(typed: Buffer): 'more' | 'done' | 'stopped' {
    for (const byte of typed) {
      if (keys.enter.some((key) => key === byte) || byte === keys.end) return (typed.fill(0), 'done');
      if (byte === keys.stop) return (typed.fill(0), 'stopped');
      if (byte === keys.clear) this.#length = 0;
      else if (keys.backspace.some((key) => key === byte)) this.#length = Math.max(0, this.#length - 1);
      else if (this.#length < mostBytes) this.#bytes[this.#length++] = byte;
    }
    typed.fill(0);
    return 'more';
  }

  take(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  wipe(): void {
    this.#bytes.fill(0);
  }
}
