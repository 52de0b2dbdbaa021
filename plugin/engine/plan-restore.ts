/**
 * Works out what bringing paths of a restore point back will do: walks its trees side by side with the live home, changes
 * nothing. The same restore point and home give the same plan.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Failure, isFailure } from '../domain/failure.ts';
import { noEntry, type PlannedEntry, type PlanPath } from '../domain/planned-entry.ts';
import { isMailIndex, messageKey } from '../domain/mailbox.ts';
import { showPath } from '../domain/show-name.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import type { BlobReader } from './blob-reader.ts';
import { findNode } from './home-tree.ts';
import type { LiveContent } from './live-content.ts';
import type { LiveHome } from './live-home.ts';
import { isMailbox, liveMessages } from './live-messages.ts';
import { everything, filterPaths, type PathFilter } from './path-filter.ts';
import { makeFolderNode, PlanDecision, stateOf } from './plan-decision.ts';
import { PlanLinks } from './plan-links.ts';
import { planRemoval } from './plan-removal.ts';
import { PlanTrail } from './plan-trail.ts';
import { isEverything, type Selection } from './selection-walk.ts';
import { TreeCursor } from './tree-cursor.ts';
import { deepestLevel } from './walk-policy.ts';

export interface RestorePlanJob {
  readonly reader: BlobReader;
  /** The home in the restore point. */
  readonly home: TreeNode;
  readonly selection: Selection;
  /** Components below the live home; empty is in place. */
  readonly target: readonly Buffer[];
  /** Whether what the restore point does not hold is deleted below the chosen folders. */
  readonly isExact: boolean;
  /** Left as they are with all below them: paths below the live home. */
  readonly except: ReadonlySet<PlanPath>;
  /** Standing at the home. Closing it is the caller's. */
  readonly live: LiveHome;
  readonly content: LiveContent;
  /** Seconds; see `compareEntry`. */
  readonly racySince: number;
  readonly signal: AbortSignal;
}

export interface WorkedOut {
  /** In walking order; folders that are only touched come after what is in them. */
  readonly entries: readonly PlannedEntry[];
  readonly same: number;
}

/** Entries looked at between two turns of the event loop. */
const entriesPerTurn = 2048;

/**
 * @throws {Failure} `not-found` when a wanted path is not in the restore point; `restore-refused` when the target folder
 * cannot be gone into, or the plan gets too long; `repository-damaged` when the way to a wanted path cannot be read.
 */
export async function planRestore(job: RestorePlanJob): Promise<WorkedOut> {
  for (const path of job.selection) await findNode(job.reader, job.home, path);
  const planner = new RestorePlanner(job);
  await planner.run();
  return planner.trail;
}

/** The folders on the way to where a plan puts things, as they are made where they are missing. */
export function targetNodes(home: TreeNode, target: readonly Buffer[], selection: Selection): TreeNode[] {
  return target.map((name, index) => {
    const isHome = index === target.length - 1 && isEverything(selection);
    return isHome ? { ...home, name } : makeFolderNode(name, home, home.modified);
  });
}

interface Level {
  readonly node: TreeNode;
  readonly cursor: TreeCursor;
  readonly filter: PathFilter;
  /** Live names that the plan must account for; where it deletes nothing, none. */
  readonly names: readonly Buffer[];
  nextName: number;
  /** Where the folder holds messages: those that the live mailbox has. */
  readonly messages: ReadonlySet<string> | undefined;
}

class RestorePlanner {
  readonly trail: PlanTrail;
  readonly #job: RestorePlanJob;
  readonly #decision: PlanDecision;
  readonly #links: PlanLinks;
  readonly #levels: Level[] = [];
  #visited = 0;

  constructor(job: RestorePlanJob) {
    this.#job = job;
    const { content, racySince, isExact } = job;
    this.trail = this.#startTrail();
    const rule = () => (isExact ? ('remove' as const) : ('keep' as const));
    this.#decision = new PlanDecision({ trail: this.trail, content, racySince, rule });
    this.#links = new PlanLinks(isExact);
  }

  async run(): Promise<void> {
    const { home, selection, target } = this.#job;
    for (const node of targetNodes(home, target, selection)) this.#enterTarget(node);
    await this.#walk(isEverything(selection) ? everything : filterPaths(selection).filter);
    this.trail.finish();
  }

