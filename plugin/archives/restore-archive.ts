/** Brings selected paths of an archive back: reads its entries and their contents, hands both to a writer. */
import type {
  EntryAttributes,
  TreeWriter,
  WriteProblem,
  WriteProblemReason,
  WriteReport,
} from '../contracts/tree-writer.ts';
import { isFailure } from '../domain/failure.ts';
import { RestoreTally } from '../domain/restore-tally.ts';
import type { Timestamp } from '../domain/tree-node.ts';
import type { IndexedEntry } from './archived-entry.ts';
import { walkArchive, type ArchiveVisitor, type ArchiveWalk, type FoundEntry } from './walk-archive.ts';

export interface ArchiveRestore extends ArchiveWalk {
  /** Closing it is the caller's. */
  readonly writer: TreeWriter;
  /** Who gets everything. */
  readonly owner: { readonly uid: number; readonly gid: number };
  onProgress(items: number, bytes: number): void;
}

/**
 * @returns what the writer did, with what was damaged. @throws {Failure} `not-found` before anything is written;
 * `writer-stopped`; `destination-unreachable`; `archive-damaged` when its index cannot be read.
 */
export async function restoreArchive(restore: ArchiveRestore): Promise<WriteReport> {
  const run = new RestoreRun(restore);
  await walkArchive(restore, run);
  return run.tally.joinTo(await restore.writer.finish(undefined));
}

/** What a restore would bring back. @throws {Failure} `not-found`, `archive-damaged`. */
export async function countArchive(walk: ArchiveWalk): Promise<Omit<WriteReport, 'problems' | 'problemCount'>> {
  const count = { files: 0, folders: 0, links: 0, bytes: 0 };
  await walkArchive(walk, {
    enter: async () => void count.folders++,
    leave: () => Promise.resolve(),
    refused() {},
    async entry({ entry }) {
      if (entry.type === 'symlink') count.links++;
      else count.files++;
      if (entry.sha256 !== undefined) count.bytes += entry.size;
    },
  });
  return count;
}

class RestoreRun implements ArchiveVisitor {
  readonly #restore: ArchiveRestore;
  readonly tally: RestoreTally<WriteProblem>;

  constructor(restore: ArchiveRestore) {
    this.#restore = restore;
    this.tally = new RestoreTally((items, bytes) => restore.onProgress(items, bytes));
  }

  async enter(name: Buffer, _: IndexedEntry, passing: boolean): Promise<void> {
    this.tally.advance(1, 0);
    await this.#restore.writer.enter(name, passing);
  }

  async leave(folder: IndexedEntry): Promise<void> {
    await this.#restore.writer.leave(this.#attributesOf(folder));
  }

  refused(path: readonly Buffer[]): void {
    this.#add('name-refused', path);
  }

  async entry({ path, entry }: FoundEntry): Promise<void> {
    const { writer } = this.#restore;
    const name = path.at(-1) ?? Buffer.alloc(0);
    this.tally.advance(1, 0);
    const attributes = this.#attributesOf(entry);
    if (entry.type === 'symlink') await writer.symlink(name, Buffer.from(entry.target ?? '', 'base64'), attributes);
    else if (entry.type === 'fifo') await writer.fifo(name, attributes);
    else await this.#file({ path, entry }, name, attributes);
  }

  /** A file that turns out damaged is dropped; the one that is there stays. */
  async #file({ path, entry }: FoundEntry, name: Buffer, attributes: EntryAttributes): Promise<void> {
    const { archive, writer, signal } = this.#restore;
    await writer.beginFile(name, attributes);
    try {
      for await (const piece of archive.read(entry)) {
        signal.throwIfAborted();
        await writer.data(piece);
        this.tally.advance(0, piece.length);
      }
    } catch (error) {
      if (!isFailure(error, 'archive-damaged')) throw error;
      await writer.abortFile();
      return this.#add('content-missing', path);
    }
    await writer.endFile();
  }

  #attributesOf({ mode, modified, attributes = {} }: IndexedEntry): EntryAttributes {
    const { uid, gid } = this.#restore.owner;
    const named = Object.entries(attributes).map(([name, value]) => ({ name, value: Buffer.from(value, 'base64') }));
    return { mode, modified: readTime(modified), uid, gid, attributes: named };
  }

  #add(reason: WriteProblemReason, path: readonly Buffer[]): void {
    this.tally.add({ reason, path, lost: true });
  }
}

/** `seconds.nanoseconds` since 1970. */
export function readTime(text: string): Timestamp {
  const [seconds = '', nanoseconds = ''] = text.split('.');
  return { seconds: Number(seconds), nanoseconds: Number(nanoseconds) };
}
