import { createHash } from 'node:crypto';
import type { Arena } from '../contracts/codec.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { sealOverheadBytes } from './format.ts';
import type { LiveHome } from './live-home.ts';
import type { RepositoryIndex } from './repository-index.ts';
import type { Workspace } from './workspace.ts';

/** So much is read of a home to compare contents, at most, for one plan. */
const mostReadBytes = 256 * 1024 * 1024;
const pieceBytes = 256 * 1024;

/** Compares contents of live files with those in a repository by hashing, without reading the repository. */
export class LiveContent {
  readonly #index: RepositoryIndex;
  readonly #workspace: Workspace;
  readonly #memory: Arena;
  #budget: number;
  #hasGivenUp = false;

  /** @param budget how many bytes of a home may be read in all. */
  constructor(index: RepositoryIndex, workspace: Workspace, budget = mostReadBytes) {
    this.#budget = budget;
    this.#index = index;
    this.#workspace = workspace;
    this.#memory = workspace.borrow(pieceBytes);
  }

  /** How long a file's content is, whatever its size was said to be; undefined when a part of it is in no index. */
  lengthOf(node: TreeNode): number | undefined {
    let bytes = 0;
    for (const id of node.content) {
      const length = this.#plainLength(id);
      if (length === undefined) return undefined;
      bytes += length;
    }
    return bytes;
  }

  /** @returns `unknown` when reading it would be too much. */
  compare(live: LiveHome, name: Buffer, node: TreeNode): 'same' | 'differs' | 'unknown' {
    const bytes = this.lengthOf(node);
    if (bytes === undefined) return 'differs';
    if (bytes > this.#budget) {
      this.#hasGivenUp = true;
      return 'unknown';
    }
    this.#budget -= bytes;
    const file = live.openFile(name);
    if (file < 0) return 'differs';
    try {
      return this.#isSame(live, file, node) ? 'same' : 'differs';
    } finally {
      live.files.close(file);
    }
  }

  /** Whether something was `unknown` so far. */
  get hasGivenUp(): boolean {
    return this.#hasGivenUp;
  }

  close(): void {
    this.#workspace.giveBack(this.#memory);
  }

  #isSame(live: LiveHome, file: number, node: TreeNode): boolean {
    for (const id of node.content) {
      if (this.#hash(live, file, this.#plainLength(id) ?? 0) !== id) return false;
    }
    return live.files.read(file, this.#memory, 0, 1) === 0;
  }

  #hash(live: LiveHome, file: number, length: number): string | undefined {
    const hash = createHash('sha256');
    for (let left = length; left > 0;) {
      const read = live.files.read(file, this.#memory, 0, Math.min(left, pieceBytes));
      if (read <= 0) return undefined;
      hash.update(this.#memory.bytes.subarray(0, read));
      left -= read;
    }
    return hash.digest('hex');
  }

  #plainLength(id: string): number | undefined {
    const entry = this.#index.find('data', id);
    if (entry < 0) return undefined;
    const { length, plainLength } = this.#index.data.place(entry);
    return plainLength > 0 ? plainLength : length - sealOverheadBytes;
  }
}
