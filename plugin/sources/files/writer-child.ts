import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { EntryAttributes, TreeWriter, WriteReport } from '../../contracts/tree-writer.ts';
import { Failure } from '../../domain/failure.ts';
import { compileCacheEnvironment } from '../../platform/compile-cache.ts';
import { inheritedDescriptors } from '../../platform/inherited-descriptors.ts';
import { ChildLink, type WriterProcess } from './child-link.ts';
import { FrameEncoder } from './frame-encoder.ts';
import { largestData } from './frame-format.ts';

export interface WriterChildOptions {
  /** For failures. */
  readonly account: string;
  readonly uid: number;
  readonly gid: number;
  readonly trustedUids: readonly number[];
  /** Descriptor of the target folder; stays the caller's. */
  readonly target: number;
  /** Folders that the child makes below the target, as the account, and works in the last. */
  readonly missing?: readonly Buffer[];
  /** The file `main-writer.ts`. */
  readonly program: string;
  /** So long the child may do nothing while it is waited for. */
  readonly stallMilliseconds?: number;
}

const usualStallMilliseconds = 60_000;
const endMilliseconds = 2000;
/** util-linux. The child keeps what it needs to become the tenant, and nothing that it starts can gain rights. */
const dropRights = ['setpriv', '--no-new-privs', '--bounding-set=-all,+setuid,+setgid', '--'];

/**
 * Starts a writer that has become the account's user before it hears the first word.
 * @throws {Failure} `writer-stopped` when it does not come up, `restore-refused` when it would be root.
 */
export async function openWriterChild(options: WriterChildOptions): Promise<TreeWriter> {
  if (options.uid === 0 || options.gid === 0) {
    throw new Failure('restore-refused', { problem: 'the account is root', mend: 'restore into another account' });
  }
  const link = new ChildLink(startWriter(options), options.stallMilliseconds ?? usualStallMilliseconds);
  const writer = new WriterChild(link, options.account);
  await writer.untilReady();
  return writer;
}

function startWriter(options: WriterChildOptions): WriterProcess {
  const { program, uid, gid, trustedUids, target, missing = [] } = options;
  const names = missing.map((name) => name.toString('base64'));
  const node = [process.execPath, program, String(uid), String(gid), trustedUids.join(','), names.join(',')];
  const [command = '', ...words] = process.getuid?.() === 0 ? [...dropRights, ...node] : node;
  const nothing = openSync('/dev/null', 'r');
  try {
    const child = spawn(command, words, {
      cwd: '/',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', UV_USE_IO_URING: '0', ...compileCacheEnvironment() },
      stdio: ['pipe', 'pipe', 'pipe', target, ...coverInherited(nothing)],
      detached: true, // Ctrl-C is for the parent
    });
    return withStreams(child);
  } finally {
    closeSync(nothing);
  }
}

/** Descriptors that the child would inherit show it nothing. */
function coverInherited(nothing: number): ('ignore' | number)[] {
  const inherited = new Set(inheritedDescriptors());
  const most = Math.max(3, ...inherited);
  return Array.from({ length: most - 3 }, (_, index) => (inherited.has(index + 4) ? nothing : 'ignore'));
}

function withStreams(child: ReturnType<typeof spawn>): WriterProcess {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('a child was started without pipes');
  return Object.assign(child, { stdin, stdout, stderr });
}

class WriterChild implements TreeWriter {
  readonly #link: ChildLink;
  readonly #account: string;
  readonly #encoder = new FrameEncoder();

  constructor(link: ChildLink, account: string) {
    this.#link = link;
    this.#account = account;
  }

  untilReady(): Promise<void> {
    return this.#orStopped(this.#link.until(() => this.#link.isReady));
  }

  enter(name: Buffer, passing: boolean): Promise<void> {
    return this.#send(this.#encoder.enter(name, passing));
  }

  leave(attributes: EntryAttributes): Promise<void> {
    return this.#send(this.#encoder.leave(attributes));
  }

  beginFile(name: Buffer, attributes: EntryAttributes): Promise<void> {
    return this.#send(this.#encoder.beginFile(name, attributes));
  }

  async data(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += largestData) {
      const piece = bytes.subarray(at, at + largestData);
      await this.#send(this.#encoder.dataHead(piece.length));
      await this.#send(piece);
    }
  }

  zeros(length: number): Promise<void> {
    return this.#send(this.#encoder.zeros(length));
  }

  endFile(): Promise<void> {
    return this.#send(this.#encoder.endFile());
  }

  abortFile(): Promise<void> {
    return this.#send(this.#encoder.abortFile());
  }

  symlink(name: Buffer, target: Buffer, attributes: EntryAttributes): Promise<void> {
    return this.#send(this.#encoder.symlink(name, target, attributes));
  }

  hardLink(name: Buffer, path: readonly Buffer[]): Promise<void> {
    return this.#send(this.#encoder.hardLink(name, path));
  }

  fifo(name: Buffer, attributes: EntryAttributes): Promise<void> {
    return this.#send(this.#encoder.fifo(name, attributes));
  }

  async finish(attributes: EntryAttributes | undefined): Promise<WriteReport> {
    await this.#send(this.#encoder.finish(attributes));
    this.#link.flush();
    await this.#orStopped(this.#link.until(() => this.#link.report !== undefined));
    if (this.#link.report === undefined) throw new Error('a report was waited for and is not there');
    return this.#link.report;
  }

  close(): Promise<void> {
    return this.#link.end(endMilliseconds);
  }

  #send(bytes: Uint8Array): Promise<void> {
    return this.#orStopped(this.#link.send(bytes));
  }

  async #orStopped(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (cause) {
      throw new Failure(
        'writer-stopped',
        { account: this.#account, problem: this.#link.problem ?? 'it is gone' },
        { cause },
      );
    }
  }
}
