/**
 * Tells two trees apart, folder by folder, without recursion: of what is the same on both sides nothing is read. Either
 * side may be hostile: depth costs a few kilobytes a level, and the listings that are held have a bound.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isFailure } from '../domain/failure.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { Listing } from './listing.ts';
import { isSameNode } from './node-identity.ts';

export type DiffSideName = 'before' | 'after';

export interface DiffVisitor {
  /** An entry that is not the same on both sides, or is on one only. Before what is in it. */
  differs(before: TreeNode | undefined, after: TreeNode | undefined): void;
  /** Whether to look into a folder that is on this side only. */
  entersAlone(side: DiffSideName, folder: TreeNode): boolean;
  enter(name: Buffer): void;
  leave(): void;
  /**
   * The folder that was entered last cannot be listed, from here on, on that side.
   * @returns whether to go through it again as if there had been nothing before; otherwise it is left.
   */
  unreadable(side: DiffSideName, cause: unknown): 'again' | 'skip';
}

/** Opens a listing; undefined where a side has no such folder. */
type Opener = (() => Promise<Listing>) | undefined;

export interface DiffSides {
  readonly before: Opener;
  readonly after: Opener;
  /** Whether two entries of one name are alike; in folders that are, differences are looked for all the same. */
  readonly isSame?: (before: TreeNode, after: TreeNode) => boolean;
}

/** Deeper than any path that a system can be asked for one name at a time. */
const deepestLevel = 10_000;
/** Listings of folders further up are read again once all together exceed this. */
const mostHeldBytes = 32 * 1024 * 1024;
/** Entries looked at between two turns of the event loop. */
const entriesPerTurn = 2048;

interface Level {
  /** To begin again without what was before. */
  readonly openAfter: Opener;
  before: Listing | undefined;
  after: Listing | undefined;
  /** The entries that come next, when they are at hand. */
  isReady: boolean;
  left: TreeNode | undefined;
  right: TreeNode | undefined;
}

/** @throws {Failure} `cancelled` by the signal; what the visitor throws. Listings are closed then, too. */
export async function diffTrees(sides: DiffSides, visitor: DiffVisitor, signal: AbortSignal): Promise<void> {
  await new TreeDiff(visitor, signal, sides.isSame ?? isSameNode).run(sides);
}

class TreeDiff {
  readonly #visitor: DiffVisitor;
  readonly #signal: AbortSignal;
  readonly #isSame: (before: TreeNode, after: TreeNode) => boolean;
  readonly #levels: Level[] = [];
  #held = 0;
  #entries = 0;

  constructor(visitor: DiffVisitor, signal: AbortSignal, isSame: (before: TreeNode, after: TreeNode) => boolean) {
    this.#visitor = visitor;
    this.#isSame = isSame;
    this.#signal = signal;
  }

  async run(sides: DiffSides): Promise<void> {
    try {
      await this.#open(sides);
      for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
        if (++this.#entries % entriesPerTurn === 0) await nextTurn();
        this.#signal.throwIfAborted();
        await this.#step(level);
      }
    } finally {
      while (this.#levels.length > 0) this.#pop();
    }
  }

  /** The first of the names that come next, on the side or sides that have it. */
  async #step(level: Level): Promise<void> {
    if (!level.isReady && !(await this.#fetch(level))) return;
    const { left, right } = level;
    if (left === undefined && right === undefined) return this.#leave();
    const order = compareNames(left, right);
    const before = order <= 0 ? left : undefined;
    const after = order >= 0 ? right : undefined;
    level.isReady = false;
    if (before !== undefined) level.left = undefined;
    if (after !== undefined) level.right = undefined;
    await this.#compare(level, before, after);
  }

  /** @returns false when a side cannot be read: the level is then another. */
  async #fetch(level: Level): Promise<boolean> {
    let side: DiffSideName = 'before';
    try {
      if (level.left === undefined && level.before !== undefined) level.left = await level.before.next();
      side = 'after';
      if (level.right === undefined && level.after !== undefined) level.right = await level.after.next();
      level.isReady = true;
      return true;
    } catch (cause) {
      await this.#giveUp(level, side, cause);
      return false;
    }
  }

  async #compare(level: Level, before: TreeNode | undefined, after: TreeNode | undefined): Promise<void> {
    const isSame = before !== undefined && after !== undefined && this.#isSame(before, after);
    if (!isSame) this.#visitor.differs(before, after);
    const left = this.#enters(before, after, 'before') ? before : undefined;
    const right = this.#enters(after, before, 'after') ? after : undefined;
    const isSameTree = left?.subtree !== undefined && left.subtree === right?.subtree;
    if (isSameTree || (left === undefined && right === undefined)) return;
    await this.#enter(level, left, right);
  }

