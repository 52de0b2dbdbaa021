import { parseCarriedFailure, toFailure } from '../domain/carried-failure.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import { ClientCall, type CallOptions } from './client-call.ts';
import type { Channel } from './channel.ts';
import { broken, encodeFrame, FrameDecoder, type Fields } from './frames.ts';
import { parseHello, type Hello } from './hello.ts';
import { isId } from './envelope.ts';
import type { Request } from './requests.ts';

const greetingMilliseconds = 10_000;

/** The client's end of a connection: what is asked goes out, what comes belongs to one of the open calls. */
export class ClientConnection {
  readonly #channel: Channel;
  readonly #calls = new Map<number, ClientCall>();
  readonly #ended = new AbortController();
  #greeting = Promise.withResolvers<Hello>();
  #hello: Hello | undefined;
  #lastId = 0;

  private constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** @throws {Failure} `protocol-broken`, `busy`. */
  static async open(channel: Channel): Promise<ClientConnection> {
    const connection = new ClientConnection(channel);
    const timer = setTimeout(() => connection.#end(broken('the server did not greet')), greetingMilliseconds);
    void connection.#listen();
    try {
      connection.#hello = await connection.#greeting.promise;
      return connection;
    } finally {
      clearTimeout(timer);
    }
  }

  get hello(): Hello {
    if (this.#hello === undefined) throw new Error('not greeted yet');
    return this.#hello;
  }

  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** @throws {Failure} what the server answers; `cancelled`, `interrupted`, `protocol-broken`; `invalid-input` for a request longer than a frame. */
  async perform(request: Request, options: CallOptions): Promise<object> {
    if (options.signal.aborted) throw new Failure('cancelled', { action: request.kind });
    if (this.#ended.signal.aborted) throw lost(request.kind);
    const id = ++this.#lastId;
    const bytes = encodeRequest({ id, request, session: options.session }, request);
    const call = new ClientCall(request.kind, options, () => this.#send(encodeFrame({ id, stop: true })));
    this.#calls.set(id, call);
    this.#send(bytes);
    try {
      return await call.answer;
    } finally {
      this.#calls.delete(id);
      call.close();
    }
  }

  close(): void {
    this.#end(undefined);
  }

  /** A connection that is gone is noticed by listening. */
  #send(bytes: Uint8Array): void {
    this.#channel.send(bytes).catch(() => this.#channel.close());
  }

  async #listen(): Promise<void> {
    const decoder = new FrameDecoder();
    try {
      for await (const chunk of this.#channel.chunks) {
        for (const frame of decoder.read(chunk)) this.#take(frame);
      }
      this.#end(undefined);
    } catch (error) {
      this.#end(isFailure(error) ? error : broken('what the server said could not be used', { cause: error }));
    }
  }

  #take(frame: Fields): void {
    const { id, failure } = frame;
    if (id === undefined && failure !== undefined) throw toFailure(parseCarriedFailure(failure));
    if (this.#hello === undefined && id === undefined) return this.#greeting.resolve((this.#hello = parseHello(frame)));
    if (!isId(id)) throw broken('an answer has no id');
    const call = this.#calls.get(id);
    if (call !== undefined) call.take(frame);
    else if (id > this.#lastId) throw broken('an answer to what nobody asked');
  }

  #end(failure: Failure | undefined): void {
    this.#channel.close();
    this.#ended.abort();
    this.#greeting.promise.catch(() => {}); // nobody may be waiting for it any more
    this.#greeting.reject(failure ?? broken('the server closed the connection without a word'));
    for (const call of this.#calls.values()) call.fail(failure ?? lost(call.kind));
  }
}

function encodeRequest(frame: object, request: Request): Uint8Array {
  try {
    return encodeFrame(frame);
  } catch (cause) {
    const hint = 'Name fewer paths, or a folder that holds them.';
    throw new Failure('invalid-input', { field: request.kind, text: '…', hint }, { cause });
  }
}

function lost(action: string): Failure<'interrupted'> {
  return new Failure('interrupted', { action, after: 'the connection to the worker ended' });
}
