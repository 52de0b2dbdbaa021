import type { EntryAttributes, PackedBlob, Pending, TreeWriter, WriteReport } from '../../contracts/tree-writer.ts';
import { Failure } from '../../domain/failure.ts';
import type { Timestamp } from '../../domain/tree-node.ts';
import { ChildLink } from './child-link.ts';
import { FrameEncoder } from './frame-encoder.ts';
import { largestData } from './frame-format.ts';
import { startWriter, type WriterStart } from './start-writer.ts';

export interface WriterChildOptions extends WriterStart {
  /** For failures. */
  readonly account: string;
  /** So long the child may do nothing while it is waited for. */
  readonly stallMilliseconds?: number;
}

const usualStallMilliseconds = 60_000;
const endMilliseconds = 2000;

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

  expectMany(): Pending {
    return this.#send(this.#encoder.expectMany());
  }

  enter(name: Buffer, passing: boolean): Pending {
    return this.#send(this.#encoder.enter(name, passing));
  }

  leave(attributes: EntryAttributes): Pending {
    return this.#send(this.#encoder.leave(attributes));
  }

  beginFile(name: Buffer, attributes: EntryAttributes): Pending {
    return this.#send(this.#encoder.beginFile(name, attributes));
  }

  data({ buffer, byteOffset, length }: Uint8Array): Pending {
    return this.#sendAll(Buffer.from(buffer, byteOffset, length));
  }

  get hasTime(): boolean {
    return this.#link.hasRoom;
  }

  packed(blob: PackedBlob): Pending {
    const waiting = this.#send(this.#encoder.packedHead(blob));
    return waiting === undefined ? this.#send(blob.bytes) : waiting.then(() => this.#send(blob.bytes));
  }

  zeros(length: number): Pending {
    return this.#send(this.#encoder.zeros(length));
  }

  endFile(): Pending {
    return this.#send(this.#encoder.endFile());
  }

  abortFile(): Pending {
    return this.#send(this.#encoder.abortFile());
  }

  symlink(name: Buffer, target: Buffer, attributes: EntryAttributes): Pending {
    return this.#send(this.#encoder.symlink(name, target, attributes));
  }

  hardLink(name: Buffer, path: readonly Buffer[]): Pending {
    return this.#send(this.#encoder.hardLink(name, path));
  }

  fifo(name: Buffer, attributes: EntryAttributes): Pending {
    return this.#send(this.#encoder.fifo(name, attributes));
  }

  remove(name: Buffer): Pending {
    return this.#send(this.#encoder.remove(name));
  }

  setTime(modified: Timestamp): Pending {
    return this.#send(this.#encoder.setTime(modified));
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

  #sendAll(bytes: Buffer): Pending {
    for (let at = 0; at < bytes.length; at += largestData) {
      const waiting = this.#sendData(bytes.subarray(at, at + largestData));
      if (waiting !== undefined) return waiting.then(() => this.#sendAll(bytes.subarray(at + largestData)));
    }
    return undefined;
  }

  #sendData(piece: Buffer): Pending {
    const waiting = this.#send(this.#encoder.dataHead(piece.length));
    return waiting === undefined ? this.#send(piece) : waiting.then(() => this.#send(piece));
  }

  #send(bytes: Buffer): Pending {
    const waiting = this.#link.send(bytes);
    return waiting === undefined ? undefined : this.#orStopped(waiting);
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
