import { childPath, noEntry, type PlannedEntry, type PlanPath } from '../domain/planned-entry.ts';
import type { LiveHome, LiveLook } from './live-home.ts';

type ThereLook = Extract<LiveLook, { kind: 'there' }>;

/** Whether an entry shall go or stay. */
export type RemovalRule = (path: PlanPath, look: ThereLook) => 'remove' | 'keep';

export interface Removal {
  /** What goes, folders before what is in them, and what should and cannot; folders that cannot become empty stay. */
  readonly entries: readonly PlannedEntry[];
  /** Whether nothing stays. */
  readonly isComplete: boolean;
}

/** Paths get longer with every level, and all of them are written down. */
const deepestRemoval = 1000;

/** Plans that the entry of this name goes, with all below it that the rule lets go. Whether it goes itself is not asked. */
export function planRemoval(
  live: LiveHome,
  entry: { readonly name: Buffer; readonly path: PlanPath; readonly look: ThereLook },
  rule: RemovalRule,
): Removal {
  const planner = new RemovalPlanner(live, rule);
  const isComplete = planner.remove(entry.name, entry.path, entry.look);
  return { entries: planner.entries.filter((planned) => planned !== undefined), isComplete };
}

class RemovalPlanner {
  readonly #live: LiveHome;
  readonly #rule: RemovalRule;
  readonly entries: (PlannedEntry | undefined)[] = [];
  #depth = 0;

  constructor(live: LiveHome, rule: RemovalRule) {
    this.#live = live;
    this.#rule = rule;
  }

  /** @returns whether it will be gone. */
  remove(name: Buffer, path: PlanPath, look: ThereLook): boolean {
    const { state, refusal } = look;
    if (refusal !== undefined || this.#depth >= deepestRemoval) {
      this.entries.push({ ...planned(path, look), action: 'refused', reason: 'special' });
      return false;
    }
    const at = this.entries.push(planned(path, look)) - 1;
    if (state.type !== 'dir') return true;
    const { isEmptied, hasChanges } = this.#empty(name, path);
    if (isEmptied) return true;
    this.entries[at] = undefined;
    if (hasChanges) this.entries.push({ ...planned(path, look), action: 'touched' });
    return false;
  }

  #empty(name: Buffer, path: PlanPath): { isEmptied: boolean; hasChanges: boolean } {
    const before = this.#live.depth;
    this.#live.enter(name);
    this.#depth++;
    let [isEmptied, hasChanges] = [this.#live.isThere, false];
    for (const child of this.#live.names()) {
      const isGone = this.#removeChild(child, childPath(path, child));
      isEmptied &&= isGone !== false;
      hasChanges ||= isGone === true;
    }
    this.#depth--;
    this.#live.leave();
    if (this.#live.depth !== before) throw new Error('a folder was not left');
    return { isEmptied, hasChanges };
  }

  /** @returns undefined when it went by itself meanwhile. */
  #removeChild(name: Buffer, path: PlanPath): boolean | undefined {
    const look = this.#live.look(name);
    if (look.kind === 'absent') return undefined;
    if (look.kind === 'unreadable' || this.#rule(path, look) === 'keep') return false;
    return this.remove(name, path, look);
  }
}

function planned(path: PlanPath, { state }: ThereLook): PlannedEntry {
  const { type } = state;
  return { ...noEntry, path, action: 'deleted', type, live: state };
}
