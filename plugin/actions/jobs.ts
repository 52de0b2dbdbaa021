import type { Job } from '../contracts/job-queue.ts';
import type { Account } from '../domain/account.ts';
import { writeActor, type Actor } from '../domain/actor.ts';
import { Failure } from '../domain/failure.ts';
import type { Generation } from '../domain/ids.ts';
import type { JobWeight } from '../domain/job.ts';
import { isSmallPlan, weightOf } from '../domain/job-weight.ts';
import { serverWork } from '../domain/server-work.ts';
import type { Answer, QueuedRequest } from '../protocol/requests.ts';
import { findAccount } from './find-account.ts';
import { toJobLines } from './job-lines.ts';
import type { Services } from './services.ts';

/** @param account `_server` is the whole server's work. */
async function ownerOf(services: Services, account: string): Promise<Pick<Account, 'generation' | 'name'>> {
  if (account === serverWork.accountName) return { generation: serverWork.generation, name: serverWork.accountName };
  return findAccount(services, account);
}

/** The newest jobs of an account. */
export async function listJobs(
  services: Services,
  request: { account: string; limit: number },
): Promise<Answer<'jobs'>> {
  const { generation, name } = await ownerOf(services, request.account);
  return { account: name, jobs: await toJobLines(services, await services.jobs.list(generation, request.limit)) };
}

/** @throws {Failure} `unknown-job`, also for a job of another account. */
export async function findJob(services: Services, account: string, id: string): Promise<Job> {
  const { generation } = await ownerOf(services, account);
  const job = await services.jobs.find(generation, id);
  if (job === undefined) throw new Failure('unknown-job', { text: id, hint: 'larder jobs' });
  return job;
}

/** A waiting job ends; a running one stops at the next safe place and puts back what it had begun. */
export async function cancelJob(
  services: Services,
  request: { account: string; job: string },
): Promise<Answer<'cancel'>> {
  const { id, generation } = await findJob(services, request.account, request.job);
  const job = await services.jobs.cancel(generation, id);
  if (job === undefined) throw new Failure('unknown-job', { text: request.job, hint: 'larder jobs' });
  return { job: await toLine(services, job) };
}

/** Puts work into the queue. @throws {Failure} `unknown-account`, `too-many-jobs`. */
export async function enqueue(services: Services, work: QueuedRequest, askedBy: Actor): Promise<Job> {
  const account = 'account' in work ? work.account : undefined;
  const { generation, name } = await ownerOf(services, account ?? serverWork.accountName);
  return services.jobs.add({
    generation,
    accountName: name,
    ...(await describeWork(services, work, generation)),
    label: 'label' in work ? work.label : undefined,
    request: JSON.stringify(work),
    askedBy: writeActor(askedBy),
    uniqueKey: undefined,
  });
}

/** A restore is as large as what its plan writes and saves, and taking one back has a name of its own. */
async function describeWork(
  services: Services,
  work: QueuedRequest,
  generation: Generation,
): Promise<{ kind: string; weight: JobWeight }> {
  const { kind } = work;
  if (kind !== 'run-plan') return { kind, weight: weightOf(kind, 'paths' in work ? work.paths : undefined) };
  const plan = await services.plans.find(generation, work.plan);
  return {
    kind: plan?.question.purpose === 'undo' ? 'undo' : kind,
    weight: plan === undefined || isSmallPlan(plan.counts) ? 'small' : 'large',
  };
}

export async function toLine(services: Services, job: Job): Promise<Answer<'cancel'>['job']> {
  const [line] = await toJobLines(services, [job]);
  if (line === undefined) throw new Error('one job gives one line');
  return line;
}
