import { inOrder, isRunning, isSameLine, type QueuedWork, type Slots } from './plan-claims.ts';

/**
 * How many waiting jobs begin before this one, by the rule of `planClaims`: 0 when it is next. Jobs that are added later
 * may still come before it, one of each account for every round it waits.
 * @param open what waits and runs, oldest first. A job that is not among them comes after all of its account.
 */
export function queuePosition(job: QueuedWork, open: readonly QueuedWork[]): number {
  return jobsBefore(job, open).length;
}

/**
 * Seconds until a waiting job will probably be done, when each job takes as long as it typically does.
 * @param secondsLeft what a job that runs still takes, and one that waits takes in all.
 * @returns undefined when that is not known of one that counts.
 */
export function secondsUntilDone<Work extends QueuedWork>(
  job: Work,
  open: readonly Work[],
  slots: Slots,
  secondsLeft: (work: Work) => number | undefined,
): number | undefined {
  const slotEnds = Array.from({ length: Math.max(1, slots[job.weight]) }, () => 0);
  const accountEnds = new Map<string, number>();
  let end = 0;
  for (const work of [...workAhead(job, open), job]) {
    const seconds = secondsLeft(work);
    if (seconds === undefined) return undefined;
    const slot = slotEnds.indexOf(Math.min(...slotEnds));
    end = Math.max(slotEnds[slot] ?? 0, accountEnds.get(work.generation) ?? 0) + seconds;
    slotEnds[slot] = end;
    accountEnds.set(work.generation, end);
  }
  return end;
}

/** What counts when it is asked how long a job waits: what runs of its weight, and what begins before it. */
export function workAhead<Work extends QueuedWork>(job: Work, open: readonly Work[]): Work[] {
  const running = open.filter((work) => isRunning(work) && isSameLine(work, job));
  return [...running, ...jobsBefore(job, open)];
}

interface Place<Work> {
  readonly work: Work;
  /** How many jobs of its account and weight come first: every account has one in each round. */
  readonly round: number;
}

/** In the order in which they will begin. */
function jobsBefore<Work extends QueuedWork>(job: Work, open: readonly Work[]): Work[] {
  const waiting = withJob(job, open);
  const own = inOrder(waiting.filter((work) => work.generation === job.generation && isSameLine(work, job)));
  const ownBefore = own.slice(
    0,
    own.findIndex(({ id }) => id === job.id),
  );
  const line = inRounds(waiting.filter((work) => isSameLine(work, job)));
  const place = line.findIndex(({ work }) => work.id === job.id);
  const others = line.slice(0, place).filter(({ work }) => work.generation !== job.generation);
  return [...ownBefore, ...others.map(({ work }) => work)];
}

/** What is due, and the job itself wherever it is. */
function withJob<Work extends QueuedWork>(job: Work, open: readonly Work[]): Work[] {
  const waiting = open.filter(({ id, isDue }) => isDue || id === job.id);
  return waiting.some(({ id }) => id === job.id) ? waiting : [...waiting, job];
}

function inRounds<Work extends QueuedWork>(waiting: readonly Work[]): Place<Work>[] {
  const accounts = Map.groupBy(waiting, ({ generation }) => generation);
  const places = [...accounts.values()].flatMap((works) => inOrder(works).map((work, round) => ({ work, round })));
  return places.toSorted((one, other) => one.round - other.round || one.work.turn - other.work.turn);
}