  #enters(node: TreeNode | undefined, other: TreeNode | undefined, side: DiffSideName): boolean {
    return node?.type === 'dir' && (other?.type === 'dir' || this.#visitor.entersAlone(side, node));
  }

  async #enter(level: Level, left: TreeNode | undefined, right: TreeNode | undefined): Promise<void> {
    const { before, after } = level;
    this.#visitor.enter((right ?? left)?.name ?? Buffer.alloc(0));
    await this.#open({
      before: left === undefined || before === undefined ? undefined : () => before.enter(left),
      after: right === undefined || after === undefined ? undefined : () => after.enter(right),
    });
  }

  async #open(sides: DiffSides): Promise<void> {
    const nothing = { before: undefined, after: undefined, isReady: false, left: undefined, right: undefined };
    const level: Level = { openAfter: sides.after, ...nothing };
    this.#levels.push(level);
    let side: DiffSideName = 'before';
    try {
      if (this.#levels.length > deepestLevel) throw new TooDeep();
      level.before = await sides.before?.();
      side = 'after';
      level.after = await sides.after?.();
      this.#limitHeld(level);
    } catch (cause) {
      await this.#giveUp(level, cause instanceof TooDeep ? 'after' : side, cause);
    }
  }

  /** Ends the folder, or begins it again with what can be read of it. */
  async #giveUp(level: Level, side: DiffSideName, cause: unknown): Promise<void> {
    if (
      !isFailure(cause, 'repository-damaged') &&
      !isFailure(cause, 'home-unreadable') &&
      !(cause instanceof TooDeep)
    ) {
      throw cause;
    }
    const next = this.#visitor.unreadable(side, cause);
    level.before?.close();
    level.after?.close();
    Object.assign(level, { before: undefined, after: undefined, isReady: false, left: undefined, right: undefined });
    if (side === 'after' || next === 'skip') return;
    try {
      level.after = await level.openAfter?.();
    } catch (second) {
      await this.#giveUp(level, 'after', second);
    }
  }

  #leave(): void {
    this.#pop();
    if (this.#levels.length > 0) this.#visitor.leave();
  }

  #pop(): void {
    const level = this.#levels.pop();
    level?.before?.close();
    level?.after?.close();
  }

  /** Those furthest up are needed last, so they go first. */
  #limitHeld(level: Level): void {
    this.#held += heldBytes(level);
    if (this.#held <= mostHeldBytes) return;
    this.#held = 0;
    for (const held of this.#levels.toReversed()) {
      this.#held += heldBytes(held);
      if (this.#held <= mostHeldBytes / 2 || held === level) continue;
      held.before?.release();
      held.after?.release();
    }
  }
}

class TooDeep extends Error {}

function heldBytes({ before, after }: Level): number {
  return (before?.heldBytes ?? 0) + (after?.heldBytes ?? 0);
}

function compareNames(left: TreeNode | undefined, right: TreeNode | undefined): number {
  if (left === undefined) return 1;
  return right === undefined ? -1 : Buffer.compare(left.name, right.name);
}
