/**
 * Walks what is wanted of a home in a snapshot, folder by folder, without recursion. A repository may be hostile:
 * depth costs a few kilobytes a level, and the listings that are held have a bound.
 */
import { Failure, isFailure } from '../domain/failure.ts';
import { isPlainName } from '../domain/plain-name.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { BlobReader } from './blob-reader.ts';
import { findNode } from './home-tree.ts';
import { everything, filterPaths, type PathFilter } from './path-filter.ts';
import { TreeCursor } from './tree-cursor.ts';

/** Components below the home; an empty path is all of it. */
export type Selection = readonly (readonly Buffer[])[];

/** Listings of folders further up are read again once all together exceed this. */
const mostHeldBytes = 32 * 1024 * 1024;
/** Deeper than any path that a system can be asked for one name at a time. */
const deepestLevel = 10_000;

export interface SelectionVisitor {
  /** @param passing when the folder itself is not wanted, only something below it. */
  enter(node: TreeNode, passing: boolean): Promise<void> | undefined;
  leave(node: TreeNode): Promise<void> | undefined;
  /** Anything but a folder. @param path where it lies below the home; asking costs, so only where it is needed. */
  entry(node: TreeNode, path: () => Buffer[]): Promise<void> | undefined;
  /** A folder whose tree cannot be read: it is not entered, or it is left without the rest of its entries. */
  damaged(path: Buffer[]): void;
}

interface Level {
  readonly node: TreeNode;
  readonly cursor: TreeCursor;
  readonly filter: PathFilter;
}

/**
 * @throws {Failure} `not-found` when a wanted path is not in the snapshot, before anything is visited;
 * `repository-damaged` when the way to one, or the home itself, cannot be read.
 */
export async function walkSelection(
  walk: { reader: BlobReader; home: TreeNode; selection: Selection; signal: AbortSignal },
  visitor: SelectionVisitor,
): Promise<void> {
  for (const path of walk.selection) await findNode(walk.reader, walk.home, path);
  await new SelectionWalk(walk.reader, visitor, walk.signal).run(walk.home, filterOf(walk.selection));
}

export function isEverything(selection: Selection): boolean {
  return selection.some((path) => path.length === 0);
}

function filterOf(selection: Selection): PathFilter {
  return isEverything(selection) ? everything : filterPaths(selection).filter;
}

class SelectionWalk {
  readonly #reader: BlobReader;
  readonly #visitor: SelectionVisitor;
  readonly #signal: AbortSignal;
  readonly #levels: Level[] = [];
  /** What listings took when they were opened, since this was last looked at closely. */
  #held = 0;

  constructor(reader: BlobReader, visitor: SelectionVisitor, signal: AbortSignal) {
    this.#reader = reader;
    this.#visitor = visitor;
    this.#signal = signal;
  }

  async run(home: TreeNode, filter: PathFilter): Promise<void> {
    if (home.subtree === undefined) throw new Failure('not-found', { path: 'the home' });
    this.#levels.push({ node: home, filter, cursor: await TreeCursor.open(this.#reader, home.subtree) });
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      this.#signal.throwIfAborted();
      const node = await this.#nextOf(level);
      const waiting = node === undefined ? this.#leave(level) : this.#visit(node, level.filter);
      if (waiting !== undefined) await waiting;
    }
  }

  /** Where a listing is damaged further down, the folder ends there. */
  async #nextOf(level: Level): Promise<TreeNode | undefined> {
    try {
      return await level.cursor.next();
    } catch (error) {
      if (!isFailure(error, 'repository-damaged')) throw error;
      this.#visitor.damaged(this.#path());
      return undefined;
    }
  }

  #leave(level: Level): Promise<void> | undefined {
    this.#levels.pop();
    return this.#levels.length > 0 ? this.#visitor.leave(level.node) : undefined;
  }

  #visit(node: TreeNode, parent: PathFilter): Promise<void> | undefined {
    const filter = parent.all ? everything : parent.enter(node.name);
    if (filter === undefined) return undefined;
    if (!isPlainName(node.name)) throw new Error('a tree was read that has a name no file can have');
    if (node.type === 'dir') return this.#enter(node, filter);
    return filter.all ? this.#visitor.entry(node, () => [...this.#path(), node.name]) : undefined;
  }

  async #enter(node: TreeNode, filter: PathFilter): Promise<void> {
    const cursor = this.#levels.length < deepestLevel ? await this.#openTree(node) : undefined;
    if (cursor === undefined) return this.#visitor.damaged([...this.#path(), node.name]);
    await this.#visitor.enter(node, !filter.all);
    this.#levels.push({ node, cursor, filter });
    this.#limitHeld();
  }

  async #openTree(node: TreeNode): Promise<TreeCursor | undefined> {
    try {
      return node.subtree === undefined ? undefined : await TreeCursor.open(this.#reader, node.subtree);
    } catch (error) {
      if (isFailure(error, 'repository-damaged')) return undefined;
      throw error;
    }
  }

  /** Those furthest up are needed last, so they go first. */
  #limitHeld(): void {
    this.#held += this.#levels.at(-1)?.cursor.heldBytes ?? 0;
    if (this.#held <= mostHeldBytes) return;
    this.#held = 0;
    for (const { cursor } of this.#levels.toReversed()) {
      this.#held += cursor.heldBytes;
      if (this.#held > mostHeldBytes / 2 && cursor !== this.#levels.at(-1)?.cursor) cursor.release();
    }
  }

  #path(): Buffer[] {
    return this.#levels.slice(1).map(({ node }) => node.name);
  }
}
