/** Puts databases into an archive, each as the files of SQL that make it anew, behind everything of the home. */
import { createHash } from 'node:crypto';
import type { StoredStream, StreamFolder } from '../contracts/stream-folder.ts';
import { isFailure, type Failure } from '../domain/failure.ts';
import type { SkipReason } from '../domain/coverage.ts';
import type { ArchiveIndex } from './archive-index.ts';
import type { ArchivedEntry, IndexedEntry } from './archived-entry.ts';
import type { CoverageCount } from './coverage-count.ts';
import type { OpenArchive } from './make-archive.ts';

export interface DatabaseArchiveTools {
  readonly folders: readonly StreamFolder[];
  /** The full archive to differ from. */
  readonly full: ArchiveIndex | undefined;
  readonly owner: { readonly uid: number; readonly gid: number };
  readonly startedAt: Date;
  /** What a path is called in a zip; undefined when a zip cannot hold it. */
  zipPath(path: readonly Buffer[]): string | undefined;
  readonly coverage: CoverageCount;
  readonly signal: AbortSignal;
}

/** So much of a file is held: what the full archive has just so is not stored again. */
const heldBytes = 8 * 1024 * 1024;

/**
 * What one database fails with is in the coverage: of that database then nothing is kept, and everything else is.
 * @returns how many are in the archive. @throws what the archive throws; what the signal was aborted with.
 */
export async function archiveDatabases(tools: DatabaseArchiveTools, archive: OpenArchive): Promise<number> {
  let kept = 0;
  for (const folder of tools.folders) {
    tools.signal.throwIfAborted();
    try {
      await archiveOne(tools, folder, archive);
      archive.keepDumps();
      kept++;
    } catch (error) {
      const reason = isFailure(error) ? reasonOf(error) : undefined;
      if (reason === undefined) throw error;
      archive.dropDumps();
      tools.coverage.skip(reason, toPath(folder.path));
    }
  }
  return kept;
}

function reasonOf({ code }: Failure): SkipReason | undefined {
  if (code === 'unknown-database') return 'database-missing';
  if (code === 'database-unreachable') return 'database-unreachable';
  return code === 'database-dump-failed' || code === 'database-changing' ? 'database-failed' : undefined;
}

async function archiveOne(tools: DatabaseArchiveTools, folder: StreamFolder, archive: OpenArchive): Promise<void> {
  const streams = folder.open(tools.signal, (reason, names) =>
    tools.coverage.note(reason, toPath([...folder.path, ...names])),
  );
  for await (const stream of streams) {
    const path = toPath([...folder.path, ...stream.path]);
    const name = tools.zipPath(path);
    if (name === undefined) tools.coverage.skip('name-too-long', path);
    else await archiveStream(tools, stream, lineOf(tools, name, stream), archive);
  }
}

async function archiveStream(
  tools: DatabaseArchiveTools,
  { content, isText }: StoredStream,
  line: ArchivedEntry,
  archive: OpenArchive,
): Promise<void> {
  const pieces = inPieces(content);
  const held = await hold(pieces);
  if (held.isWhole) {
    const same = await findSame(tools.full, line, held.bytes);
    return same === undefined ? archive.dump(line, held.bytes, isText) : archive.keepDump(same);
  }
  const open = await archive.beginDump(line, isText);
  try {
    await open.write(held.bytes);
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) await open.write(next.value);
  } finally {
    await open.end();
  }
}

/** The archive keeps what it is given: nothing that a source may use again. */
async function* inPieces(content: StoredStream['content']): AsyncGenerator<Buffer, void> {
  for await (const piece of content) yield Buffer.from(piece);
}

async function hold(
  pieces: AsyncGenerator<Buffer, void>,
): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
  const parts: Buffer[] = [];
  let size = 0;
  while (size <= heldBytes) {
    const next = await pieces.next();
    if (next.done === true) return { bytes: Buffer.concat(parts, size), isWhole: true };
    parts.push(next.value);
    size += next.value.length;
  }
  return { bytes: Buffer.concat(parts, size), isWhole: false };
}

async function findSame(
  full: ArchiveIndex | undefined,
  line: ArchivedEntry,
  content: Buffer,
): Promise<IndexedEntry | undefined> {
  const found = await full?.find(line);
  if (found?.in !== 'this' || found.size !== content.length) return undefined;
  return found.sha256 === createHash('sha256').update(content).digest('hex') ? { ...found, in: 'full' } : undefined;
}

function lineOf({ owner, startedAt }: DatabaseArchiveTools, name: string, { modified }: StoredStream): ArchivedEntry {
  const seconds = Math.floor((modified ?? startedAt).getTime() / 1000);
  const time = `${seconds}.000000000`;
  const { uid, gid } = owner;
  return { name, type: 'dump', mode: 0o600, uid, gid, size: 0, modified: time, changed: time, inode: '0' };
}

function toPath(names: readonly string[]): Buffer[] {
  return names.map((name) => Buffer.from(name));
}