  /** The home itself is only ever changed in place, and only when all of it is wanted. */
  #startTrail(): PlanTrail {
    const { live, home, target, selection, isExact } = this.#job;
    const isWanted = target.length === 0 && isEverything(selection);
    const mode = (home.mode ^ live.root.mode) & 0o3777;
    const isListed = isWanted && mode !== 0;
    const time = isWanted && isExact ? home.modified : undefined;
    const trail = new PlanTrail(live, { live: live.root, isListed, time });
    if (isListed) {
      const states = { wanted: stateOf(home), live: live.root };
      trail.add({ ...noEntry, path: '', action: 'replaced', type: 'dir', ...states });
    }
    return trail;
  }

  #enterTarget(node: TreeNode): void {
    if (this.#decision.pass(node)) return;
    const problem = `"${showPath(this.#job.target)}" is no folder that can be written to`;
    throw new Failure('restore-refused', { problem, mend: 'choose another folder' });
  }

  async #walk(filter: PathFilter): Promise<void> {
    const { home, reader } = this.#job;
    if (home.subtree === undefined) throw new Failure('not-found', { path: 'the home' });
    this.#push(home, await TreeCursor.open(reader, home.subtree), filter);
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      if (++this.#visited % entriesPerTurn === 0) await this.#breathe();
      const node = await this.#nextOf(level);
      if (node === 'damaged') this.#leaveDamaged(level);
      else if (node === undefined) this.#leave(level);
      else await this.#visit(level, node);
    }
  }

  async #nextOf(level: Level): Promise<TreeNode | 'damaged' | undefined> {
    try {
      return await level.cursor.next();
    } catch (error) {
      if (isFailure(error, 'repository-damaged')) return 'damaged';
      throw error;
    }
  }

  async #visit(level: Level, node: TreeNode): Promise<void> {
    this.#deleteUpTo(level, node.name);
    if (this.#isLeftOut(node.name)) return;
    const filter = level.filter.all ? everything : level.filter.enter(node.name);
    if (filter === undefined) return;
    if (node.type === 'dir') await this.#visitFolder(node, filter);
    else if (this.#isThereAsMail(level, node)) this.trail.same++;
    else if (filter.all) this.#links.plan(node, this.trail, this.#decision);
  }

  /**
   * Where nothing is deleted no message comes back twice: one that was read since has another name now. What the mail
   * server writes about the messages stays, because those that came since are in it, too.
   */
  #isThereAsMail({ messages }: Level, { type, name }: TreeNode): boolean {
    if (this.#job.isExact || type !== 'file') return false;
    if (messages === undefined) {
      return isMailIndex(name) && this.trail.look(name).kind === 'there' && isMailbox(this.trail.live);
    }
    const key = messageKey(name);
    return key !== undefined && messages.has(key) && this.trail.look(name).kind === 'absent';
  }

  async #visitFolder(node: TreeNode, filter: PathFilter): Promise<void> {
    this.#job.signal.throwIfAborted();
    const messages = this.#job.isExact ? undefined : liveMessages(this.trail.live, node.name);
    const cursor = this.#levels.length < deepestLevel ? await this.#openTree(node) : undefined;
    if (cursor === undefined) return this.#decision.addDamaged(this.trail.pathOf(node.name), node);
    const isEntered = filter.all
      ? this.#decision.wantFolder(node, this.#job.isExact) !== 'refused'
      : this.#decision.pass(node);
    if (isEntered) this.#push(node, cursor, filter, messages);
  }

  async #openTree(node: TreeNode): Promise<TreeCursor | undefined> {
    try {
      return node.subtree === undefined ? undefined : await TreeCursor.open(this.#job.reader, node.subtree);
    } catch (error) {
      if (isFailure(error, 'repository-damaged')) return undefined;
      throw error;
    }
  }

  #push(node: TreeNode, cursor: TreeCursor, filter: PathFilter, messages?: ReadonlySet<string>): void {
    const names = this.#job.isExact && filter.all ? this.trail.live.names() : [];
    this.#levels.push({ node, cursor, filter, names, nextName: 0, messages });
  }

  #leave(level: Level): void {
    this.#deleteUpTo(level, undefined);
    this.#levels.pop();
    if (this.#levels.length > 0) this.trail.leave();
  }

  /** What the rest of the folder held nobody knows, so nothing more of it is deleted. */
  #leaveDamaged(level: Level): void {
    this.#decision.addDamaged(this.trail.path, level.node);
    this.#levels.pop();
    if (this.#levels.length > 0) this.trail.leave();
  }

  /** Live entries before this name, or all that are left, are in no restore point. */
  #deleteUpTo(level: Level, name: Buffer | undefined): void {
    for (; level.nextName < level.names.length; level.nextName++) {
      const live = level.names[level.nextName];
      if (live === undefined) return;
      const order = name === undefined ? -1 : Buffer.compare(live, name);
      if (order > 0) return;
      if (order < 0) this.#delete(live);
    }
  }

  #isLeftOut(name: Buffer): boolean {
    const { except } = this.#job;
    return except.size > 0 && except.has(this.trail.pathOf(name));
  }

  #delete(name: Buffer): void {
    if (this.#isLeftOut(name)) return;
    const look = this.trail.look(name);
    if (look.kind !== 'there') return;
    const path = this.trail.pathOf(name);
    const removal = planRemoval(this.trail.live, { name, path, look }, () => 'remove');
    for (const entry of removal.entries) this.trail.add(entry);
    if (removal.isComplete) this.trail.markChanged();
  }

  async #breathe(): Promise<void> {
    this.#job.signal.throwIfAborted();
    await nextTurn();
  }
}
