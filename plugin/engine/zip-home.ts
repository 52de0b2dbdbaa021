/** Puts paths of a live home into a zip. What cannot be read is told and left out, everything else is in it. */
import type { Arena, Codec } from '../contracts/codec.ts';
import { errorNumbers, statusWords, type FileSystem } from '../contracts/file-system.ts';
import type { ZipWriter } from '../contracts/zip-writer.ts';
import type { PanelAccount } from '../domain/account.ts';
import type { CoverageNote, SkipReason } from '../domain/coverage.ts';
import { Failure } from '../domain/failure.ts';
import { showPath } from '../domain/show-name.ts';
import { FramePool } from './frame-pool.ts';
import { entryOf, walkLive, type LiveEntry, type LiveVisitor } from './live-walk.ts';
import { everything, filterPaths, type PathFilter } from './path-filter.ts';
import { isEverything, type Selection } from './selection-walk.ts';
import { reasonOfError, type WalkPolicy } from './walk-policy.ts';
import { wholeFileBytes, ZipEntries, type ZipProblemReason, type ZipReport } from './zip-entries.ts';

export type HomeZipReport = ZipReport<ZipProblemReason | SkipReason | CoverageNote>;

export interface HomeZipJob {
  readonly files: FileSystem;
  readonly codec: Codec;
  readonly account: PanelAccount;
  readonly selection: Selection;
  /** A folder in the home that is left out whatever is wanted, without a word. */
  readonly excluded: Buffer;
  /** Finishing and closing it is the caller's. */
  readonly zip: ZipWriter;
  readonly signal: AbortSignal;
  onProgress(items: number, bytes: number): void;
}

const pieceBytes = 1_048_576;
/** A tenant can claim any size for a file of holes. */
const largestFileBytes = 8 * 2 ** 40;

/**
 * @throws {Failure} `not-found` when a wanted path is not there; `home-unreadable` when the home cannot be opened, or a
 * large file cannot be read any more after its beginning went out; what the zip throws.
 */
export async function zipHome(job: HomeZipJob): Promise<HomeZipReport> {
  const wanted = filterPaths(job.selection);
  const filter = without(job.excluded, isEverything(job.selection) ? everything : wanted.filter);
  const run = new HomeZip(job);
  const { files, codec, signal } = job;
  const { home, policy } = openHome(job);
  await walkLive({ files, frames: new FramePool(codec.allocate), policy, signal }, home, filter, run);
  const missing = wanted.unseen()[0];
  if (missing !== undefined && !isEverything(job.selection))
    throw new Failure('not-found', { path: showPath(missing) });
  return run.entries.report();
}

function openHome({ files, account }: HomeZipJob): { home: number; policy: WalkPolicy } {
  const home = files.openRoot(account.home);
  if (home < 0) {
    const problem = `"${account.home}" cannot be opened (error ${-home})`;
    throw new Failure('home-unreadable', { account: account.name, problem });
  }
  const { words } = files.status;
  const policy = {
    ownerUid: account.uid,
    trustedUids: new Set(account.trustedUids),
    deviceMinor: words[statusWords.deviceMinor] ?? 0,
    deviceMajor: words[statusWords.deviceMajor] ?? 0,
  };
  return { home, policy };
}

/** At the top only: a folder of that name further down is another. */
function without(name: Buffer, filter: PathFilter): PathFilter {
  return { all: false, enter: (entry) => (entry.equals(name) ? undefined : filter.enter(entry)) };
}

class HomeZip implements LiveVisitor {
  readonly #job: HomeZipJob;
  readonly #piece: Arena;
  readonly entries: ZipEntries<SkipReason | CoverageNote>;
  #items = 0;
  #bytes = 0;

  constructor(job: HomeZipJob) {
    this.#job = job;
    this.#piece = job.codec.allocate(pieceBytes);
    this.entries = new ZipEntries(job.zip);
  }

  enter(folder: LiveEntry, passing: boolean): Promise<void> {
    this.#progress(1, 0);
    return this.entries.enter(folder, passing);
  }

  leave(): void {
    this.entries.leave();
  }

  symlink(link: LiveEntry, target: Buffer): Promise<void> {
    this.#progress(1, 0);
    return this.entries.symlink(link, target);
  }

  fifo({ name }: LiveEntry): void {
    this.entries.add('type-refused', name);
  }

  skipped(reason: SkipReason, name: Buffer | undefined): void {
    if (name === undefined) this.entries.addHere(reason);
    else this.entries.add(reason, name);
  }

  async file(entry: LiveEntry, file: number): Promise<void> {
    if (entry.sizeBytes > largestFileBytes) return this.entries.add('read-error', entry.name);
    const beginning = this.#read(file, Math.min(entry.sizeBytes, wholeFileBytes));
    if (typeof beginning === 'number') return this.entries.add(reasonOfError(-beginning), entry.name);
    if (entry.sizeBytes <= wholeFileBytes) await this.entries.file(entry, beginning);
    else await this.#largeFile(entry, file, beginning);
    this.#noteChange(entry, file);
    this.#progress(1, 0);
  }

  /** Up to the size it had when it was opened, so that one that grows for ever ends. */
  async #largeFile(entry: LiveEntry, file: number, beginning: Buffer): Promise<void> {
    const { zip, signal } = this.#job;
    if (!(await this.entries.beginFile(entry, beginning))) return;
    let left = entry.sizeBytes;
    for (let part: Buffer | number = beginning; ; part = this.#read(file, Math.min(left, pieceBytes))) {
      if (typeof part === 'number') throw unreadable(this.#job.account.name, entry, part);
      if (part.length === 0) break;
      signal.throwIfAborted();
      await zip.data(part);
      left -= part.length;
    }
    await zip.endFile();
  }

  /** @returns fewer bytes only where the file ends; a negative error number when it cannot be read. */
  #read(file: number, length: number): Buffer | number {
    const target = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const read = this.#job.files.read(file, this.#piece, 0, Math.min(pieceBytes, length - filled));
      if (read < 0) return read === -errorNumbers.EAGAIN ? -errorNumbers.EIO : read;
      if (read === 0) break;
      this.#piece.bytes.copy(target, filled, 0, read);
      filled += read;
    }
    this.#progress(0, filled);
    return target.subarray(0, filled);
  }

  /** Such a file is in the zip as it was read. */
  #noteChange(before: LiveEntry, file: number): void {
    const { files } = this.#job;
    if (files.statOpen(file) < 0) return;
    const { sizeBytes, modified } = entryOf(before.name, files.status.words, 0);
    const { seconds, nanoseconds } = before.modified;
    const isSame =
      sizeBytes === before.sizeBytes && modified.seconds === seconds && modified.nanoseconds === nanoseconds;
    if (!isSame) this.entries.add('changed-while-read', before.name);
  }

  #progress(items: number, bytes: number): void {
    this.#items += items;
    this.#bytes += bytes;
    this.#job.onProgress(this.#items, this.#bytes);
  }
}

function unreadable(account: string, { name }: LiveEntry, error: number): Failure {
  const problem = `"${showPath([name])}" could not be read to its end (error ${-error})`;
  return new Failure('home-unreadable', { account, problem });
}
