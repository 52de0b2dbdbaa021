/**
 * Puts selected paths of a snapshot into a zip. What is damaged is told and left out, as long as that shows before
 * anything of it has gone out; a file that is found damaged later ends the zip.
 */
import type { ZipWriter } from '../contracts/zip-writer.ts';
import { Failure, isFailure } from '../domain/failure.ts';
import type { BlobId } from '../domain/ids.ts';
import { showPath } from '../domain/show-name.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { BlobReader } from './blob-reader.ts';
import { walkSelection, type Selection, type SelectionVisitor } from './selection-walk.ts';
import { holeBytes, isHole } from './zero-content.ts';
import { wholeFileBytes, ZipEntries, type ZipReport } from './zip-entries.ts';

export interface ZipJob {
  /** With read-ahead: what lies together is wanted together. */
  readonly reader: BlobReader;
  readonly home: TreeNode;
  readonly selection: Selection;
  /** Finishing and closing it is the caller's. */
  readonly zip: ZipWriter;
  readonly signal: AbortSignal;
}

/** A file in more pieces than this is no small one, however small it says it is. */
const mostWholeBlobs = 64;
let zeros: Buffer | undefined;

/**
 * Entries come in the order of the snapshot, so that the same job makes the same zip. Files with several names are
 * in it once for each.
 * @throws {Failure} `not-found` when a wanted path is not in the snapshot: the zip is empty then; `repository-damaged`
 * when the home cannot be read, or a file whose beginning is in the zip already; what the zip throws.
 */
export async function zipSelection(job: ZipJob): Promise<ZipReport> {
  const run = new ZipRun(job);
  await walkSelection(job, run);
  return run.entries.report();
}

class ZipRun implements SelectionVisitor {
  readonly #job: ZipJob;
  readonly entries: ZipEntries;

  constructor(job: ZipJob) {
    this.#job = job;
    this.entries = new ZipEntries(job.zip);
  }

  enter(node: TreeNode, passing: boolean): Promise<void> {
    return this.entries.enter(node, passing);
  }

  async leave(): Promise<void> {
    this.entries.leave();
  }

  damaged(path: Buffer[]): void {
    this.entries.addAt('damaged', () => path);
  }

  async entry(node: TreeNode, path: () => Buffer[]): Promise<void> {
    if (node.type === 'file') return this.#file(node, path);
    if (node.type === 'symlink') return this.entries.symlink(node, node.linkTarget ?? Buffer.alloc(0));
    this.entries.add('type-refused', node.name);
  }

  async #file(node: TreeNode, path: () => Buffer[]): Promise<void> {
    const isSmall = node.sizeBytes <= wholeFileBytes && node.content.length <= mostWholeBlobs;
    const content = isSmall ? await this.#orDamaged(() => this.#readWhole(node.content)) : undefined;
    if (content === 'damaged') return this.entries.add('damaged', node.name);
    if (content !== undefined) return this.entries.file(node, content);
    await this.#largeFile(node, path);
  }

  /** @returns undefined when it is larger than it says. */
  async #readWhole(content: readonly BlobId[]): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let bytes = 0;
    for (const id of content) {
      const part = await this.#read(id);
      parts.push(part);
      bytes += part.length;
      if (bytes > wholeFileBytes) return undefined;
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, bytes);
  }

  async #largeFile(node: TreeNode, path: () => Buffer[]): Promise<void> {
    const first = await this.#orDamaged(() => this.#openLarge(node.content));
    if (first === 'damaged') return this.entries.add('damaged', node.name);
    if (!(await this.entries.beginFile(node, first))) return;
    await this.#job.zip.data(first);
    try {
      for (const id of node.content.slice(1)) await this.#job.zip.data(await this.#read(id));
    } catch (error) {
      throw isFailure(error, 'repository-damaged') ? inFile(error, path()) : error;
    }
    await this.#job.zip.endFile();
  }

  /** @returns the first part. @throws {Failure} `repository-damaged` also when the index knows another part not. */
  #openLarge(content: readonly BlobId[]): Promise<Buffer> {
    for (const id of content) if (!isHole(id)) this.#job.reader.requireKnown('data', id);
    const [first] = content;
    return first === undefined ? Promise.resolve(Buffer.alloc(0)) : this.#read(first);
  }

  /** A copy: what the reader returns is good until the next call only. */
  async #read(id: BlobId): Promise<Buffer> {
    this.#job.signal.throwIfAborted();
    if (isHole(id)) return (zeros ??= Buffer.alloc(holeBytes));
    return Buffer.from(await this.#job.reader.read('data', id));
  }

  async #orDamaged<Result>(work: () => Promise<Result>): Promise<Result | 'damaged'> {
    try {
      return await work();
    } catch (error) {
      if (isFailure(error, 'repository-damaged')) return 'damaged';
      throw error;
    }
  }
}

/** People can leave a file out when they know which. */
function inFile(cause: Failure, path: readonly Buffer[]): Failure {
  const { problem } = cause.facts as Failure<'repository-damaged'>['facts'];
  return new Failure('repository-damaged', { object: showPath(path), problem }, { cause });
}
