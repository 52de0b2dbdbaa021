/** Compares what was restored with what a snapshot holds: every content by its hashes, without reading the repository. */
import { showPath } from '../domain/show-name.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { BlobReader } from './blob-reader.ts';
import type { LiveContent } from './live-content.ts';
import type { LiveHome } from './live-home.ts';
import { walkSelection, type SelectionVisitor } from './selection-walk.ts';

export interface ComparedFiles {
  /** Entries that are as they should be. */
  readonly compared: number;
  readonly missing: number;
  readonly different: number;
  /** Some of those, as people see paths. */
  readonly paths: readonly string[];
}

const mostPaths = 20;

/** @param live standing at the top of what was restored. What no restore ever writes, such as sockets, is left out. */
export async function compareRestored(comparing: {
  readonly reader: BlobReader;
  readonly home: TreeNode;
  readonly live: LiveHome;
  readonly content: LiveContent;
  readonly signal: AbortSignal;
}): Promise<ComparedFiles> {
  const visitor = new ComparingVisitor(comparing.live, comparing.content);
  await walkSelection({ ...comparing, selection: [[]] }, visitor);
  return visitor;
}

class ComparingVisitor implements SelectionVisitor, ComparedFiles {
  readonly #live: LiveHome;
  readonly #content: LiveContent;
  readonly #at: Buffer[] = [];
  readonly paths: string[] = [];
  compared = 0;
  missing = 0;
  different = 0;

  constructor(live: LiveHome, content: LiveContent) {
    this.#live = live;
    this.#content = content;
  }

  enter(node: TreeNode): undefined {
    this.#at.push(Buffer.from(node.name));
    this.#live.enter(node.name);
    if (this.#live.isThere) this.compared += 1;
    else this.#note('missing', this.#at);
  }

  leave(): undefined {
    this.#at.pop();
    this.#live.leave();
  }

  entry(node: TreeNode, path: () => Buffer[]): undefined {
    if (node.type !== 'file' && node.type !== 'symlink' && node.type !== 'fifo') return;
    const look = this.#live.look(node.name);
    if (look.kind !== 'there') this.#note('missing', path());
    else if (look.state.type !== node.type || !this.#isSame(node)) this.#note('different', path());
    else this.compared += 1;
  }

  damaged(path: Buffer[]): void {
    this.#note('missing', path);
  }

  #isSame(node: TreeNode): boolean {
    if (node.type === 'file') return this.#content.compare(this.#live, Buffer.from(node.name), node) === 'same';
    if (node.type === 'fifo') return true;
    const target = this.#live.readLink(node.name);
    return target?.equals(node.linkTarget ?? Buffer.alloc(0)) === true;
  }

  #note(kind: 'missing' | 'different', path: readonly Buffer[]): void {
    this[kind] += 1;
    if (this.paths.length < mostPaths) this.paths.push(showPath(path));
  }
}
