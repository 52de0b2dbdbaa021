/**
 * Does what a plan lists, entry by entry, through a writer. What is damaged, or no longer as the plan saw it, is told
 * and left as it is; everything else is done.
 */
import type {
  EntryAttributes,
  TreeWriter,
  WriteProblem,
  WriteProblemReason,
  WriteReport,
} from '../contracts/tree-writer.ts';
import { isFailure } from '../domain/failure.ts';
import { partsOf, type PlannedEntry, type PlanPath } from '../domain/planned-entry.ts';
import type { BlobId } from '../domain/ids.ts';
import { RestoreTally } from '../domain/restore-tally.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { findRuns } from '../domain/zero-runs.ts';
import type { BlobReader } from './blob-reader.ts';
import type { LiveCheck } from './live-check.ts';
import type { OrderedNodes } from './ordered-nodes.ts';
import { holeBytes, isHole } from './zero-content.ts';

export interface PlanPerformance {
  readonly entries: readonly PlannedEntry[];
  /** What contents are taken from; undefined when the plan only deletes. */
  readonly source: PlanContents | undefined;
  /** Closing it is the caller's, however this ends. */
  readonly writer: TreeWriter;
  /** Looks again at each entry just before it is touched; undefined where the plan was made this moment. */
  readonly check: LiveCheck | undefined;
  /** Who owns the home now: what the home's owner had, they get. */
  readonly owner: { readonly uid: number; readonly gid: number };
  /** Between two entries; a file that was begun is finished. */
  readonly signal: AbortSignal;
  onProgress(items: number, bytes: number): void;
}

export interface PlanContents {
  readonly nodes: OrderedNodes;
  readonly reader: BlobReader;
  readonly home: TreeNode;
}

/** So many entries are made safe on disk one by one. */
const few = 64;

/**
 * @returns what the writer did, with the problems of both.
 * @throws {Failure} `writer-stopped`, `destination-unreachable`; what the signal was aborted with.
 */
export function performPlan(job: PlanPerformance): Promise<WriteReport> {
  return new Performance(job).run();
}

/** What is left to do when a folder is left. */
type Ending =
  | { readonly kind: 'keep' }
  | { readonly kind: 'remove' }
  | { readonly kind: 'set' | 'replace'; readonly node: TreeNode };

interface Level {
  readonly name: Buffer;
  readonly ending: Ending;
  readonly entry: PlannedEntry | undefined;
}

class Performance {
  readonly #job: PlanPerformance;
  readonly #levels: Level[] = [];
  readonly #skipped = new Set<PlanPath>();
  readonly #tally: RestoreTally<WriteProblem>;
  #root: EntryAttributes | undefined;

  constructor(job: PlanPerformance) {
    this.#job = job;
    this.#tally = new RestoreTally((items, bytes) => job.onProgress(items, bytes));
  }

  async run(): Promise<WriteReport> {
    if (this.#job.entries.length > few) await this.#job.writer.expectMany();
    for (const entry of this.#job.entries) {
      this.#job.signal.throwIfAborted();
      if (entry.action !== 'refused') await this.#perform(entry);
    }
    await this.#standIn([]);
    return this.#tally.joinTo(await this.#job.writer.finish(this.#root));
  }

  async #perform(entry: PlannedEntry): Promise<void> {
    if (entry.action === 'touched') return this.#setTime(entry);
    const parts = partsOf(entry.path);
    const name = parts.at(-1);
    if (name === undefined) return this.#performRoot(entry);
    await this.#standIn(parts.slice(0, -1));
    if (this.#job.check !== undefined && !this.#job.check.isAsPlanned(entry)) {
      this.#skipped.add(entry.path);
      this.#add('in-the-way', parts);
    } else if (entry.action === 'deleted') await this.#delete(entry, name);
    else await this.#bring(entry, name);
    this.#tally.advance(1, 0);
  }

  /** The folder that an entry lies in is done; folders on the way that are not the plan's own are only passed. */
  async #standIn(parts: readonly Buffer[]): Promise<void> {
    let common = 0;
    while (common < parts.length && this.#levels[common]?.name.equals(parts[common] ?? nothing) === true) common++;
    while (this.#levels.length > common) await this.#leave();
    for (const name of parts.slice(common))
      await this.#enter({ name, ending: { kind: 'keep' }, entry: undefined }, true);
  }

  async #setTime({ path, wanted }: PlannedEntry): Promise<void> {
    await this.#standIn(partsOf(path));
    if (wanted !== undefined) await this.#job.writer.setTime(wanted.modified);
  }

