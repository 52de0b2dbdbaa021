/** Stores folders that no file system holds, such as databases, beside the home in a snapshot. */
import { fileTypes, statusWords } from '../contracts/file-system.ts';
import type { StoredStream, StreamFolder } from '../contracts/stream-folder.ts';
import { isFailure, type Failure } from '../domain/failure.ts';
import type { CoverageLog } from './coverage-log.ts';
import { nodeJson, type OwnerNames } from './node-json.ts';
import type { StreamContents } from './stream-contents.ts';
import type { TreeEncoder } from './tree-encoder.ts';

export interface StreamArchiverTools {
  readonly contents: StreamContents;
  readonly encoder: TreeEncoder;
  readonly coverage: CoverageLog;
  readonly owners: OwnerNames;
  /** Status of the folder whose owner has everything. */
  readonly owner: Int32Array;
  readonly time: Date;
  readonly signal: AbortSignal;
  readonly onProgress: (files: number, bytes: number) => void;
}

/** Tables are made and changed now and then, also at night. */
const mostTries = 3;

/** A folder of the tree that grows: names to nodes as JSON, or to folders. */
type Branch = Map<string, string | Branch>;

export class StreamArchiver {
  readonly #tools: StreamArchiverTools;
  readonly #root: Branch = new Map();
  #folders = 0;
  #files = 0;
  #bytes = 0;

  constructor(tools: StreamArchiverTools) {
    this.#tools = tools;
  }

  /** Of the folders that are kept. */
  get stored(): { readonly folders: number; readonly files: number; readonly bytes: number } {
    return { folders: this.#folders, files: this.#files, bytes: this.#bytes };
  }

  /** Stores each folder, or says in the coverage why not. @throws what the signal was aborted with; what the store throws. */
  async archive(folders: readonly StreamFolder[]): Promise<void> {
    for (const folder of folders) {
      this.#tools.signal.throwIfAborted();
      try {
        await this.#tryFolder(folder, mostTries);
      } catch (error) {
        const reason = isFailure(error) ? reasonOf(error) : undefined;
        if (reason === undefined) throw error;
        this.#tools.coverage.skip(
          reason.word,
          toPath([...folder.path.slice(0, -1), `${folder.path.at(-1) ?? ''}${reason.why}`]),
        );
      }
    }
  }

  /** The nodes at the top of the snapshot, as JSON by their names. */
  async finish(): Promise<Map<string, string>> {
    const nodes = new Map<string, string>();
    for (const [name, entry] of this.#root) nodes.set(name, await this.#nodeOf(name, entry));
    return nodes;
  }

  async #tryFolder(folder: StreamFolder, triesLeft: number): Promise<void> {
    try {
      await this.#archiveFolder(folder);
    } catch (error) {
      if (triesLeft <= 1 || !isFailure(error, 'database-changing')) throw error;
      await this.#tryFolder(folder, triesLeft - 1);
    }
  }

  async #archiveFolder(folder: StreamFolder): Promise<void> {
    const { signal, coverage } = this.#tools;
    const branch: Branch = new Map();
    let files = 0;
    let bytes = 0;
    for await (const stream of folder.open(signal, (reason, names) =>
      coverage.note(reason, toPath([...folder.path, ...names])),
    )) {
      bytes += await this.#archiveStream(branch, stream);
      files++;
      this.#tools.onProgress(this.#files + files, this.#bytes + bytes);
    }
    this.#folders++;
    this.#files += files;
    this.#bytes += bytes;
    const parent = branchAt(this.#root, folder.path.slice(0, -1));
    parent.set(folder.path.at(-1) ?? '', branch);
  }

  async #archiveStream(branch: Branch, stream: StoredStream): Promise<number> {
    const { bytes, ids } = await this.#tools.contents.store(stream);
    const name = stream.path.at(-1) ?? '';
    const words = this.#status(fileTypes.file | 0o600, earlier(stream.modified, this.#tools.time), bytes);
    const parent = branchAt(branch, stream.path.slice(0, -1));
    parent.set(name, this.#json(name, words, { content: ids, subtree: '' }));
    return bytes;
  }

  async #nodeOf(name: string, entry: string | Branch): Promise<string> {
    if (typeof entry === 'string') return entry;
    const names = [...entry.keys()].map((key) => Buffer.from(key)).toSorted((one, other) => Buffer.compare(one, other));
    const nodes: string[] = [];
    for (const key of names) nodes.push(await this.#nodeOf(key.toString(), entry.get(key.toString()) ?? new Map()));
    const subtree = await this.#tools.encoder.storeNodes(nodes);
    const words = this.#status(fileTypes.folder | 0o700, this.#tools.time, 0);
    return this.#json(name, words, { content: Buffer.alloc(0), subtree });
  }

  #json(name: string, words: Int32Array, { content, subtree }: { content: Buffer; subtree: string }): string {
    const parts = { words, at: 0, name: Buffer.from(name), content, attributes: Buffer.alloc(0), subtree, device: 0 };
    return nodeJson(parts, this.#tools.owners);
  }

  #status(mode: number, modified: Date, size: number): Int32Array {
    const words = this.#tools.owner.slice();
    words.fill(0, statusWords.inode);
    words[statusWords.links] = 1;
    words[statusWords.mode] = mode;
    put64(words, statusWords.size, size);
    const milliseconds = modified.getTime();
    for (const at of [statusWords.modifiedSeconds, statusWords.changedSeconds]) {
      put64(words, at, Math.floor(milliseconds / 1000));
    }
    return words;
  }
}

/** Failures of the source, as against those of the repository, which end the backup. */
function reasonOf(
  failure: Failure,
): { word: 'database-missing' | 'database-unreachable' | 'database-failed'; why: string } | undefined {
  if (failure.code === 'unknown-database') return { word: 'database-missing', why: '' };
  if (failure.code === 'database-unreachable') return { word: 'database-unreachable', why: '' };
  if (failure.code !== 'database-dump-failed' && failure.code !== 'database-changing') return undefined;
  const problem = new Map<string, unknown>(Object.entries(failure.facts)).get('problem');
  return { word: 'database-failed', why: `: ${String(problem)}` };
}

function branchAt(root: Branch, path: readonly string[]): Branch {
  let branch = root;
  for (const name of path) {
    const known = branch.get(name);
    const next: Branch = known === undefined || typeof known === 'string' ? new Map() : known;
    branch.set(name, next);
    branch = next;
  }
  return branch;
}

function toPath(names: readonly string[]): Buffer[] {
  return names.map((name) => Buffer.from(name));
}

function put64(words: Int32Array, at: number, value: number): void {
  words[at] = value | 0;
  words[at + 1] = Math.floor(value / 2 ** 32);
}

/** Nothing in a restore point is younger than the restore point. */
function earlier(modified: Date | undefined, time: Date): Date {
  return modified !== undefined && modified < time ? modified : time;
}
