import type { Pending } from '../contracts/tree-writer.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { Announced, BlobsAhead } from './blobs-ahead.ts';
import type { SelectionVisitor } from './selection-walk.ts';
import { isHole } from './zero-content.ts';

/** So far the walk is ahead: enough that a thread always has some blobs to open. More would only be held longer. */
const mostWaiting = 64;
const mostIds = 8192;

type Visit =
  | { readonly kind: 'enter'; readonly node: TreeNode; readonly passing: boolean }
  | { readonly kind: 'leave'; readonly node: TreeNode }
  | { readonly kind: 'entry'; readonly node: TreeNode; readonly announced: Announced | undefined }
  | { readonly kind: 'damaged'; readonly path: Buffer[] };

/**
 * Lets a walk go ahead of the visitor, so that the contents of files are announced before they are read. The visitor
 * sees the same visits in the same order.
 */
export class DelayedVisitor implements SelectionVisitor {
  readonly #visitor: SelectionVisitor;
  readonly #ahead: BlobsAhead;
  readonly #waiting: Visit[] = [];
  #ids = 0;
  /** Where the visitor is. */
  readonly #names: Buffer[] = [];

  constructor(visitor: SelectionVisitor, ahead: BlobsAhead) {
    this.#visitor = visitor;
    this.#ahead = ahead;
  }

  enter(node: TreeNode, passing: boolean): Pending {
    return this.#delay({ kind: 'enter', node, passing });
  }

  leave(node: TreeNode): Pending {
    return this.#delay({ kind: 'leave', node });
  }

  entry(node: TreeNode): Pending {
    this.#ids += node.content.length;
    return this.#delay({ kind: 'entry', node, announced: this.#announce(node) });
  }

  damaged(path: Buffer[]): void {
    this.#waiting.push({ kind: 'damaged', path });
  }

  /** Everything that waits is visited. */
  async finish(): Promise<void> {
    for (let visit = this.#waiting.shift(); visit !== undefined; visit = this.#waiting.shift()) await this.#make(visit);
  }

  /** A file of several names may have come back already; holes are not read. */
  #announce(node: TreeNode): Announced | undefined {
    if (node.type !== 'file' || node.links > 1) return undefined;
    const read = node.content.some(isHole) ? node.content.filter((id) => !isHole(id)) : node.content;
    return this.#ahead.announce(read, node.sizeBytes);
  }

  #delay(visit: Visit): Pending {
    this.#waiting.push(visit);
    return this.#visitSome();
  }

  #visitSome(): Pending {
    while (this.#waiting.length > mostWaiting || this.#ids > mostIds) {
      const visit = this.#waiting.shift();
      const waiting = visit === undefined ? undefined : this.#make(visit);
      if (waiting !== undefined) return waiting.then(() => this.#visitSome());
    }
    return undefined;
  }

  #make(visit: Visit): Pending {
    switch (visit.kind) {
      case 'enter':
        this.#names.push(visit.node.name);
        return this.#visitor.enter(visit.node, visit.passing);
      case 'leave':
        this.#names.pop();
        return this.#visitor.leave(visit.node);
      case 'entry':
        return this.#makeEntry(visit.node, visit.announced);
      case 'damaged':
        this.#visitor.damaged(visit.path);
        return undefined;
    }
  }

  #makeEntry(node: TreeNode, announced: Announced | undefined): Pending {
    this.#ids -= node.content.length;
    const waiting = this.#visitor.entry(node, () => [...this.#names, node.name]);
    return announced === undefined ? waiting : this.#finishEntry(waiting, announced);
  }

  async #finishEntry(waiting: Pending, announced: Announced): Promise<void> {
    await waiting;
    await this.#ahead.finish(announced);
  }
}
