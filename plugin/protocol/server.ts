import { authorise, type Caller } from '../domain/permission.ts';
import { Failure } from '../domain/failure.ts';
import type { Channel } from './channel.ts';
import { encodeFrame } from './frames.ts';
import { protocolVersion, type Hello, type Settings } from './hello.ts';
import { Pace } from './pace.ts';
import { doorLimits, type DoorLimits } from './door-limits.ts';
import { parseRequest } from './parse-request.ts';
import type { Progress, Request } from './requests.ts';
import { ServedConnection } from './served-connection.ts';
import { StreamTickets } from './stream-tickets.ts';

/** Takes the bytes of a download, in order. Its promise resolves when the reader's system has them, so it makes the sender wait. */
export type Sink = (bytes: Uint8Array) => Promise<void>;

export interface HandleContext {
  /** The token that came with the request; only on the web socket. */
  readonly session: string | undefined;
  /** For people only: what a slow reader cannot take is left out. */
  readonly onProgress: (progress: Progress) => void;
  /** Fires when the client stopped the request or has gone. Work in the queue goes on nevertheless. */
  readonly signal: AbortSignal;
  /** Resolves when the client came for the bytes; once for a request. @throws {Failure} when it does not come. */
  readonly openSink: () => Promise<Sink>;
}

/** Performs a request that the caller may ask. @throws {Failure} what the client is told; anything else is a fault. */
export type Handle = (caller: Caller, request: Request, context: HandleContext) => Promise<object>;

export interface DoorOptions {
  /** Whom the socket stands for. */
  readonly caller: Exclude<Caller, { kind: 'session' }>;
  /** BCP 47 language of the account. */
  readonly language: string | undefined;
  /** Where the account's home is. */
  readonly home?: string | undefined;
  /** On root's socket: what the worker goes by. */
  readonly settings?: Settings | undefined;
  readonly handle: Handle;
  /** Who holds the session; undefined when it is unknown or has ended. Only on the web socket. */
  readonly findSession?: (session: string) => Promise<Caller | undefined>;
  /** 32 random bytes. */
  readonly randomSecret: () => Uint8Array;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Told about what is no `Failure`; the client hears only that it was interrupted. */
  readonly onFault: (error: unknown) => void;
  readonly limits?: Partial<DoorLimits>;
}

/** One socket of the worker: all of its connections share one caller, its limits and its streams. */
export interface Door {
  /** Serves a connection until it has closed and all it asked for has settled. Never throws. */
  serve(channel: Channel): Promise<void>;
  /** Closes all connections: what they ask for is aborted. */
  close(): void;
}

export function openDoor(options: DoorOptions): Door {
  return new ServedDoor(options);
}

/** What the connections of a door share. */
export class ServedDoor implements Door {
  readonly options: DoorOptions;
  readonly limits: DoorLimits;
  readonly pace: Pace;
  readonly tickets = new StreamTickets();
  readonly hello: Hello;
  readonly #open = new Set<ServedConnection>();
  openRequests = 0;
  /** Characters of answers that wait until they have been read. */
  heldCharacters = 0;

  constructor(options: DoorOptions) {
    this.options = options;
    this.limits = { ...doorLimits[options.caller.kind], ...options.limits };
    this.pace = new Pace(this.limits, options.now);
    this.hello = greet(options);
  }

  async serve(channel: Channel): Promise<void> {
    if (this.#open.size >= this.limits.connections) return this.#turnAway(channel);
    const connection = new ServedConnection(this, channel);
    this.#open.add(connection);
    try {
      await connection.serve();
    } finally {
      this.#open.delete(connection);
    }
    await connection.settle();
  }

  close(): void {
    for (const connection of this.#open) connection.close();
  }

  /** The request, if whoever asks may. @throws {Failure} `invalid-input`, `login-invalid`, `unknown-account`, `not-allowed`. */
  async admit(value: unknown, session: string | undefined): Promise<{ caller: Caller; request: Request }> {
    const request = parseRequest(value);
    const caller = await this.#findCaller(session);
    return { caller, request: authorise(caller, request) };
  }

  busy(): Failure<'busy'> {
    return new Failure('busy', { account: this.hello.account ?? this.hello.role });
  }

  async #findCaller(session: string | undefined): Promise<Caller> {
    if (session === undefined) return this.options.caller;
    const caller = await this.options.findSession?.(session);
    if (caller === undefined) throw new Failure('login-invalid', { hint: 'Sign in again.' });
    return caller;
  }

  async #turnAway(channel: Channel): Promise<void> {
    const { code, facts } = this.busy();
    const sent = channel.send(encodeFrame({ failure: { code, facts } }));
    channel.close();
    await sent.catch(() => {}); // it did not want to hear it
  }
}

function greet({ caller, language, home, settings }: DoorOptions): Hello {
  const account = caller.kind === 'account' ? caller.name : undefined;
  return { protocol: protocolVersion, role: caller.kind, account, language, home, settings };
}
