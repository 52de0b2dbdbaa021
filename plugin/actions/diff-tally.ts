import type { TreeNode } from '../domain/tree-node.ts';
import { isSameAsLive } from '../engine/live-places.ts';
import { isSameContent, isSameOwnerAndMode, isSameRights, isSameTime } from '../engine/node-identity.ts';
import type { DiffSideName, DiffVisitor } from '../engine/tree-diff.ts';
import type { DiffChange, DiffLine, DiffReport } from '../protocol/history.ts';
import { joinPath } from './home-path.ts';
import type { PathCoverage } from './path-coverage.ts';

type Tallied = Pick<DiffReport, 'added' | 'removed' | 'changed' | 'attributes' | 'entries' | 'isComplete'>;

/**
 * Counts differences and keeps the first. That a folder has another time is none: that says only that something in it
 * is another.
 */
export class DiffTally implements DiffVisitor {
  readonly #path: Buffer[];
  readonly #covers: { readonly [Side in DiffSideName]: PathCoverage };
  readonly #limit: number;
  readonly #isLive: boolean;
  readonly #counts: { [Change in DiffChange]: number } = { added: 0, removed: 0, changed: 0, attributes: 0 };
  readonly #entries: DiffLine[] = [];
  #isComplete = true;

  /** @param isLive whether what comes after is a live home, of which no contents are known. */
  constructor(
    path: readonly Buffer[],
    covers: { readonly [Side in DiffSideName]: PathCoverage },
    limit: number,
    isLive: boolean,
  ) {
    this.#path = [...path];
    this.#covers = covers;
    this.#limit = limit;
    this.#isLive = isLive;
  }

  readonly isSame = (before: TreeNode, after: TreeNode): boolean => this.#change(before, after) === undefined;

  /** What is at the path itself. The home as such is no entry. */
  top(before: TreeNode | undefined, after: TreeNode | undefined): void {
    if (this.#path.length === 0) return;
    const change = this.#change(before, after);
    if (change !== undefined) this.#note(change, this.#path, before, after);
  }

  differs(before: TreeNode | undefined, after: TreeNode | undefined): void {
    const name = (after ?? before)?.name ?? Buffer.alloc(0);
    const path = [...this.#path, name];
    const change = this.#change(before, after);
    if (change === 'added' && !this.#covers.before(path)) return;
    if (change === 'removed' && !this.#covers.after(path)) return;
    if (change !== undefined) this.#note(change, path, before, after);
  }

  entersAlone(side: DiffSideName, folder: TreeNode): boolean {
    return this.#covers[side === 'before' ? 'after' : 'before']([...this.#path, folder.name]);
  }

  enter(name: Buffer): void {
    this.#path.push(name);
  }

  leave(): void {
    this.#path.pop();
  }

  unreadable(): 'skip' {
    this.#isComplete = false;
    return 'skip';
  }

  result(): Tallied {
    const { added, removed, changed, attributes } = this.#counts;
    const isComplete = this.#isComplete && added + removed + changed + attributes === this.#entries.length;
    return { added, removed, changed, attributes, entries: this.#entries, isComplete };
  }

  #note(change: DiffChange, path: readonly Buffer[], before: TreeNode | undefined, after: TreeNode | undefined): void {
    this.#counts[change]++;
    if (this.#entries.length >= this.#limit) return;
    this.#entries.push({
      path: joinPath(path).toString('base64'),
      change,
      type: (after ?? before)?.type ?? 'irregular',
      sizeBefore: sizeOf(before),
      sizeAfter: sizeOf(after),
    });
  }

  #change(before: TreeNode | undefined, after: TreeNode | undefined): DiffChange | undefined {
    if (before === undefined) return 'added';
    if (after === undefined) return 'removed';
    return this.#isLive ? changeOfLive(before, after) : changeOfKept(before, after);
  }
}

function changeOfKept(before: TreeNode, after: TreeNode): DiffChange | undefined {
  if (!isSameContent(before, after)) return 'changed';
  const isSame = isSameRights(before, after) && (after.type === 'dir' || isSameTime(before, after));
  return isSame ? undefined : 'attributes';
}

/** Attributes of what lives are not read. */
function changeOfLive(before: TreeNode, after: TreeNode): DiffChange | undefined {
  if (!isSameAsLive(before, after)) return 'changed';
  return isSameOwnerAndMode(before, after) ? undefined : 'attributes';
}

function sizeOf(node: TreeNode | undefined): number | undefined {
  return node?.type === 'file' ? node.sizeBytes : undefined;
}
