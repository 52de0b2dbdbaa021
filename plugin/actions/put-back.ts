import type { AccountLock } from '../contracts/plan-store.ts';
import { Failure } from '../domain/failure.ts';
import type { PlannedEntry } from '../domain/planned-entry.ts';
import type { StoredPlan } from '../domain/stored-plan.ts';
import { OrderedNodes } from '../engine/ordered-nodes.ts';
import { performPlan, type PlanContents } from '../engine/perform-plan.ts';
import { planUndo, type UndoWorkedOut } from '../engine/plan-undo.ts';
import { lookAtHome, onPlanGround, openPoint, type PlanGround } from './plan-ground.ts';
import type { Performing } from './services.ts';

/** The system notes times a little later than the clock tells them. */
const slackSeconds = 1;
/** What somebody changes while things are put back may need a second look; more would be a race with no end. */
const mostRounds = 2;

export interface PuttingBack {
  readonly performing: Performing;
  readonly ground: PlanGround;
  readonly lock: AccountLock;
  readonly plan: StoredPlan;
}

/**
 * Makes the home as it was before a plan that had begun to write, and says so in the store. May be begun as often as it
 * takes. What somebody else changed meanwhile stays as it is.
 * @returns the plan, put back. @throws {Failure} `half-restored` when it cannot be done now; the plan then still has to be.
 */
export async function putBack(
  performing: Performing,
  ground: PlanGround,
  lock: AccountLock,
  plan: StoredPlan,
): Promise<StoredPlan> {
  const { services } = performing;
  try {
    // The safety copy may be younger than what the ground knows of the repository.
    const after = await onPlanGround(services, ground.account, (fresh) => {
      return new PutBack({ performing, ground: fresh, lock, plan }).run();
    });
    const finishedAt = services.clock.now().toISOString();
    const ended: StoredPlan = { ...plan, state: 'put-back', finishedAt, after };
    await services.plans.update(ground.account.generation, ended);
    return ended;
  } catch (cause) {
    const point = plan.safety?.id.slice(0, 8) ?? '–';
    throw new Failure('half-restored', { action: plan.question.purpose, point }, { cause });
  }
}

/** Nothing stops putting back but the end of the process: then it is begun again. */
const never = new AbortController().signal;

class PutBack {
  readonly #job: PuttingBack;
  #entries: readonly PlannedEntry[] = [];

  constructor(job: PuttingBack) {
    this.#job = job;
  }

  /** @returns how the home is now, in words. */
  async run(): Promise<string> {
    const { performing, ground, plan } = this.#job;
    this.#tell(0, 0, undefined); // at once: who is told lets it finish
    this.#entries = (await performing.services.plans.entries(ground.account.generation, plan.id)) ?? [];
    let worked = await this.#workOut();
    for (let round = 0; round < mostRounds && isSomethingLeft(worked); round++) {
      await this.#perform(worked.entries);
      worked = await this.#workOut();
    }
    return describe(worked);
  }

  async #workOut(): Promise<UndoWorkedOut> {
    const { ground, plan } = this.#job;
    const { content } = ground;
    const point = plan.safety === undefined ? undefined : await openPoint(ground, plan.safety.id);
    const nodes = point === undefined ? undefined : new OrderedNodes(ground.reader, point.home, []);
    const cutShortSince = Math.floor(Date.parse(plan.writingAt ?? plan.createdAt) / 1000) - slackSeconds;
    const racySince = point?.racySince ?? -Infinity;
    return lookAtHome(ground, (live) => {
      return planUndo({ entries: this.#entries, nodes, live, content, racySince, cutShortSince, signal: never });
    });
  }

  async #perform(entries: readonly PlannedEntry[]): Promise<void> {
    const { performing, ground, lock } = this.#job;
    const { account } = ground;
    const writer = await performing.services.openWriter(account, { kind: 'home' }, lock);
    try {
      await performPlan({
        entries,
        source: await this.#contents(),
        writer,
        check: undefined,
        owner: account,
        signal: never,
        onProgress: (items, bytes) => this.#tell(items, bytes, entries.length),
      });
    } finally {
      await writer.close();
    }
  }

  async #contents(): Promise<PlanContents | undefined> {
    const { ground, plan } = this.#job;
    if (plan.safety === undefined) return undefined;
    const { home } = await openPoint(ground, plan.safety.id);
    return { home, reader: ground.reader, nodes: new OrderedNodes(ground.reader, home, []) };
  }

  #tell(items: number, bytes: number, itemsTotal: number | undefined): void {
    const { performing, ground } = this.#job;
    const account = ground.account.name;
    performing.onProgress({
      kind: 'advance',
      step: 'put-back',
      account,
      items,
      itemsTotal,
      bytes,
      bytesTotal: undefined,
    });
  }
}

function isSomethingLeft({ entries }: UndoWorkedOut): boolean {
  return entries.some(({ action, wanted }) => action !== 'refused' && (action !== 'touched' || wanted !== undefined));
}

function describe(worked: UndoWorkedOut): string {
  const left = worked.entries.filter(({ action }) => action !== 'touched').length;
  const { changedSince: changed } = worked;
  if (left === 0 && changed === 0) return 'the home is as it was before';
  if (changed === 0) return `the home is as it was before, except ${left} entries that could not be put back`;
  if (left === 0) return `the home is as it was before, except ${changed} entries that somebody changed meanwhile`;
  return `the home is as it was before, except ${left} entries that could not be put back, and ${changed} that somebody changed meanwhile`;
}
