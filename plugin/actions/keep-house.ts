import type { LocalCopyPolicy } from '../domain/local-copy-policy.ts';
import type { Account } from '../domain/account.ts';
import { isLocalCopyDue } from '../domain/local-copy-policy.ts';
import { knownAccounts } from './find-account.ts';
import { eachStep } from './each-step.ts';
import { enqueue } from './jobs.ts';
import { keepDatabases } from './keep-databases.ts';
import { deleteDue } from './own-backups.ts';
import { preparedDays } from './prepare-download.ts';
import { putBackLater } from './put-back-later.ts';
import type { Services } from './services.ts';
import { unlessTooMany } from './unless-too-many.ts';

/** How long ended jobs are told of. */
const jobDays = 90;
/** How long runs, and what was left out, are told of. */
const historyDays = 400;
/** Among so many of the newest jobs of an account its last local copy is looked for. */
const jobsLooked = 200;

/**
 * What the worker does by itself every few minutes: puts half done restores, due local copies and deletions into the
 * queue, and forgets what is long over.
 * @returns how many were put into the queue.
 */
export async function keepHouse(services: Services): Promise<number> {
  const now = services.clock.now();
  const before = (days: number) => new Date(now.getTime() - days * 86_400_000);
  return eachStep(services.log, {
    sessions: () => services.sessions.removeExpired(now),
    jobs: async () => void (await services.jobs.removeEndedBefore(before(jobDays))),
    mails: () => services.outbox.removeEndedBefore(before(jobDays)),
    timetable: () => services.timetable.removeBefore(before(historyDays)),
    sandboxes: () => services.sandboxes.sweep(),
    downloads: async () => services.spool.removeBefore(before(preparedDays)),
    databases: () => keepDatabases(services),
    'half-done': () => putBackLater(services),
    deletions: () => deleteDue(services),
    'local-copies': () => copyLocally(services, now),
  });
}

async function copyLocally(services: Services, now: Date): Promise<number> {
  let added = 0;
  for (const account of await knownAccounts(services)) {
    const policy = await services.localCopyPolicies.load(account.generation);
    if (policy === undefined || !(await isDue(services, account, policy, now))) continue;
    const { paths, keep } = policy;
    const work = { kind: 'local-copy', account: account.name, paths, keep } as const;
    const isAdded = await unlessTooMany(services, account, () => enqueue(services, work, { kind: 'schedule' }));
    if (isAdded) added += 1;
  }
  return added;
}

/** Whatever became of the last one: a copy that cannot be made is not tried at every turn. */
async function isDue({ jobs }: Services, account: Account, policy: LocalCopyPolicy, now: Date): Promise<boolean> {
  const last = (await jobs.list(account.generation, jobsLooked)).find(({ kind }) => kind === 'local-copy');
  return isLocalCopyDue(policy, last?.createdAt, now);
}
