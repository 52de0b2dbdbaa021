/** Where a planner stands in the home, and the plan it writes: entries in walking order, folders before what is in them. */
import { Failure } from '../domain/failure.ts';
import { childPath, noEntry, type LiveState, type PlannedEntry, type PlanPath } from '../domain/planned-entry.ts';
import type { Timestamp } from '../domain/tree-node.ts';
import { isSameTime } from '../domain/plan-compare.ts';
import type { LiveHome, LiveLook } from './live-home.ts';

/** A plan is held in memory, shown and checked as a whole. */
const mostEntries = 500_000;
/** Beyond this, names of one file that go and come back are files of their own. */
const mostStaying = 200_000;
const mostPathCharacters = 256 * 1024 * 1024;

interface Level {
  readonly path: PlanPath;
  /** Undefined where there is no folder yet. */
  readonly live: LiveState | undefined;
  /** Whether the plan names the folder itself. */
  isListed: boolean;
  /** The time it shall have when it is left. */
  time: Timestamp | undefined;
  hasChanges: boolean;
}

export interface TrailStep {
  readonly live: LiveState | undefined;
  readonly isListed: boolean;
  readonly time?: Timestamp | undefined;
}

export class PlanTrail {
  readonly live: LiveHome;
  readonly entries: PlannedEntry[] = [];
  readonly #levels: Level[];
  #pathCharacters = 0;
  /** Files with several names that stay as they are: one name of each, by inode. */
  readonly #staying = new Map<string, PlanPath>();
  same = 0;

  /** @param root how the home itself is planned. */
  constructor(live: LiveHome, root: TrailStep) {
    this.live = live;
    this.#levels = [{ path: '', live: root.live, isListed: root.isListed, time: root.time, hasChanges: false }];
  }

  get path(): PlanPath {
    return this.#here.path;
  }

  pathOf(name: Buffer): PlanPath {
    return childPath(this.#here.path, name);
  }

  look(name: Buffer): LiveLook {
    return this.live.look(name);
  }

  /** @throws {Failure} `restore-refused` when the plan gets too long. */
  add(entry: PlannedEntry): void {
    this.#pathCharacters += entry.path.length;
    if (this.entries.length >= mostEntries || this.#pathCharacters > mostPathCharacters) {
      const problem = `more than ${this.entries.length} entries would change`;
      throw new Failure('restore-refused', { problem, mend: 'choose fewer folders, or ask the administrator' });
    }
    this.entries.push(entry);
  }

  /** A file stays as it is at this path. */
  addStaying(path: PlanPath, { links, inode, type }: LiveState): void {
    if (type === 'file' && links > 1 && this.#staying.size < mostStaying) this.#staying.set(inode, path);
  }

  /** Says that names in the folder where the trail stands will come, go or be replaced: its time changes. */
  markChanged(): void {
    this.#here.hasChanges = true;
  }

  /** The folder where the trail stands shall have this time in the end. */
  setTime(time: Timestamp): void {
    this.#here.time = time;
  }

  /** The plan names the folder where the trail stands. */
  markListed(): void {
    this.#here.isListed = true;
  }

  enter(name: Buffer, step: TrailStep): void {
    const { live, isListed, time } = step;
    this.#levels.push({ path: this.pathOf(name), live, isListed, time, hasChanges: false });
    if (live?.type === 'dir') this.live.enter(name);
    else this.live.enterNothing();
  }

  leave(): void {
    const level = this.#levels.pop();
    if (level === undefined || this.#levels.length === 0) throw new Error('the home itself cannot be left');
    this.live.leave();
    this.#end(level);
  }

  /** Ends the plan, at the home. */
  finish(): void {
    while (this.#levels.length > 1) this.leave();
    this.#end(this.#here);
    for (const [index, entry] of this.entries.entries()) {
      const alsoAt = this.#alsoAt(entry);
      if (alsoAt !== undefined) this.entries[index] = { ...entry, alsoAt };
    }
  }

  #alsoAt({ action, live }: PlannedEntry): PlanPath | undefined {
    if (live === undefined || live.links <= 1 || live.type !== 'file') return undefined;
    return action === 'deleted' || action === 'replaced' ? this.#staying.get(live.inode) : undefined;
  }

  #end({ path, live, isListed, time, hasChanges }: Level): void {
    if (isListed || live?.type !== 'dir') return;
    const isTimeSet = time !== undefined && (hasChanges || !isSameTime(time, live.modified));
    if (!hasChanges && !isTimeSet) return;
    const wanted = isTimeSet ? { type: live.type, sizeBytes: 0, modified: time, mode: live.mode } : undefined;
    this.add({ ...noEntry, path, action: 'touched', type: 'dir', wanted, live });
  }

  get #here(): Level {
    const level = this.#levels.at(-1);
    if (level === undefined) throw new Error('a trail always stands somewhere');
    return level;
  }
}
