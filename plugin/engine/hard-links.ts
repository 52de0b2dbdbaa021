import { createHash } from 'node:crypto';
import type { TreeNode } from '../domain/tree-node.ts';

/** Beyond this, further files with several names come back as copies. */
const mostFiles = 200_000;
const mostPathBytes = 64 * 1024 * 1024;

interface KnownFile {
  readonly path: readonly Buffer[];
  readonly pathBytes: number;
  /** Names that have not been met yet. */
  missing: number;
}

/** Files with several names: where each came back first. */
export class HardLinks {
  readonly #files = new Map<string, KnownFile>();
  #pathBytes = 0;

  /** The path under which the same file came back before. */
  find(node: TreeNode): readonly Buffer[] | undefined {
    const key = keyOf(node);
    const known = this.#files.get(key);
    if (known === undefined) return undefined;
    if (--known.missing === 0) this.#forget(key, known);
    return known.path;
  }

  /** @returns false when there is no room: other names of the file will be copies. */
  add(node: TreeNode, path: readonly Buffer[]): boolean {
    const pathBytes = path.reduce((sum, part) => sum + part.length, 0);
    if (this.#files.size >= mostFiles || this.#pathBytes + pathBytes > mostPathBytes) return false;
    this.#files.set(keyOf(node), { path, pathBytes, missing: node.links - 1 });
    this.#pathBytes += pathBytes;
    return true;
  }

  #forget(key: string, known: KnownFile): void {
    this.#files.delete(key);
    this.#pathBytes -= known.pathBytes;
  }
}

/**
 * Numbers of files above 2^53 lose digits in JSON, so two files may seem to have one; and a repository may say anything.
 * Files of other content are therefore never taken for one.
 */
function keyOf({ deviceId, inode, sizeBytes, content }: TreeNode): string {
  const hash = createHash('sha256').update(content.join());
  return `${deviceId} ${inode} ${sizeBytes} ${hash.digest('base64')}`;
}
