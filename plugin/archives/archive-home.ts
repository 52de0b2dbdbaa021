/** Puts a live home into an archive. What cannot be read is told and left out, everything else is in it. */
import type { Arena, Codec } from '../contracts/codec.ts';
import type { FileSystem } from '../contracts/file-system.ts';
import type { PanelAccount } from '../domain/account.ts';
import type { SkipReason } from '../domain/coverage.ts';
import { Failure } from '../domain/failure.ts';
import { showPath } from '../domain/show-name.ts';
import type { ArchiveIndex } from './archive-index.ts';
import { nameOfHomePath, type ArchivedEntry } from './archived-entry.ts';
import type { CoverageCount } from './coverage-count.ts';
import { FullCursor } from './full-cursor.ts';
import { readStatus, walkHome, type EntryStatus, type HomeEntry, type OpenedFile } from './home-walk.ts';
import type { OpenArchive } from './make-archive.ts';

export interface HomeArchiveTools {
  readonly files: FileSystem;
  readonly codec: Codec;
  readonly account: PanelAccount;
  /** The full archive to differ from. */
  readonly full: ArchiveIndex | undefined;
  /** What the path is called in a zip; undefined when a zip cannot hold it. */
  zipPath(path: readonly Buffer[]): string | undefined;
  isWorthCompressing(name: Buffer, beginning: Buffer): boolean;
  readonly coverage: CoverageCount;
  readonly signal: AbortSignal;
  onProgress(items: number, bytes: number): void;
}

export interface HomeArchiveReport {
  readonly files: number;
  readonly bytes: number;
}

const pieceBytes = 1_048_576;
const wholeFileBytes = 4 * pieceBytes;
/** A tenant can claim any size for a file of holes. */
const largestFileBytes = 8 * 2 ** 40;
const slash = Buffer.from('/');

/** @throws {Failure} `home-unreadable`; what the archive throws. */
export function archiveHome(tools: HomeArchiveTools, archive: OpenArchive): Promise<HomeArchiveReport> {
  return new HomeArchive(tools, archive).run();
}

class HomeArchive {
  readonly #tools: HomeArchiveTools;
  readonly #archive: OpenArchive;
  readonly #piece: Arena;
  readonly #before: FullCursor;
  readonly #coverage: CoverageCount;
  #files = 0;
  #bytes = 0;

  constructor(tools: HomeArchiveTools, archive: OpenArchive) {
    this.#tools = tools;
    this.#coverage = tools.coverage;
    this.#archive = archive;
    this.#piece = tools.codec.allocate(pieceBytes);
    this.#before = new FullCursor(tools.full);
  }

  async run(): Promise<HomeArchiveReport> {
    const { files, codec, account, signal } = this.#tools;
    const home = files.openRoot(account.home);
    if (home < 0) throw unreadable(account, `${account.home} cannot be opened (error ${-home})`);
    const walk = {
      files,
      nameArena: codec.allocate(4096),
      ownerUid: account.uid,
      trustedUids: new Set(account.trustedUids),
      signal,
      skipped: (reason: SkipReason, path: readonly Buffer[]) => this.#coverage.skip(reason, path),
    };
    for await (const entry of walkHome(walk, home)) await this.#take(entry);
    return { files: this.#files, bytes: this.#bytes };
  }

  async #take(entry: HomeEntry): Promise<void> {
    const line = this.#lineOf(entry);
    if (line === undefined) return this.#coverage.skip('name-too-long', entry.path);
    const same = await this.#before.findSame(line);
    if (same !== undefined) this.#archive.keep(same);
    else if (entry.type === 'folder') await this.#archive.folder(line);
    else if (entry.type === 'symlink') await this.#archive.symlink(line, textOf(entry.target));
    else if (entry.type === 'fifo') this.#archive.keep(line);
    else return this.#takeFile(entry, line);
    if (entry.type === 'file') this.#count(line.size);
  }

