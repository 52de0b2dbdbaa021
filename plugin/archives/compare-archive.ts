/** Compares what was unpacked with what an archive says: every content by its hash, without reading the archive's. */
import { createHash } from 'node:crypto';
import type { Arena, Codec } from '../contracts/codec.ts';
import type { FileSystem } from '../contracts/file-system.ts';
import { Failure } from '../domain/failure.ts';
import { showPath } from '../domain/show-name.ts';
import { compareEntries, type IndexedEntry } from './archived-entry.ts';
import { walkHome, type HomeEntry } from './home-walk.ts';
import type { ReadableArchive } from './open-archive.ts';
import { pathOf } from './walk-archive.ts';

export interface ArchiveComparison {
  readonly archive: ReadableArchive;
  readonly files: FileSystem;
  readonly codec: Codec;
  /** Absolute folder where everything was unpacked, and who owns it. */
  readonly folder: string;
  readonly ownerUid: number;
  readonly signal: AbortSignal;
}

export interface ComparedArchive {
  readonly compared: number;
  readonly missing: number;
  readonly different: number;
  /** Some of those, as people see paths. */
  readonly paths: readonly string[];
}

const pieceBytes = 1_048_576;
const mostPaths = 20;

/** Both are in the same order, so that neither is held whole. @throws {Failure} `archive-damaged`, `home-unreadable`. */
export async function compareArchive(comparison: ArchiveComparison): Promise<ComparedArchive> {
  const { files, codec, folder, ownerUid, signal, archive } = comparison;
  const top = files.openRoot(folder);
  if (top < 0)
    throw new Failure('home-unreadable', { account: folder, problem: `it cannot be opened (error ${-top})` });
  const tools = { files, nameArena: codec.allocate(4096), ownerUid, trustedUids: new Set<number>(), signal };
  const unpacked = walkHome({ ...tools, skipped() {} }, top);
  const result = new Comparison(comparison);
  let found = await unpacked.next();
  try {
    for await (const entry of archive.entries()) {
      if (entry.type === 'dump') break;
      while (found.done !== true && orderOf(found.value, entry) < 0) found = await unpacked.next();
      result.take(entry, found.done === true || orderOf(found.value, entry) !== 0 ? undefined : found.value);
    }
  } finally {
    await unpacked.return(undefined);
  }
  return result;
}

function orderOf(found: HomeEntry, entry: IndexedEntry): number {
  const path = Buffer.concat(found.path.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('/'), part])));
  return compareEntries({ name: '', type: 'file', path: path.toString('base64') }, entry);
}

class Comparison implements ComparedArchive {
  readonly #files: FileSystem;
  readonly #piece: Arena;
  readonly paths: string[] = [];
  compared = 0;
  missing = 0;
  different = 0;

  constructor({ files, codec }: ArchiveComparison) {
    this.#files = files;
    this.#piece = codec.allocate(pieceBytes);
  }

  take(entry: IndexedEntry, found: HomeEntry | undefined): void {
    if (found === undefined) this.missing++;
    else if (this.#isSame(entry, found)) {
      this.compared++;
      return;
    } else this.different++;
    if (this.paths.length < mostPaths) this.paths.push(showPath(pathOf(entry)));
  }

  #isSame(entry: IndexedEntry, found: HomeEntry): boolean {
    if (found.type !== entry.type) return false;
    if (entry.type === 'symlink') return found.target?.toString('base64') === entry.target;
    return entry.sha256 === undefined || this.#hash(found) === entry.sha256;
  }

  #hash(found: HomeEntry): string | undefined {
    const opened = found.open();
    if (typeof opened === 'string') return undefined;
    const hash = createHash('sha256');
    try {
      for (;;) {
        const read = this.#files.read(opened.descriptor, this.#piece, 0, pieceBytes);
        if (read < 0) return undefined;
        if (read === 0) return hash.digest('hex');
        hash.update(this.#piece.bytes.subarray(0, read));
      }
    } finally {
      this.#files.close(opened.descriptor);
    }
  }
}
