/**
 * Brings selected paths of a snapshot back: walks its trees, reads the contents, hands both to a writer. What is
 * damaged is told and left out; everything else comes back.
 */
import {
  largestPackedBytes,
  type EntryAttributes,
  type Pending,
  type TreeWriter,
  type WriteProblem,
  type WriteReport,
} from '../contracts/tree-writer.ts';
import { isFailure } from '../domain/failure.ts';
import type { BlobId } from '../domain/ids.ts';
import { RestoreTally } from '../domain/restore-tally.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { findRuns, type Run } from '../domain/zero-runs.ts';
import type { BlobReader } from './blob-reader.ts';
import type { BlobsAhead } from './blobs-ahead.ts';
import { DelayedVisitor } from './delayed-visitor.ts';
import { HardLinks } from './hard-links.ts';
import { isEverything, walkSelection, type Selection, type SelectionVisitor } from './selection-walk.ts';
import { holeBytes, isHole } from './zero-content.ts';

export interface RestoreJob {
  /** With read-ahead: what lies together is wanted together. */
  readonly reader: BlobReader;
  /** Over that reader; without it nothing is read before it is needed. */
  readonly ahead?: BlobsAhead | undefined;
  readonly home: TreeNode;
  readonly selection: Selection;
  /** Closing it is the caller's, however the restore ends. */
  readonly writer: TreeWriter;
  /** Who owns the home now: what the home's owner had, they get. */
  readonly owner: { readonly uid: number; readonly gid: number };
  readonly signal: AbortSignal;
  onProgress(items: number, bytes: number): void;
}

/** How much of a pack the reader of a restore should fetch at once. */
export const restoreReadAheadBytes = 4 * 1024 * 1024;

/**
 * @returns what the writer did, with the problems of both.
 * @throws {Failure} `not-found` when a wanted path is not in the snapshot: nothing was written then; `writer-stopped`;
 * `destination-unreachable`; `repository-damaged` when the home itself cannot be read.
 */
export async function restoreSelection(job: RestoreJob): Promise<WriteReport> {
  const run = new RestoreRun(job);
  const isWhole = isEverything(job.selection);
  if (isWhole) await job.writer.expectMany();
  await walk(job, run);
  const report = await job.writer.finish(isWhole ? run.attributesOf(job.home) : undefined);
  return run.tally.joinTo(report);
}

async function walk(job: RestoreJob, run: RestoreRun): Promise<void> {
  if (job.ahead === undefined) return walkSelection(job, run);
  const delayed = new DelayedVisitor(run, job.ahead);
  await walkSelection(job, delayed);
  await delayed.finish();
}

class RestoreRun implements SelectionVisitor {
  readonly #job: RestoreJob;
  readonly #links = new HardLinks();
  readonly tally: RestoreTally<WriteProblem>;

  constructor(job: RestoreJob) {
    this.#job = job;
    this.tally = new RestoreTally((items, bytes) => job.onProgress(items, bytes));
  }

  enter(node: TreeNode, passing: boolean): Pending {
    this.tally.advance(1, 0);
    return this.#job.writer.enter(node.name, passing);
  }

  leave(node: TreeNode): Pending {
    return this.#job.writer.leave(this.attributesOf(node));
  }

  damaged(path: Buffer[]): void {
    this.tally.add({ reason: 'content-missing', path, lost: true });
  }

  entry(node: TreeNode, path: () => Buffer[]): Pending {
    const { writer } = this.#job;
    this.tally.advance(1, 0);
    switch (node.type) {
      case 'file':
        return this.#restoreFile(node, path);
      case 'symlink':
        return writer.symlink(node.name, node.linkTarget ?? Buffer.alloc(0), this.attributesOf(node));
      case 'fifo':
        return writer.fifo(node.name, this.attributesOf(node));
      case 'dir':
        throw new Error('a folder came as an entry');
      case 'dev':
      case 'chardev':
      case 'socket':
      case 'irregular':
        return this.tally.add({ reason: 'type-refused', path: path(), lost: true });
    }
  }

  attributesOf(node: TreeNode): EntryAttributes {
    const { home, owner } = this.#job;
    const { mode, modified, attributes } = node;
    const uid = node.uid === home.uid ? owner.uid : node.uid;
    const gid = node.gid === home.gid ? owner.gid : node.gid;
    return { mode, modified, uid, gid, attributes };
  }

  async #restoreFile(node: TreeNode, path: () => Buffer[]): Promise<void> {
    const { writer } = this.#job;
    const known = node.links > 1 ? this.#links.find(node) : undefined;
    if (known !== undefined) return writer.hardLink(node.name, known);
    const waiting = writer.beginFile(node.name, this.attributesOf(node));
    if (waiting !== undefined) await waiting;
    if (!(await this.#restoreContent(node))) {
      this.tally.add({ reason: 'content-missing', path: path(), lost: true });
      return writer.abortFile();
    }
    const ending = writer.endFile();
    if (ending !== undefined) await ending;
    if (node.links > 1 && !this.#links.add(node, path()))
      this.tally.add({ reason: 'attribute-not-set', path: path(), lost: false });
  }

  /** The size in the node decides nothing: a file that changed while it was read has another. @returns false when a part is damaged. */
  async #restoreContent(node: TreeNode): Promise<boolean> {
    const { writer, signal } = this.#job;
    for (const id of node.content) {
      signal.throwIfAborted();
      if (isHole(id)) {
        await writer.zeros(holeBytes);
        this.tally.advance(0, holeBytes);
        continue;
      }
      const written = await unlessDamaged(this.#restoreBlob(id));
      if (written === undefined) return false;
      this.tally.advance(0, written);
    }
    return true;
  }

  /**
   * The work is shared with the writer, which would wait otherwise; a thread that is ahead has opened the blob already.
   * @returns how long the content is.
   */
  async #restoreBlob(id: BlobId): Promise<number> {
    const { reader, ahead, writer } = this.#job;
    const isForWriter = ahead === undefined && writer.hasTime;
    const blob = isForWriter ? await reader.readPacked(id, largestPackedBytes) : undefined;
    if (blob === undefined) return this.#open(id);
    const waiting = writer.packed(blob);
    if (waiting !== undefined) await waiting;
    return blob.plainLength === 0 ? blob.bytes.length : blob.plainLength;
  }

  async #open(id: BlobId): Promise<number> {
    const { reader, ahead = reader } = this.#job;
    const bytes = await ahead.read('data', id);
    const waiting = this.#write(bytes);
    if (waiting !== undefined) await waiting;
    return bytes.length;
  }

  /** Most content is one run, which is handed over at once. */
  #write(bytes: Buffer): Pending {
    const runs = findRuns(bytes);
    const first = runs.next();
    if (first.done === true) return undefined;
    const second = runs.next();
    if (second.done === true) return this.#writeRun(bytes, first.value);
    return this.#writeRuns(bytes, [first.value, second.value, ...runs]);
  }

  async #writeRuns(bytes: Buffer, runs: readonly Run[]): Promise<void> {
    for (const run of runs) await this.#writeRun(bytes, run);
  }

  #writeRun(bytes: Buffer, { isZeros, start, end }: Run): Pending {
    const { writer } = this.#job;
    return isZeros ? writer.zeros(end - start) : writer.data(bytes.subarray(start, end));
  }
}

async function unlessDamaged<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isFailure(error, 'repository-damaged')) return undefined;
    throw error;
  }
}
