import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { after } from 'node:test';
import { parseAccountName, parseGeneration } from '../../plugin/domain/ids.ts';
import type { Channel } from '../../plugin/protocol/channel.ts';
import { connectPerformer, type ConnectedPerformer } from '../../plugin/protocol/client.ts';
import { openDoor, type Door, type DoorOptions, type Handle } from '../../plugin/protocol/server.ts';
import { channelPair } from './channel-pair.ts';

export const maria = {
  kind: 'account',
  name: parseAccountName('maria'),
  generation: parseGeneration('1'.repeat(32)),
} as const;

const doors: Door[] = [];
after(() => doors.forEach((door) => door.close()));

/** A door as the worker opens it, with a handler of the test's. Faults are kept. */
export function testDoor(handle: Handle, options: Partial<DoorOptions> = {}): { door: Door; faults: unknown[] } {
  const faults: unknown[] = [];
  const door = openDoor({
    caller: maria,
    language: 'el',
    handle,
    randomSecret: () => randomBytes(32),
    now: () => performance.now(),
    onFault: (error) => faults.push(error),
    ...options,
  });
  doors.push(door);
  return { door, faults };
}

/** A connection to the door within this process. */
export function connectTo(door: Door): () => Promise<Channel> {
  return () => {
    const [client, server] = channelPair();
    void door.serve(server);
    return Promise.resolve(client);
  };
}

export function performerAt(door: Door): Promise<ConnectedPerformer> {
  return connectPerformer(connectTo(door));
}

/** Speaks without the client: sends bytes as they are, and reads frames. */
export class RawClient {
  readonly channel: Channel;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #text = '';

  constructor(channel: Channel) {
    this.channel = channel;
    this.#chunks = channel.chunks[Symbol.asyncIterator]();
  }

  static async open(connect: () => Promise<Channel>): Promise<RawClient> {
    return new RawClient(await connect());
  }

  async send(...frames: readonly (object | string)[]): Promise<void> {
    const lines = frames.map((frame) => `${typeof frame === 'string' ? frame : JSON.stringify(frame)}\n`);
    await this.channel.send(Buffer.from(lines.join('')));
  }

  /** The next frame; undefined when the server has closed. */
  async next(): Promise<{ readonly [name: string]: unknown } | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n');
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return JSON.parse(line) as { [name: string]: unknown };
      }
      const chunk = await this.bytes();
      if (chunk === undefined) return undefined;
      this.#text += Buffer.from(chunk).toString();
    }
  }

  async bytes(): Promise<Uint8Array | undefined> {
    const next = await this.#chunks.next();
    return next.done === true ? undefined : next.value;
  }
}
