import type { Job } from '../contracts/job-queue.ts';
import type { Account } from '../domain/account.ts';
import { readActor } from '../domain/actor.ts';
import { isFailure } from '../domain/failure.ts';
import type { StoredPlan } from '../domain/stored-plan.ts';
import type { QueuedRequest } from '../protocol/requests.ts';
import { knownAccounts } from './find-account.ts';
import { enqueue } from './jobs.ts';
import type { Services } from './services.ts';
import { unlessTooMany } from './unless-too-many.ts';

/** What could not be put back by itself an hour ago is tried again. */
const againMilliseconds = 60 * 60 * 1000;
/** Among so many of the newest jobs of an account those of its plan are looked for. */
const jobsLooked = 200;

/**
 * Puts into the queue what restores of files left half done: nobody works on them, and no job of theirs waits. The job is
 * the same as before, which puts back what was begun. @returns how many.
 */
export async function putBackLater(services: Services): Promise<number> {
  let added = 0;
  for (const account of await knownAccounts(services)) {
    const plans = await services.plans.list(account.generation);
    for (const plan of plans.filter(({ state }) => state === 'writing')) {
      if ((await isLeft(services, account, plan)) && (await begin(services, account, plan))) added += 1;
    }
  }
  return added;
}

async function isLeft(services: Services, { generation, name }: Account, { id }: StoredPlan): Promise<boolean> {
  const jobs = (await services.jobs.list(generation, jobsLooked)).filter(({ request }) => isOf(request, id));
  if (jobs.some((job) => isInTheWay(job, services.clock.now()))) return false;
  try {
    (await services.plans.lock(generation, name)).release();
    return true;
  } catch (error) {
    if (isFailure(error, 'busy')) return false;
    throw error;
  }
}

function isOf(request: string, plan: string): boolean {
  const work = JSON.parse(request) as QueuedRequest;
  return work.kind === 'run-plan' && work.plan === plan;
}

function isInTheWay({ state, finishedAt, askedBy }: Job, now: Date): boolean {
  if (state === 'waiting' || state === 'running') return true;
  return readActor(askedBy).kind === 'schedule' && now.getTime() - (finishedAt?.getTime() ?? 0) < againMilliseconds;
}

function begin(services: Services, account: Account, { id }: StoredPlan): Promise<boolean> {
  const work = { kind: 'run-plan', account: account.name, plan: id } as const;
  return unlessTooMany(services, account, () => enqueue(services, work, { kind: 'schedule' }));
}
