/** Decides what a plan does about one entry of a restore point: compares it with what is there, and writes it down. */
import { compareEntry, isUntouched } from '../domain/plan-compare.ts';
import {
  noEntry,
  type EntryState,
  type LiveState,
  type PlannedEntry,
  type PlanPath,
  type RefusedReason,
} from '../domain/planned-entry.ts';
import type { ExtendedAttribute, Timestamp, TreeNode } from '../domain/tree-node.ts';
import type { LiveContent } from './live-content.ts';
import type { LiveLook } from './live-home.ts';
import { planRemoval, type RemovalRule } from './plan-removal.ts';
import type { PlanTrail } from './plan-trail.ts';

export interface DecisionTools {
  readonly trail: PlanTrail;
  readonly content: LiveContent;
  /** Whether what is in a folder that is in the way of something else may go. */
  readonly rule: RemovalRule;
  /** Seconds; see `compareEntry`. */
  readonly racySince: number;
}

export type Decision = 'same' | 'comes-back' | 'replaced' | 'refused';

export class PlanDecision {
  readonly #tools: DecisionTools;

  constructor(tools: DecisionTools) {
    this.#tools = tools;
  }

  /**
   * Plans that an entry that is no folder stands here.
   * @param link the path of the same file, and whether its other name must be one there, too.
   */
  want(node: TreeNode, link?: LinkWish): Decision {
    const bytes = this.#bytesOf(node);
    if (bytes === undefined) return this.#refuse(node, isSpecial(node) ? 'special' : 'damaged');
    const look = this.#tools.trail.look(node.name);
    const wanted = { ...stateOf(node), sizeBytes: bytes };
    if (look.kind === 'unreadable') return this.#refuse(node, 'in-the-way');
    if (look.kind !== 'there') return this.#list(node, { action: 'comes-back', wanted, linkTo: link?.to });
    if (isLinked(link, look.state) && this.isSame(node, look.state)) {
      this.#tools.trail.same++;
      this.#tools.trail.addStaying(this.#tools.trail.pathOf(node.name), look.state);
      return 'same';
    }
    if (look.refusal !== undefined) return this.#refuse(node, 'in-the-way', look.state);
    if (look.state.type === 'dir') return this.#replaceFolder(node, look, wanted);
    return this.#list(node, { action: 'replaced', wanted, live: look.state, linkTo: link?.to });
  }

  /**
   * Plans that a folder stands here, and steps into it unless that is refused.
   * @param time whether it shall have the time it had, also where it stays.
   */
  wantFolder(node: TreeNode, time: boolean): Decision {
    const { trail } = this.#tools;
    const look = trail.look(node.name);
    const wanted = stateOf(node);
    if (look.kind === 'unreadable') return this.#refuse(node, 'in-the-way');
    if (look.kind === 'there' && look.refusal !== undefined) return this.#refuse(node, 'in-the-way', look.state);
    const live = look.kind === 'there' ? look.state : undefined;
    if (live?.type === 'dir' && this.isSameFolder(node, live)) {
      trail.same++;
      trail.enter(node.name, { live, isListed: false, time: time ? node.modified : undefined });
      return 'same';
    }
    const decision = this.#list(node, { action: live === undefined ? 'comes-back' : 'replaced', wanted, live });
    trail.enter(node.name, { live, isListed: true });
    return decision;
  }

  /** Steps into a folder on the way to something wanted; makes it where it is missing. @returns false when it cannot be. */
  pass(node: TreeNode): boolean {
    const { trail } = this.#tools;
    const look = trail.look(node.name);
    if (look.kind === 'absent') {
      this.#list(node, { action: 'comes-back', wanted: stateOf(node) });
      trail.enter(node.name, { live: undefined, isListed: true });
      return true;
    }
    const live = look.kind === 'there' && look.refusal === undefined ? look.state : undefined;
    if (live?.type === 'dir') trail.enter(node.name, { live, isListed: false });
    else this.#refuse(node, 'in-the-way', look.kind === 'there' ? look.state : undefined);
    return live?.type === 'dir';
  }

  /** Says that this part of the restore point cannot be read. @param path of a folder. */
  addDamaged(path: PlanPath, node: TreeNode): void {
    this.#tools.trail.add({ ...plain(path, node), action: 'refused', reason: 'damaged' });
  }

