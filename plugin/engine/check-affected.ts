/** Finds out which snapshots and which paths suffer from what a check found. */
import { showName } from '../domain/show-name.ts';
import { isFailure } from '../domain/failure.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { Bitmap } from './bitmap.ts';
import { BlobReader } from './blob-reader.ts';
import type { CheckRun } from './check-run.ts';
import type { BlobType } from './format.ts';
import type { Snapshot } from './snapshot.ts';
import { readTree } from './tree-reader.ts';

const readAheadBytes = 256 * 1024;

interface Folder {
  /** Its name as people see it; empty for the root. */
  readonly name: string;
  readonly tree: string;
  readonly subfolders: { readonly name: string; readonly tree: string }[];
  isWhole: boolean;
}

/** Blames every finding on the snapshots it harms. Reads only trees below which there is damage again and again. */
export async function blameFindings(run: CheckRun, snapshots: readonly Snapshot[], signal: AbortSignal): Promise<void> {
  if (run.broken.isEmpty) return;
  const reader = new BlobReader(run.repository, run.full.index, readAheadBytes);
  const whole = new Bitmap(run.full.index.tree.size);
  try {
    for (const snapshot of snapshots) await new SnapshotWalk(run, snapshot, reader, whole).run(signal);
  } finally {
    reader.close();
  }
}

/** Walks one snapshot, depth first, without recursion. */
class SnapshotWalk {
  readonly #run: CheckRun;
  readonly #snapshot: Snapshot;
  readonly #reader: BlobReader;
  /** Trees without any damage below, of all snapshots. */
  readonly #whole: Bitmap;
  /** Trees with damage below that were walked in this snapshot. */
  readonly #walked = new Set<string>();
  readonly #path: Folder[] = [];

  constructor(run: CheckRun, snapshot: Snapshot, reader: BlobReader, whole: Bitmap) {
    this.#run = run;
    this.#snapshot = snapshot;
    this.#reader = reader;
    this.#whole = whole;
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#enter('', this.#snapshot.tree);
    for (let folder = this.#path.at(-1); folder !== undefined; folder = this.#path.at(-1)) {
      signal.throwIfAborted();
      const next = folder.subfolders.pop();
      if (next === undefined) this.#leave(folder);
      else await this.#enter(next.name, next.tree);
    }
  }

  /** Opens a folder unless it is known; notes the damage in its files. */
  async #enter(name: string, tree: string): Promise<void> {
    const parent = this.#path.at(-1);
    if (this.#blame('tree', tree, name, '/')) {
      if (parent !== undefined) parent.isWhole = false;
      return;
    }
    const entry = this.#run.full.index.find('tree', tree);
    if (entry >= 0 && this.#whole.has(entry)) return;
    if (this.#walked.has(tree)) {
      if (parent !== undefined) parent.isWhole = false;
      return;
    }
    this.#path.push({ name, tree, subfolders: [], isWhole: true });
    for (const node of await this.#readNodes(tree)) this.#look(node);
    this.#path.at(-1)?.subfolders.reverse();
  }

  #look(node: TreeNode): void {
    const folder = this.#path.at(-1);
    if (folder === undefined) return;
    if (node.subtree !== undefined) folder.subfolders.push({ name: showName(node.name), tree: node.subtree });
    for (const id of node.content) {
      if (this.#blame('data', id, showName(node.name))) folder.isWhole = false;
    }
  }

  #leave(folder: Folder): void {
    this.#path.pop();
    const parent = this.#path.at(-1);
    if (!folder.isWhole) {
      this.#walked.add(folder.tree);
      if (parent !== undefined) parent.isWhole = false;
      return;
    }
    this.#whole.add(this.#run.full.index.find('tree', folder.tree));
  }

  /** @returns whether the blob is broken. */
  #blame(type: BlobType, id: string, name: string, slash = ''): boolean {
    const finding = this.#run.broken.findingOf(type, id);
    if (finding === undefined) return false;
    const path = `${this.#shownPath()}${name}${slash}`;
    const cause = this.#run.causes.get(finding);
    this.#run.damage.blame(finding, this.#snapshot.id, path);
    if (cause !== undefined) this.#run.damage.blame(cause, this.#snapshot.id, path);
    return true;
  }

  /** From the root, ending in a slash. */
  #shownPath(): string {
    return this.#path.map(({ name }) => `${name}/`).join('');
  }

  async #readNodes(tree: string): Promise<readonly TreeNode[]> {
    try {
      return await readTree(this.#reader, tree);
    } catch (error) {
      // It was read before; if it cannot be read now, what lies below cannot be told.
      if (isFailure(error)) return [];
      throw error;
    }
  }
}
