import { parseCarriedFailure, toFailure } from '../domain/carried-failure.ts';
import { Failure } from '../domain/failure.ts';
import type { Channel } from './channel.ts';
import type { ClientConnection } from './client-connection.ts';
import { broken, encodeFrame, FrameDecoder, type Fields } from './frames.ts';
import { parseHello } from './hello.ts';
import type { Answer, Request } from './requests.ts';

type DownloadRequest = Extract<Request, { kind: 'download' }>;
type Sink = (bytes: Uint8Array) => Promise<void>;

interface Origin {
  readonly connection: ClientConnection;
  readonly connect: () => Promise<Channel>;
  readonly session: string | undefined;
}

/**
 * Takes the bytes from a connection of their own, and resolves when both they and the answer have come.
 * @throws {Failure} what the server answers; `protocol-broken` when bytes are missing; what `sink` throws.
 */
export async function performDownload(
  { connection, connect, session }: Origin,
  request: DownloadRequest,
  sink: Sink,
  signal: AbortSignal,
): Promise<Answer<'download'>> {
  const stream = new IncomingStream(connect, sink);
  const close = (): void => stream.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    const answer = await connection.perform(request, {
      session,
      onProgress: () => {},
      signal: AbortSignal.any([signal, stream.failed]),
      onStream: (secret) => stream.begin(secret),
    });
    const received = await stream.received(signal);
    if (answerBytes(answer) !== request.offset + received) throw broken('bytes of the download are missing');
    return answer as Answer<'download'>;
  } catch (error) {
    throw stream.problem ?? error;
  } finally {
    signal.removeEventListener('abort', close);
    stream.close();
  }
}

function answerBytes(answer: object): unknown {
  return 'bytes' in answer ? answer.bytes : undefined;
}

/** The second connection of a download. */
class IncomingStream {
  readonly #connect: () => Promise<Channel>;
  readonly #sink: Sink;
  readonly #failed = new AbortController();
  #channel: Channel | undefined;
  #receiving: Promise<number> = Promise.resolve(0);
  #isClosed = false;
  /** Why no more bytes can be taken, if that is so. */
  problem: unknown;

  constructor(connect: () => Promise<Channel>, sink: Sink) {
    this.#connect = connect;
    this.#sink = sink;
  }

  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  begin(secret: string): void {
    this.#receiving = this.#receive(secret);
    this.#receiving.catch((error: unknown) => {
      if (this.#isClosed) return;
      this.problem = error;
      this.#failed.abort();
    });
  }

  /** How many bytes the sink has taken, once the stream has ended. @throws {Failure} `cancelled` when the signal fires before. */
  async received(signal: AbortSignal): Promise<number> {
    const { promise, reject } = Promise.withResolvers<never>();
    const stop = (): void => reject(new Failure('cancelled', { action: 'download' }));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([this.#receiving, promise]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#channel?.close();
  }

  async #receive(secret: string): Promise<number> {
    const channel = await this.#connect();
    this.#channel = channel;
    try {
      return await this.#pump(channel, secret);
    } finally {
      channel.close();
    }
  }

  async #pump(channel: Channel, secret: string): Promise<number> {
    const decoder = new FrameDecoder();
    let received = 0;
    let isGreeted = false;
    for await (const chunk of channel.chunks) {
      if (this.#isClosed) throw new Failure('cancelled', { action: 'download' });
      if (isGreeted) {
        await this.#sink(chunk);
        received += chunk.length;
        continue;
      }
      const frames = [...decoder.read(chunk)];
      if (frames.length === 0) continue;
      checkGreeting(frames);
      if (decoder.isWithinFrame) throw broken('bytes came before the stream was asked for');
      isGreeted = true;
      await channel.send(encodeFrame({ stream: secret }));
    }
    return received;
  }
}

function checkGreeting([frame, ...more]: readonly Fields[]): void {
  if (frame?.['failure'] !== undefined) throw toFailure(parseCarriedFailure(frame['failure']));
  if (frame === undefined || more.length > 0) throw broken('the server did not greet');
  parseHello(frame);
}