  async #takeFile(entry: HomeEntry, line: ArchivedEntry): Promise<void> {
    const opened = entry.open();
    if (typeof opened === 'string') return this.#coverage.skip(opened, entry.path);
    try {
      await this.#read(entry, { ...line, ...factsOf(opened.status), ...attributesOf(opened) }, opened);
    } finally {
      this.#tools.files.close(opened.descriptor);
    }
  }

  async #read(entry: HomeEntry, line: ArchivedEntry, { descriptor, status }: OpenedFile): Promise<void> {
    if (status.sizeBytes > largestFileBytes) return this.#coverage.skip('read-error', entry.path);
    const beginning = this.#readPart(descriptor, Math.min(status.sizeBytes, wholeFileBytes));
    if (beginning === undefined) return this.#coverage.skip('read-error', entry.path);
    const compress = this.#tools.isWorthCompressing(entry.path.at(-1) ?? Buffer.alloc(0), beginning);
    if (status.sizeBytes <= wholeFileBytes) await this.#archive.file(line, beginning, compress);
    else await this.#readLarge(entry, line, { descriptor, beginning, compress });
    this.#noteChange(entry, descriptor, status);
    this.#count(0);
  }

  /** Up to the size it had when it was opened, so that one that grows for ever ends. */
  async #readLarge(
    entry: HomeEntry,
    line: ArchivedEntry,
    { descriptor, beginning, compress }: { descriptor: number; beginning: Buffer; compress: boolean },
  ): Promise<void> {
    const open = await this.#archive.beginFile(line, compress);
    let left = line.size;
    for (
      let part: Buffer | undefined = beginning;
      left > 0;
      part = this.#readPart(descriptor, Math.min(left, pieceBytes))
    ) {
      if (part === undefined)
        throw unreadable(this.#tools.account, `${showPath(entry.path)} could not be read to its end`);
      if (part.length === 0) break;
      this.#tools.signal.throwIfAborted();
      left -= part.length;
      await open.write(part);
    }
    await open.end();
  }

  /** @returns fewer bytes only where the file ends; undefined when it cannot be read. */
  #readPart(descriptor: number, length: number): Buffer | undefined {
    const target = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const read = this.#tools.files.read(descriptor, this.#piece, 0, Math.min(pieceBytes, length - filled));
      if (read < 0) return undefined;
      if (read === 0) break;
      this.#piece.bytes.copy(target, filled, 0, read);
      filled += read;
    }
    this.#bytes += filled;
    return target.subarray(0, filled);
  }

  #noteChange({ path }: HomeEntry, descriptor: number, before: EntryStatus): void {
    const { files } = this.#tools;
    const now = files.statOpen(descriptor) < 0 ? undefined : readStatus(files);
    if (now?.modified !== before.modified || now.sizeBytes !== before.sizeBytes)
      this.#coverage.note('changed-while-read', path);
  }

  #lineOf({ path, type, status, target }: HomeEntry): ArchivedEntry | undefined {
    const zipPath = this.#tools.zipPath(path);
    if (zipPath === undefined) return undefined;
    const raw = Buffer.concat(path.flatMap((name, index) => (index === 0 ? [name] : [slash, name])));
    return {
      name: nameOfHomePath(zipPath),
      ...(Buffer.from(zipPath).equals(raw) ? {} : { path: raw.toString('base64') }),
      type,
      ...factsOf(status),
      ...(target === undefined ? {} : { target: target.toString('base64') }),
    };
  }

  #count(bytes: number): void {
    this.#files++;
    this.#bytes += bytes;
    this.#tools.onProgress(this.#files, this.#bytes);
  }
}

function factsOf({ mode, uid, gid, sizeBytes, modified, changed, inode }: EntryStatus) {
  return { mode, uid, gid, size: sizeBytes, modified, changed, inode };
}

function attributesOf({ attributes }: OpenedFile): Pick<ArchivedEntry, 'attributes'> {
  if (attributes.length === 0) return {};
  return { attributes: Object.fromEntries(attributes.map(({ name, value }) => [name, value.toString('base64')])) };
}

/** A zip's links point to text. Others are whole in the manifest only. */
function textOf(target: Buffer | undefined): string | undefined {
  const text = target?.toString('utf8');
  return text !== undefined && Buffer.from(text).equals(target ?? slash) ? text : undefined;
}

function unreadable({ name: account }: PanelAccount, problem: string): Failure {
  return new Failure('home-unreadable', { account, problem });
}
