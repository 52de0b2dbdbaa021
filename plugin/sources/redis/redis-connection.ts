/** What Redis speaks: https://redis.io/docs/latest/develop/reference/protocol-spec/ */
import { connect, type Socket } from 'node:net';
import type { RedisConfiguration } from '../../domain/configuration.ts';
import { Failure } from '../../domain/failure.ts';
import { readPrivateFile } from '../../platform/private-file.ts';

/** Nothing that comes for so long means that the server has gone; while it prepares a copy it says something every ten seconds. */
const longestSilence = 60_000;
const longestLine = 65_536;

/** One connection, on which one command runs at a time. */
export class RedisConnection {
  readonly #server: RedisConfiguration;
  readonly #socket: Socket;
  readonly #source: AsyncIterator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);

  private constructor(server: RedisConfiguration, socket: Socket) {
    this.#server = server;
    this.#socket = socket;
    this.#source = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** Logs in where there is a password. @throws {Failure} `database-unreachable`. */
  static async open(server: RedisConfiguration, signal?: AbortSignal): Promise<RedisConnection> {
    const { server: address } = server;
    const socket = connect('socketPath' in address ? { path: address.socketPath } : address);
    socket.setTimeout(longestSilence, () => socket.destroy(new Error('it says nothing')));
    const stop = (): void => void socket.destroy(new Error('stopped'));
    signal?.addEventListener('abort', stop, { once: true });
    socket.once('close', () => signal?.removeEventListener('abort', stop));
    const connection = new RedisConnection(server, socket);
    try {
      const login = readLogin(server);
      if (login.length > 0) await connection.ask('AUTH', ...login);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** @returns the answer, a line or a text. @throws {Failure} `database-unreachable` for an error too. */
  async ask(...words: readonly string[]): Promise<string> {
    this.send(words);
    const line = await this.#line();
    const length = lengthOf(line);
    if (length === undefined) return line;
    const parts: Buffer[] = [];
    for await (const part of this.#take(length + 2)) parts.push(part);
    return Buffer.concat(parts).toString('utf8', 0, length);
  }

  send(words: readonly string[]): void {
    const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    this.#socket.write(`*${words.length}\r\n${parts.join('')}`);
  }

  /** A copy of everything that the instance holds, as it writes it to disk. @throws {Failure} `database-unreachable`. */
  async *copy(): AsyncGenerator<Buffer, void> {
    this.send(['SYNC']);
    let line = await this.#line();
    while (line === '') line = await this.#line(); // while it prepares
    const length = lengthOf(line);
    if (length === undefined) throw this.#failed(`it answers “${line.slice(0, 60)}” to SYNC`);
    yield* this.#take(length);
  }

  async *#take(length: number): AsyncGenerator<Buffer, void> {
    let missing = length;
    while (missing > 0) {
      if (this.#chunk.length === 0) await this.#pull();
      const part = this.#chunk.subarray(0, missing);
      this.#chunk = this.#chunk.subarray(part.length);
      missing -= part.length;
      yield part;
    }
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#chunk.indexOf(0x0a);
      if (end >= 0) {
        const line = this.#chunk.toString('utf8', 0, end).replace(/\r$/, '');
        this.#chunk = this.#chunk.subarray(end + 1);
        if (line.startsWith('-')) throw this.#failed(line.slice(1));
        return line;
      }
      if (this.#chunk.length > longestLine) throw this.#failed('its answer is none of Redis');
      await this.#pull();
    }
  }

  async #pull(): Promise<void> {
    const next = await this.#source.next().catch((error: unknown) => {
      throw this.#failed(error instanceof Error ? error.message : 'unknown');
    });
    if (next.done === true) throw this.#failed('it closed the connection');
    this.#chunk = this.#chunk.length === 0 ? next.value : Buffer.concat([this.#chunk, next.value]);
  }

  #failed(problem: string): Failure<'database-unreachable'> {
    return new Failure('database-unreachable', { server: `redis ${this.#server.name}`, problem });
  }

  close(): void {
    this.#socket.destroy();
  }
}

function lengthOf(line: string): number | undefined {
  return /^\$\d{1,15}$/.test(line) ? Number(line.slice(1)) : undefined;
}

function readLogin({ user, passwordFile }: RedisConfiguration): string[] {
  if (passwordFile === undefined) return [];
  const content = readPrivateFile(passwordFile);
  if (content === undefined) throw new Failure('configuration-missing', { file: passwordFile });
  const password = content.toString('utf8').replace(/\r?\n$/, '');
  return user === undefined ? [password] : [user, password];
}
