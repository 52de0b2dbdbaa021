/**
 * Works out what taking a plan back will do: what it brought goes, what it replaced or deleted comes back from the
 * safety copy. Looks at the home as it is now, and changes nothing.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isAsPlanned } from '../domain/plan-compare.ts';
import {
  isBelow,
  parentPath,
  partsOf,
  type EntryState,
  type LiveState,
  type PlannedEntry,
  type PlanPath,
} from '../domain/planned-entry.ts';
import type { TreeNode } from '../domain/tree-node.ts';
import { LiveCheck } from './live-check.ts';
import type { LiveContent } from './live-content.ts';
import type { LiveHome, LiveLook } from './live-home.ts';
import type { OrderedNodes } from './ordered-nodes.ts';
import { PlanDecision, stateOf, type Decision, type LinkWish } from './plan-decision.ts';
import { PlanLinks } from './plan-links.ts';
import { planRemoval } from './plan-removal.ts';
import type { WorkedOut } from './plan-restore.ts';
import { PlanTrail } from './plan-trail.ts';

export interface UndoPlanJob {
  /** What the plan listed. */
  readonly entries: readonly PlannedEntry[];
  /** The safety copy; undefined when there was nothing to be saved. */
  readonly nodes: OrderedNodes | undefined;
  /** Standing at the home. Closing it is the caller's. */
  readonly live: LiveHome;
  readonly content: LiveContent;
  readonly racySince: number;
  readonly signal: AbortSignal;
  /**
   * Set while the plan is put back that was cut short when it had begun to write at that second: then what somebody
   * changed since stays as it is, because there is no safety copy of it, and half-made things go.
   */
  readonly cutShortSince?: number;
}

export interface UndoWorkedOut extends WorkedOut {
  /** Entries that are no longer as the plan left them. */
  readonly changedSince: number;
}

const entriesPerTurn = 1024;
/** What a writer calls a file until it is whole (sources/files/temporary-name.ts). */
const temporaryName = /^\.larder-restore-[0-9a-f]{32}$/;
type ThereLook = Extract<LiveLook, { kind: 'there' }>;

export async function planUndo(job: UndoPlanJob): Promise<UndoWorkedOut> {
  const planner = new UndoPlanner(job);
  await planner.run();
  return { entries: planner.trail.entries, same: planner.trail.same, changedSince: planner.changed.size };
}

class UndoPlanner {
  readonly trail: PlanTrail;
  readonly changed = new Set<PlanPath>();
  readonly #job: UndoPlanJob;
  readonly #decision: PlanDecision;
  readonly #links = new PlanLinks(true);
  readonly #brought: ReadonlyMap<PlanPath, PlannedEntry>;
  /** Folders that one of the two, the plan or putting it back, makes anew. */
  readonly #remade: ReadonlySet<PlanPath>;
  readonly #otherNames = new Map<PlanPath, LinkWish>();
  readonly #swept = new Set<PlanPath>();
  /** Everything below was decided together with it. */
  #decided: PlanPath | undefined;
  /** The folder, and all below it, that cannot be reached. */
  #blocked: PlanPath | undefined;