  async #performRoot({ path }: PlannedEntry): Promise<void> {
    const node = await this.#job.source?.nodes.find(path);
    if (node !== undefined) this.#root = this.#attributesOf(node);
  }

  async #delete(entry: PlannedEntry, name: Buffer): Promise<void> {
    if (entry.live?.type === 'dir') await this.#enter({ name, ending: { kind: 'remove' }, entry }, true);
    else await this.#job.writer.remove(name);
  }

  async #bring(entry: PlannedEntry, name: Buffer): Promise<void> {
    const node = await this.#job.source?.nodes.find(entry.path);
    if (node === undefined || node.type !== entry.type) return this.#lose(entry);
    const wasFolder = entry.live?.type === 'dir';
    if (node.type === 'dir') {
      if (entry.live !== undefined && !wasFolder) await this.#job.writer.remove(name);
      await this.#enter({ name, ending: { kind: 'set', node }, entry }, false);
    } else if (wasFolder) await this.#enter({ name, ending: { kind: 'replace', node }, entry }, true);
    else await this.#write(entry, node);
  }

  async #enter(level: Level, passing: boolean): Promise<void> {
    await this.#job.writer.enter(level.name, passing);
    this.#levels.push(level);
  }

  async #leave(): Promise<void> {
    const level = this.#levels.pop();
    if (level === undefined) return;
    const { name, ending, entry } = level;
    const { writer } = this.#job;
    await writer.leave(ending.kind === 'set' ? this.#attributesOf(ending.node) : this.#plainAttributes());
    if (ending.kind === 'remove' || ending.kind === 'replace') await writer.remove(name);
    if (ending.kind === 'replace' && entry !== undefined) await this.#write(entry, ending.node);
  }

  async #write(entry: PlannedEntry, node: TreeNode): Promise<void> {
    const { writer } = this.#job;
    if (node.type === 'symlink') {
      await writer.symlink(node.name, node.linkTarget ?? nothing, this.#attributesOf(node));
    } else if (node.type === 'fifo') await writer.fifo(node.name, this.#attributesOf(node));
    else if (entry.linkTo === undefined) await this.#writeFile(entry, node);
    else if (this.#skipped.has(entry.linkTo)) this.#lose(entry);
    else await writer.hardLink(node.name, partsOf(entry.linkTo));
  }

  async #writeFile(entry: PlannedEntry, node: TreeNode): Promise<void> {
    const { writer } = this.#job;
    await writer.beginFile(node.name, this.#attributesOf(node));
    for (const id of node.content) {
      if (await this.#writeBlob(id)) continue;
      await writer.abortFile();
      return this.#lose(entry);
    }
    await writer.endFile();
  }

  /** @returns false when it is damaged. */
  async #writeBlob(id: BlobId): Promise<boolean> {
    const { writer } = this.#job;
    if (isHole(id)) {
      await writer.zeros(holeBytes);
      this.#tally.advance(0, holeBytes);
      return true;
    }
    const bytes = await this.#read(id);
    if (bytes === undefined) return false;
    for (const { isZeros, start, end } of findRuns(bytes)) {
      await (isZeros ? writer.zeros(end - start) : writer.data(bytes.subarray(start, end)));
    }
    this.#tally.advance(0, bytes.length);
    return true;
  }

  async #read(id: BlobId): Promise<Buffer | undefined> {
    try {
      return await this.#job.source?.reader.read('data', id);
    } catch (error) {
      if (isFailure(error, 'repository-damaged')) return undefined;
      throw error;
    }
  }

  #attributesOf(node: TreeNode): EntryAttributes {
    const { owner, source } = this.#job;
    const { mode, modified, attributes } = node;
    const uid = node.uid === source?.home.uid ? owner.uid : node.uid;
    const gid = node.gid === source?.home.gid ? owner.gid : node.gid;
    return { mode, modified, uid, gid, attributes };
  }

  /** For folders that are only passed: a writer leaves theirs as they are. */
  #plainAttributes(): EntryAttributes {
    const { uid, gid } = this.#job.owner;
    return { mode: 0o700, modified: { seconds: 0, nanoseconds: 0 }, uid, gid, attributes: [] };
  }

  #lose({ path }: PlannedEntry): void {
    this.#skipped.add(path);
    this.#add('content-missing', partsOf(path));
  }

  #add(reason: WriteProblemReason, path: readonly Buffer[]): void {
    this.#tally.add({ reason, path, lost: true });
  }
}

const nothing = Buffer.alloc(0);
