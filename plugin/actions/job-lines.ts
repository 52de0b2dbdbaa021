import type { Job, OpenJob } from '../contracts/job-queue.ts';
import { readActor } from '../domain/actor.ts';
import type { JobFailure, JobLine, JobProgress } from '../protocol/jobs.ts';
import type { Services } from './services.ts';
import { queuePosition } from '../domain/queue-position.ts';

/** Jobs as their owner sees them. @param jobs of one account. */
export async function toJobLines(services: Services, jobs: readonly Job[]): Promise<JobLine[]> {
  const waits = jobs.some((job) => job.state === 'waiting');
  const open = waits ? await services.jobs.open() : [];
  return Promise.all(jobs.map((job) => toJobLine(services, job, open)));
}

async function toJobLine({ jobs, clock }: Services, job: Job, open: readonly OpenJob[]): Promise<JobLine> {
  const isOpen = job.state === 'waiting' || job.state === 'running';
  const typical = isOpen ? await jobs.typicalSeconds(job.generation, job.kind) : undefined;
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
    position: job.state === 'waiting' ? queuePosition(job, open) : 0,
    secondsLeft: secondsLeft(job, typical, clock.now()),
    progress: job.progress === undefined ? undefined : (JSON.parse(job.progress) as JobProgress),
    failure: job.failure === undefined ? undefined : (JSON.parse(job.failure) as JobFailure),
    attempts: job.attempts,
    undoUntil: job.undoUntil !== undefined && job.undoUntil > clock.now() ? job.undoUntil.toISOString() : undefined,
  };
}

function secondsLeft(job: Job, typical: number | undefined, now: Date): number | undefined {
  if (typical === undefined || job.startedAt === undefined) return typical;
  return Math.max(0, typical - (now.getTime() - job.startedAt.getTime()) / 1000);
}
