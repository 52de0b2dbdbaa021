import { parseGeneration } from '../../plugin/domain/ids.ts';
import { planClaims, type QueuedWork, type Slots } from '../../plugin/domain/plan-claims.ts';

/** A job that somebody will ask for. */
export interface Arrival {
  readonly account: number;
  readonly weight: QueuedWork['weight'];
  /** When, in ticks. */
  readonly at: number;
  /** Ticks that it takes; at least 1. */
  readonly lasts: number;
}

interface SimulatedJob extends Arrival, QueuedWork {
  beganAt: number | undefined;
  state: 'waiting' | 'running' | 'done';
  isDue: boolean;
  attempts: number;
}

/** Called when jobs have begun: with them, and with those that could have begun before. */
type AfterClaims = (begun: readonly QueuedWork[], readyBefore: readonly QueuedWork[]) => void;
type Choose = (open: readonly QueuedWork[], slots: Slots) => readonly QueuedWork[];

/** The queue and its worker in a world of ticks, without a database. */
export class SimulatedQueue {
  readonly #arrivals: readonly SimulatedJob[];
  readonly #slots: Slots;
  readonly #afterClaims: AfterClaims;
  readonly #choose: Choose;
  readonly #turns = new Map<string, number>();
  #claims = 0;
  #now = 0;

  constructor(
    arrivals: readonly Arrival[],
    slots: Slots,
    afterClaims: AfterClaims = () => {},
    choose: Choose = planClaims,
  ) {
    this.#arrivals = arrivals.map((arrival, index) => this.#toJob(arrival, index));
    this.#slots = slots;
    this.#afterClaims = afterClaims;
    this.#choose = choose;
  }

  /** What waits and runs now, oldest first. */
  get open(): QueuedWork[] {
    return this.#arrivals
      .filter(({ at, state }) => at <= this.#now && state !== 'done')
      .toSorted((one, other) => one.at - other.at)
      .map((job) => ({ ...job, turn: this.#turns.get(turnKey(job)) ?? 0 }));
  }

  get running(): QueuedWork[] {
    return this.open.filter(({ state }) => state === 'running');
  }

  get ended(): QueuedWork[] {
    return this.#arrivals.filter(({ state }) => state === 'done');
  }

  /** Ticks that an arrival waited until it began. */
  waited(index: number): number {
    const job = this.#arrivals[index];
    return (job?.beganAt ?? Infinity) - (job?.at ?? 0);
  }

  /** Runs until nothing is left to do, or to begin. */
  run(): void {
    const last = this.#arrivals.reduce((sum, { at, lasts }) => Math.max(sum, at) + lasts, 0) + 100;
    for (const total = last + this.#arrivals.length * 10; this.#now <= total; this.#now += 1) {
      this.#endSome();
      this.#beginSome();
      if (this.ended.length === this.#arrivals.length) return;
    }
  }

  #endSome(): void {
    for (const job of this.#arrivals) {
      if (job.state === 'running' && (job.beganAt ?? 0) + job.lasts <= this.#now) job.state = 'done';
    }
  }

  #beginSome(): void {
    const open = this.open;
    const chosen = this.#choose(open, this.#slots);
    if (chosen.length === 0) return;
    const ids = chosen.map(({ id }) => id);
    for (const id of ids) this.#begin(id);
    this.#afterClaims(
      open.filter(({ id }) => ids.includes(id)),
      firstOfIdle(open),
    );
  }

  #begin(id: string): void {
    const job = this.#arrivals.find((arrival) => arrival.id === id);
    if (job === undefined) return;
    Object.assign(job, { state: 'running', isDue: false, attempts: 1, beganAt: this.#now });
    this.#claims += 1;
    this.#turns.set(turnKey(job), this.#claims);
  }

  #toJob(arrival: Arrival, index: number): SimulatedJob {
    const generation = parseGeneration(String(arrival.account).padStart(32, '0'));
    return {
      ...arrival,
      id: String(index),
      generation,
      state: 'waiting',
      isDue: true,
      attempts: 0,
      turn: 0,
      beganAt: undefined,
    };
  }
}

function turnKey({ generation, weight }: QueuedWork): string {
  return `${generation} ${weight}`;
}

/** The job that each account without a running one wants to begin next. */
function firstOfIdle(open: readonly QueuedWork[]): QueuedWork[] {
  const busy = new Set(open.filter(({ state }) => state === 'running').map(({ generation }) => generation));
  const waiting = open.filter(({ generation }) => !busy.has(generation));
  const first = new Map<string, QueuedWork>();
  for (const weight of ['small', 'large'] as const) {
    for (const job of waiting) {
      if (job.weight === weight && !first.has(job.generation)) first.set(job.generation, job);
    }
  }
  return [...first.values()];
}
