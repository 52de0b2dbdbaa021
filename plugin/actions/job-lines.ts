import type { Job, OpenJob } from '../contracts/job-queue.ts';
import { readActor } from '../domain/actor.ts';
import { blockerOf, slotsFor } from '../domain/plan-claims.ts';
import type { JobFailure, JobLine, JobProgress } from '../protocol/jobs.ts';
import type { Services } from './services.ts';
import { queuePosition, secondsUntilDone, workAhead } from '../domain/queue-position.ts';

/** Of what stands before a job more would be asked for than an estimate is worth. */
const mostAhead = 40;

/** Jobs as their owner sees them. @param jobs of one account. */
export async function toJobLines(services: Services, jobs: readonly Job[]): Promise<JobLine[]> {
  const waits = jobs.some((job) => job.state === 'waiting');
  const open = waits ? await services.jobs.open() : [];
  const typical = typicalTimes(services);
  return Promise.all(jobs.map((job) => toJobLine({ services, open, typical }, job)));
}

interface Queue {
  readonly services: Services;
  /** Empty when none of the jobs waits. */
  readonly open: readonly OpenJob[];
  readonly typical: TypicalTimes;
}

/** How long such jobs take. Each kind of an account is asked for once. */
type TypicalTimes = (job: Pick<OpenJob, 'generation' | 'kind'>) => Promise<number | undefined>;

function typicalTimes({ jobs }: Services): TypicalTimes {
  const asked = new Map<string, Promise<number | undefined>>();
  return ({ generation, kind }) => {
    const key = `${generation} ${kind}`;
    const known = asked.get(key) ?? jobs.typicalSeconds(generation, kind);
    asked.set(key, known);
    return known;
  };
}

async function toJobLine(queue: Queue, job: Job): Promise<JobLine> {
  const { clock } = queue.services;
  const isWaiting = job.state === 'waiting';
  return {
    id: job.id,
    account: job.accountName,
    kind: job.kind,
    label: job.label,
    askedBy: readActor(job.askedBy),
    state: job.state,
    createdAt: job.createdAt.toISOString(),
    startedAt: job.startedAt?.toISOString(),
    finishedAt: job.finishedAt?.toISOString(),
    position: isWaiting ? queuePosition(job, queue.open) : 0,
    waitsFor: isWaiting ? waitsFor(queue, job) : undefined,
    secondsLeft: await secondsLeft(queue, job),
    progress: job.progress === undefined ? undefined : (JSON.parse(job.progress) as JobProgress),
    failure: job.failure === undefined ? undefined : (JSON.parse(job.failure) as JobFailure),
    attempts: job.attempts,
    undoUntil: job.undoUntil !== undefined && job.undoUntil > clock.now() ? job.undoUntil.toISOString() : undefined,
  };
}

/** Of others' jobs nobody is told more than that there are some. */
function waitsFor({ services, open }: Queue, job: Job): JobLine['waitsFor'] {
  const blocker = blockerOf(job, open, slotsFor(services.configuration.limits.parallel));
  if (blocker?.by !== 'own') return blocker;
  return { by: 'own', job: blocker.work.id, kind: blocker.work.kind };
}

async function secondsLeft({ services, open, typical }: Queue, job: Job): Promise<number | undefined> {
  const now = services.clock.now();
  if (job.state === 'running') return leftOf(job, await typical(job), now);
  if (job.state !== 'waiting') return undefined;
  const ahead = workAhead(job, open);
  if (ahead.length > mostAhead) return undefined;
  const seconds = new Map<string, number | undefined>();
  for (const work of [...ahead, job]) seconds.set(work.id, leftOf(work, await typical(work), now));
  const slots = slotsFor(services.configuration.limits.parallel);
  return secondsUntilDone<OpenJob>(job, open, slots, ({ id }) => seconds.get(id));
}

function leftOf({ startedAt, state }: OpenJob, typical: number | undefined, now: Date): number | undefined {
  if (typical === undefined || startedAt === undefined || state !== 'running') return typical;
  return Math.max(0, typical - (now.getTime() - startedAt.getTime()) / 1000);
}