  constructor(job: UndoPlanJob) {
    this.#job = job;
    const { live, content, racySince, entries } = job;
    this.trail = new PlanTrail(live, { live: live.root, isListed: false });
    this.#brought = new Map(
      entries.filter(({ action }) => action === 'comes-back').map((entry) => [entry.path, entry]),
    );
    this.#remade = new Set(entries.filter(isRemade).map(({ path }) => path));
    this.#decision = new PlanDecision({
      trail: this.trail,
      content,
      racySince,
      rule: (path, look) => this.#mayGo(path, look),
    });
  }

  async run(): Promise<void> {
    this.#findOtherNames();
    for (const [number, entry] of this.#job.entries.entries()) {
      if (number % entriesPerTurn === 0) await this.#breathe();
      const isDecided = this.#decided !== undefined && isBelow(entry.path, this.#decided);
      if (entry.action === 'refused' || isDecided) continue;
      await this.#undo(entry);
    }
    this.trail.finish();
  }

  async #undo(entry: PlannedEntry): Promise<void> {
    if (entry.action === 'touched') return this.#undoTouched(entry);
    if (entry.path === '') return this.#undoRoot(entry);
    await this.#moveTo(parentPath(entry.path), entry.action !== 'comes-back');
    if (this.#blocked !== undefined) return;
    this.#sweep();
    if (entry.action === 'comes-back') this.#takeAway(entry);
    else await this.#bringBack(entry);
  }

  /** The folder had another time before; it gets that again. */
  async #undoTouched({ path, live }: PlannedEntry): Promise<void> {
    await this.#moveTo(path, false);
    if (live === undefined || !this.#job.live.isThere || this.#blocked !== undefined) return;
    this.trail.setTime(live.modified);
  }

  async #undoRoot(entry: PlannedEntry): Promise<void> {
    const node = await this.#job.nodes?.find('');
    if (node === undefined) return;
    const { root } = this.#job.live;
    if (((node.mode ^ root.mode) & 0o3777) === 0) return this.trail.setTime(node.modified);
    this.trail.add({ ...entry, wanted: stateOf(node), live: root });
    this.trail.markListed();
  }

  /** What the plan brought goes again. */
  #takeAway(entry: PlannedEntry): void {
    const { trail } = this;
    this.#decided = entry.path;
    const name = nameOf(entry.path);
    const look = trail.look(name);
    if (look.kind === 'absent') trail.same++;
    if (look.kind !== 'there' || this.#mayGo(entry.path, look) === 'keep') return;
    const { entries, isComplete } = planRemoval(trail.live, { name, path: entry.path, look }, (path, found) =>
      this.#mayGo(path, found),
    );
    for (const planned of entries) trail.add(planned);
    if (isComplete) trail.markChanged();
    else this.changed.add(entry.path);
  }

  /** What the plan replaced or deleted comes back. */
  async #bringBack(entry: PlannedEntry): Promise<void> {
    const { trail } = this;
    const node = await this.#job.nodes?.find(entry.path);
    if (node === undefined) {
      return trail.add({ ...entry, action: 'refused', wanted: undefined, reason: 'damaged', linkTo: undefined });
    }
    const look = trail.look(node.name);
    const isOurs =
      isAsLeft(entry, look) ||
      this.#isHalfMade(entry.path, entry.wanted, look) ||
      this.#isHalfMade(entry.path, stateOf(node), look);
    if (!isOurs && this.#isSomebodys(node, look)) {
      this.changed.add(entry.path);
      this.#decided = entry.path;
      return;
    }
    const decided = node.type === 'dir' ? this.#decision.wantFolder(node, true) : this.#want(node, entry);
    if (!isOurs && decided !== 'same') this.changed.add(entry.path);
    if (decided === 'refused' || node.type !== 'dir') this.#decided = entry.path;
  }

  #want(node: TreeNode, { path }: PlannedEntry): Decision {
    const link = this.#otherNames.get(path);
    return link === undefined ? this.#links.plan(node, this.trail, this.#decision) : this.#decision.want(node, link);
  }

  /** Names of files that the plan left alone: other names of them come back as such, or go and are remembered as such. */
  #findOtherNames(): void {
    const check = new LiveCheck(this.#job.live);
    for (const { path, action, live, linkTo, alsoAt } of this.#job.entries) {
      const other = action === 'comes-back' ? linkTo : alsoAt;
      const look = other === undefined ? undefined : check.look(other);
      if (other === undefined || look?.kind !== 'there') continue;
      this.trail.addStaying(other, look.state);
      if (look.state.inode === live?.inode) this.#otherNames.set(path, { to: other, mustBe: look.state.inode });
    }
    check.end();
  }

  /** While something is put back, what is neither as before nor as planned is somebody's newer work. */
  #isSomebodys(node: TreeNode, look: LiveLook): boolean {
    if (this.#job.cutShortSince === undefined || look.kind !== 'there') return false;
    if (node.type === 'dir') return look.state.type !== 'dir';
    return !this.#decision.isSame(node, look.state);
  }

  #mayGo(path: PlanPath, look: ThereLook): 'remove' | 'keep' {
    const entry = this.#brought.get(path);
    if (entry === undefined) return this.#isLeftover(path, look.state) ? 'remove' : 'keep';
    if (entry.wanted !== undefined && isAsPlanned(entry.wanted, look.state)) return 'remove';
    if (this.#isHalfMade(path, entry.wanted, look)) return 'remove';
    this.changed.add(path);
    return this.#job.cutShortSince === undefined ? 'remove' : 'keep';
  }

  /** In a folder that is new a writer makes things in their places, and gives them their attributes last. */
  #isHalfMade(path: PlanPath, wanted: EntryState | undefined, look: LiveLook): boolean {
    const { cutShortSince } = this.#job;
    if (cutShortSince === undefined || look.kind !== 'there' || wanted === undefined) return false;
    if (!this.#remade.has(parentPath(path))) return false;
    const { state } = look;
    return state.type === wanted.type && state.sizeBytes <= wanted.sizeBytes && state.changed.seconds >= cutShortSince;
  }

  #isLeftover(path: PlanPath, state: LiveState): boolean {
    const { cutShortSince } = this.#job;
    if (cutShortSince === undefined || state.type === 'dir' || state.changed.seconds < cutShortSince) return false;
    return temporaryName.test(path.slice(path.lastIndexOf('/') + 1));
  }

  /** What a killed writer left here under its own names goes. */
  #sweep(): void {
    const { trail } = this;
    if (this.#job.cutShortSince === undefined || this.#swept.has(trail.path)) return;
    this.#swept.add(trail.path);
    for (const name of trail.live.names()) {
      const path = trail.pathOf(name);
      const look = trail.look(name);
      if (look.kind !== 'there' || !this.#isLeftover(path, look.state)) continue;
      for (const entry of planRemoval(trail.live, { name, path, look }, () => 'keep').entries) trail.add(entry);
      trail.markChanged();
    }
  }

  /** Leaves and enters folders until the trail stands in this one. Those that are missing come back where they are `needed`. */
  async #moveTo(path: PlanPath, needed: boolean): Promise<void> {
    const { trail } = this;
    while (trail.path !== '' && trail.path !== path && !isBelow(path, trail.path)) trail.leave();
    if (this.#blocked !== undefined && !isBelow(`${path}/`, this.#blocked)) this.#blocked = undefined;
    const below = partsOf(path).slice(trail.path === '' ? 0 : partsOf(trail.path).length);
    for (const name of below) {
      if (this.#blocked !== undefined) return;
      await this.#step(name, needed);
    }
  }

  async #step(name: Buffer, needed: boolean): Promise<void> {
    const { trail } = this;
    const path = trail.pathOf(name);
    const look = trail.look(name);
    const node = look.kind === 'absent' && needed ? await this.#job.nodes?.find(path) : undefined;
    if (node !== undefined && this.#decision.pass(node)) {
      this.changed.add(path);
      return;
    }
    const live = look.kind === 'there' && look.refusal === undefined ? look.state : undefined;
    if (live?.type === 'dir') return trail.enter(name, { live, isListed: false });
    this.#blocked = path;
    if (needed && look.kind === 'there') this.changed.add(path);
  }

  async #breathe(): Promise<void> {
    this.#job.signal.throwIfAborted();
    await nextTurn();
  }
}

function isRemade({ action, type, wanted, live }: PlannedEntry): boolean {
  if (action === 'replaced') return (wanted?.type === 'dir') !== (live?.type === 'dir');
  return type === 'dir' && (action === 'comes-back' || action === 'deleted');
}

/** Whether what is there is what the plan left there. */
function isAsLeft({ action, wanted }: PlannedEntry, look: LiveLook): boolean {
  if (action === 'deleted') return look.kind === 'absent';
  return look.kind === 'there' && wanted !== undefined && isAsPlanned(wanted, look.state);
}

function nameOf(path: PlanPath): Buffer {
  return Buffer.from(path.slice(path.lastIndexOf('/') + 1), 'latin1');
}
