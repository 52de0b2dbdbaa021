import { createConnection, type Socket } from 'node:net';
import { Client, type CipherAlgorithm, type SFTPWrapper } from 'ssh2';
import type { SftpDestination } from '../domain/destination.ts';
import { Failure } from '../domain/failure.ts';

export interface SftpTimeouts {
  readonly connectMilliseconds: number;
  /** For one answer. */
  readonly answerMilliseconds: number;
}

export const usualSftpTimeouts: SftpTimeouts = { connectMilliseconds: 15_000, answerMilliseconds: 60_000 };

interface Open {
  readonly client: Client;
  readonly sftp: SFTPWrapper;
  readonly socket: Socket;
}

/**
 * One connection, made when first needed and again after it broke. While nobody waits for it, it holds no process. The
 * host is known by its pinned key alone.
 */
export class SftpConnection {
  readonly destination: SftpDestination;
  readonly #privateKey: Buffer;
  readonly #timeouts: SftpTimeouts;
  #opening: Promise<Open> | undefined;
  #socket: Socket | undefined;
  #busy = 0;

  constructor(destination: SftpDestination, privateKey: Buffer, timeouts: SftpTimeouts = usualSftpTimeouts) {
    this.destination = destination;
    this.#privateKey = privateKey;
    this.#timeouts = timeouts;
  }

  /** @throws {Failure} `destination-unreachable`, `destination-refused`; what `work` throws. */
  async use<Result>(work: (sftp: SFTPWrapper) => Promise<Result>): Promise<Result> {
    this.#busy += 1;
    try {
      const open = await (this.#opening ??= this.#connect());
      open.socket.ref();
      return await this.#limited(open, work(open.sftp));
    } catch (error) {
      if (error instanceof Failure) this.#opening = undefined;
      throw error;
    } finally {
      this.#busy -= 1;
      if (this.#busy === 0) this.#socket?.unref();
    }
  }

  close(): void {
    this.#socket?.destroy();
    this.#opening = undefined;
  }

  async #limited<Result>(open: Open, work: Promise<Result>): Promise<Result> {
    const { promise, reject } = Promise.withResolvers<never>();
    const fail = (problem: string): void => reject(this.#unreachable(problem));
    const timer = setTimeout(() => {
      this.#drop(open);
      fail('it does not answer');
    }, this.#timeouts.answerMilliseconds);
    const onClose = (): void => fail('the connection broke');
    open.socket.once('close', onClose);
    try {
      return await Promise.race([work, promise]);
    } finally {
      clearTimeout(timer);
      open.socket.off('close', onClose);
      work.catch(() => {}); // what is told is that the connection broke
    }
  }

  #drop({ client, socket }: Open): void {
    client.destroy();
    socket.destroy();
    this.#opening = undefined;
  }

  #connect(): Promise<Open> {
    const { host, port, user, hostKey } = this.destination;
    const pinned = hostKey.split(' ')[1] ?? '';
    const socket = createConnection({ host, port, noDelay: true }).setMaxListeners(0); // everyone who waits listens
    this.#socket = socket;
    const client = new Client();
    return new Promise((resolve, reject) => {
      let isOtherHost = false;
      const refuse = (error: unknown): void => {
        socket.destroy();
        this.#opening = undefined;
        reject(this.#explain(error, isOtherHost));
      };
      socket.once('close', () => {
        refuse(new Error('the connection broke'));
      });
      client.on('error', refuse);
      client.once('ready', () =>
        client.sftp((error, sftp) => (error === undefined ? resolve({ client, sftp, socket }) : refuse(error))),
      );
      client.connect({
        sock: socket,
        username: user,
        privateKey: this.#privateKey,
        readyTimeout: this.#timeouts.connectMilliseconds,
        hostVerifier: (key: Buffer) => {
          isOtherHost = key.toString('base64') !== pinned;
          return !isOtherHost;
        },
        algorithms: { serverHostKey: hostKeyAlgorithms(hostKey), cipher: quickCiphers },
      });
    });
  }

  #explain(error: unknown, isOtherHost: boolean): Failure {
    const { name: destination } = this.destination;
    const level = error instanceof Error && 'level' in error ? error.level : undefined;
    if (isOtherHost) return refused(destination, 'its host key is not the pinned one', error);
    if (level === 'client-authentication') return refused(destination, 'it does not accept the key', error);
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
    return this.#unreachable(code ?? 'the connection broke', error);
  }

  #unreachable(problem: string, cause?: unknown): Failure {
    return new Failure('destination-unreachable', { destination: this.destination.name, problem }, { cause });
  }
}

function refused(destination: string, problem: string, cause: unknown): Failure {
  return new Failure('destination-refused', { destination, problem }, { cause });
}

/** Those that Node computes natively; the others take many times as long. */
const quickCiphers: CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes256-ctr',
];

/** A server with several keys must show the one that is pinned. */
function hostKeyAlgorithms(
  hostKey: string,
): ('ssh-ed25519' | 'rsa-sha2-512' | 'rsa-sha2-256' | 'ecdsa-sha2-nistp256')[] {
  const [kind = ''] = hostKey.split(' ');
  if (kind === 'ssh-rsa') return ['rsa-sha2-512', 'rsa-sha2-256'];
  return kind === 'ecdsa-sha2-nistp256' ? ['ecdsa-sha2-nistp256'] : ['ssh-ed25519'];
}
