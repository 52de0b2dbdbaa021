import { isFailure } from '../domain/failure.ts';
import { partsOf, type PlanPath } from '../domain/planned-entry.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { BlobReader } from './blob-reader.ts';
import { TreeCursor } from './tree-cursor.ts';

interface Level {
  readonly node: TreeNode;
  cursor: TreeCursor | undefined;
  /** The node the cursor gave last. */
  current: TreeNode | undefined;
}

/** Finds nodes of a home in a snapshot by their paths, which come in walking order: each listing is read once. */
export class OrderedNodes {
  readonly #reader: BlobReader;
  readonly #above: readonly TreeNode[];
  /** Those above the home first, then the home, then what is below it. */
  #levels: Level[];

  /** @param above folders that lead to the home, for paths that begin with them. */
  constructor(reader: BlobReader, home: TreeNode, above: readonly TreeNode[]) {
    this.#reader = reader;
    this.#above = above;
    this.#levels = [{ node: home, cursor: undefined, current: undefined }];
  }

  /** @returns undefined when there is none, or the way to it is damaged. */
  async find(path: PlanPath): Promise<TreeNode | undefined> {
    const parts = partsOf(path);
    if (parts.length <= this.#above.length && this.#above.length > 0) return this.#above[parts.length - 1];
    const below = parts.slice(this.#above.length);
    this.#levels.length = 1 + this.#commonDepth(below);
    let node = this.#levels.at(-1)?.node;
    for (const part of below.slice(this.#levels.length - 1)) {
      node = await this.#findIn(this.#levels.at(-1), part);
      if (node === undefined) return undefined;
      this.#levels.push({ node, cursor: undefined, current: undefined });
    }
    return node;
  }

  #commonDepth(parts: readonly Buffer[]): number {
    let depth = 0;
    while (
      depth < parts.length &&
      this.#levels[depth + 1]?.node.name.equals(parts[depth] ?? Buffer.alloc(0)) === true
    ) {
      depth++;
    }
    return depth;
  }

  async #findIn(level: Level | undefined, name: Buffer): Promise<TreeNode | undefined> {
    const subtree = level?.node.subtree;
    if (level === undefined || subtree === undefined) return undefined;
    try {
      if (level.cursor === undefined) {
        level.cursor = await TreeCursor.open(this.#reader, subtree);
        level.current = await level.cursor.next();
      }
      while (level.current !== undefined && Buffer.compare(level.current.name, name) < 0) {
        level.current = await level.cursor.next();
      }
    } catch (error) {
      if (isFailure(error, 'repository-damaged')) return undefined;
      throw error;
    }
    return level.current?.name.equals(name) === true ? level.current : undefined;
  }
}
