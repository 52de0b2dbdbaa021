import type { CatalogContent, CatalogEntry } from '../contracts/catalog.ts';
import { isFailure } from '../domain/failure.ts';
import type { BlobId } from '../domain/ids.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { BlobReader } from '../engine/blob-reader.ts';
import { findHome } from '../engine/home-tree.ts';
import { listTree, type Listing } from '../engine/listing.ts';
import { contentIdentity } from '../engine/node-identity.ts';
import { PackBlocks } from '../engine/pack-blocks.ts';
import { readIndex } from '../engine/read-shelf.ts';
import type { Repository } from '../engine/repository.ts';
import type { Snapshot } from '../engine/snapshot.ts';
import { diffTrees, type DiffVisitor } from '../engine/tree-diff.ts';

/** Tells a catalog what differs between two snapshots, from their trees. */
export class SnapshotComparer {
  readonly #reader: BlobReader;
  readonly #signal: AbortSignal;

  private constructor(reader: BlobReader, signal: AbortSignal) {
    this.#reader = reader;
    this.#signal = signal;
  }

  static async open(repository: Repository, signal: AbortSignal): Promise<SnapshotComparer> {
    const index = await readIndex(repository);
    return new SnapshotComparer(new BlobReader(repository, index, new PackBlocks(repository.store)), signal);
  }

  /** @param previous what `content` holds now; undefined when that is nothing. */
  async compare(content: CatalogContent, previous: Snapshot | undefined, snapshot: Snapshot): Promise<void> {
    const before = previous === undefined ? undefined : await homeTree(this.#reader, previous);
    const after = await homeTree(this.#reader, snapshot);
    if (before !== undefined && before === after) return;
    if (before === undefined && previous !== undefined) content.clear();
    const sides = { before: this.#opener(before), after: this.#opener(after) };
    await diffTrees(sides, visitorFor(content), this.#signal);
  }

  close(): void {
    this.#reader.close();
  }

  #opener(tree: BlobId | undefined): (() => Promise<Listing>) | undefined {
    return tree === undefined ? undefined : () => listTree(this.#reader, tree);
  }
}

/** Undefined where a snapshot holds no home, or none that can be read. */
async function homeTree(reader: BlobReader, snapshot: Snapshot): Promise<BlobId | undefined> {
  try {
    return (await findHome(reader, snapshot)).subtree;
  } catch (error) {
    if (isFailure(error, 'not-found') || isFailure(error, 'repository-damaged')) return undefined;
    throw error;
  }
}

function visitorFor(content: CatalogContent): DiffVisitor {
  return {
    differs(before, after) {
      if (after !== undefined) content.put(after.name, toEntry(after));
      else if (before !== undefined) content.remove(before.name);
    },
    entersAlone: (side) => side === 'after', // what was below a removed folder went with it
    enter: (name) => content.enter(name),
    leave: () => content.leave(),
    unreadable(side) {
      content.clear();
      return side === 'before' ? 'again' : 'skip';
    },
  };
}

function toEntry(node: TreeNode): CatalogEntry {
  const { type, sizeBytes, modified, mode } = node;
  return { type, sizeBytes, modified, mode, content: contentIdentity(node) };
}
