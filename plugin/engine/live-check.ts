import { isAsPlanned, isStillThere } from '../domain/plan-compare.ts';
import { partsOf, settableMode, type PlannedEntry, type PlanPath } from '../domain/planned-entry.ts';
import type { LiveHome, LiveLook } from './live-home.ts';

/** Looks at entries of a live home by their paths; those that come in walking order cost least. */
export class LiveCheck {
  readonly #live: LiveHome;
  #parts: readonly Buffer[] = [];

  /** @param live standing at the home; from now on this moves it. */
  constructor(live: LiveHome) {
    this.#live = live;
  }

  /** Whether an entry is still as the plan saw it. */
  isAsPlanned({ path, live }: PlannedEntry): boolean {
    const look = this.look(path);
    if (live === undefined) return look.kind !== 'there';
    return look.kind === 'there' && isStillThere(live, look.state);
  }

  /** Whether an entry now is as the plan wants it. */
  isDone({ path, action, wanted }: PlannedEntry): boolean {
    const look = this.look(path);
    if (action === 'deleted') return look.kind === 'absent';
    if (look.kind !== 'there' || wanted === undefined || !isAsPlanned(wanted, look.state)) return false;
    return settableMode(wanted) === settableMode(look.state);
  }

  /** Lets the home stand at its top again. */
  end(): void {
    this.#standIn([]);
  }

  look(path: PlanPath): LiveLook {
    const parts = partsOf(path);
    const name = parts.pop();
    if (name === undefined) return { kind: 'there', state: this.#live.root, refusal: undefined };
    this.#standIn(parts);
    return this.#live.look(name);
  }

  #standIn(parts: readonly Buffer[]): void {
    let common = 0;
    while (common < parts.length && this.#parts[common]?.equals(parts[common] ?? Buffer.alloc(0)) === true) common++;
    for (let depth = this.#parts.length; depth > common; depth--) this.#live.leave();
    for (const name of parts.slice(common)) this.#live.enter(name);
    this.#parts = parts;
  }
}