  isSameFolder(node: TreeNode, live: LiveState): boolean {
    if (compareEntry(node, live, this.#tools.racySince).kind !== 'same') return false;
    return isUntouched(node, live, this.#tools.racySince) || this.#hasSameAttributes(node);
  }

  /** Whether what stands here under the node's name is what it describes; no folder. */
  isSame(node: TreeNode, live: LiveState): boolean {
    const { content, trail } = this.#tools;
    const sizeBytes = this.#bytesOf(node) ?? node.sizeBytes;
    const verdict = compareEntry({ ...node, sizeBytes }, live, this.#tools.racySince);
    if (verdict.kind === 'target') return trail.live.readLink(node.name)?.equals(node.linkTarget ?? nothing) === true;
    if (verdict.kind !== 'content') return verdict.kind === 'same';
    if (!this.#hasSameAttributes(node)) return false;
    const found = content.compare(trail.live, node.name, node);
    return (found === 'unknown' ? verdict.likely : found) === 'same';
  }

  /** Only those that a restore always sets: what ACLs become depends on who they name. */
  #hasSameAttributes(node: TreeNode): boolean {
    const { live } = this.#tools.trail;
    const found = live.attributesOf(node.name, node.type === 'dir' ? 'dir' : 'file');
    return found === undefined || describe(found) === describe(node.attributes);
  }

  /** Only when all that is in the folder may go. */
  #replaceFolder(node: TreeNode, look: Extract<LiveLook, { kind: 'there' }>, wanted: EntryState): Decision {
    const { trail, rule } = this.#tools;
    const { entries, isComplete } = planRemoval(
      trail.live,
      { name: node.name, path: trail.pathOf(node.name), look },
      rule,
    );
    if (!isComplete) return this.#refuse(node, 'in-the-way', look.state);
    const decision = this.#list(node, { action: 'replaced', wanted, live: look.state });
    for (const entry of entries.slice(1)) trail.add(entry);
    return decision;
  }

  /** Undefined when it cannot come back. */
  #bytesOf(node: TreeNode): number | undefined {
    if (isSpecial(node)) return undefined;
    return node.type === 'file' ? this.#tools.content.lengthOf(node) : 0;
  }

  #list(node: TreeNode, entry: Listed): Decision {
    const { trail } = this.#tools;
    const { live, linkTo } = entry;
    trail.add({ ...plain(trail.pathOf(node.name), node), ...entry, live, linkTo });
    if (live?.type !== 'dir' || node.type !== 'dir') trail.markChanged();
    return entry.action;
  }

  #refuse(node: TreeNode, reason: RefusedReason, live?: LiveState): Decision {
    const { trail } = this.#tools;
    trail.add({ ...plain(trail.pathOf(node.name), node), action: 'refused', wanted: stateOf(node), live, reason });
    return 'refused';
  }
}

/** Another name of a file that came before. */
export interface LinkWish {
  readonly to: PlanPath;
  /** Inode of the file that stays there: an entry with another one is another file. Undefined: any will do. */
  readonly mustBe?: string;
}

function isLinked(link: LinkWish | undefined, { inode }: LiveState): boolean {
  return link?.mustBe === undefined || link.mustBe === inode;
}

interface Listed {
  readonly action: 'comes-back' | 'replaced';
  readonly wanted: EntryState;
  readonly live?: LiveState | undefined;
  readonly linkTo?: PlanPath | undefined;
}

const nothing = Buffer.alloc(0);

export function stateOf({ type, sizeBytes, modified, mode }: TreeNode): EntryState {
  return { type, sizeBytes: type === 'file' ? sizeBytes : 0, modified, mode };
}

/** A folder that Larder makes for what is put beside: its owner's alone. */
export function makeFolderNode(name: Buffer, like: TreeNode, modified: Timestamp): TreeNode {
  return { ...like, name, mode: 0o700, modified, attributes: [] };
}

function plain(path: PlanPath, node: TreeNode): PlannedEntry {
  const { type } = node;
  return { ...noEntry, path, action: 'refused', type };
}

function isSpecial({ type }: TreeNode): boolean {
  return type === 'dev' || type === 'chardev' || type === 'socket' || type === 'irregular';
}

function describe(attributes: readonly ExtendedAttribute[]): string {
  const own = attributes.filter(({ name }) => name.startsWith('user.'));
  return own
    .map(({ name, value }) => `${name}=${value.toString('base64')}`)
    .toSorted()
    .join('\n');
}
